//! Lists, maps and the content of enum variants.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{
    Error, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::key::KeyEncoder;
use super::{EncodeError, Encoder};
use crate::value::Value;
use crate::value::path::Step;

type Entries = Vec<(Cow<'static, str>, Value)>;

/// A type may announce any number of items; more than these are allocated as they come.
const RESERVED: usize = 1024;

pub(super) fn field<T: Serialize + ?Sized>(
    name: &str,
    value: &T,
    encoder: Encoder,
) -> Result<Value, EncodeError> {
    value.serialize(encoder).map_err(|error| error.within(Step::Field(name.to_owned())))
}

pub(super) fn variant(name: &'static str, content: Value) -> Value {
    Value::Map(vec![(Cow::Borrowed(name), content)])
}

pub(in crate::value) struct ListEncoder {
    encoder: Encoder,
    items: Vec<Value>,
}

impl ListEncoder {
    pub(super) fn new(encoder: Encoder, length: usize) -> Self {
        Self { encoder, items: Vec::with_capacity(length.min(RESERVED)) }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let item =
            value.serialize(self.encoder).map_err(|error| error.within(Step::Index(self.items.len())))?;
        self.items.push(item);
        Ok(())
    }

    fn finish(self) -> Value {
        Value::List(self.items)
    }
}

pub(in crate::value) struct MapEncoder {
    encoder: Encoder,
    entries: Entries,
    key: Option<Cow<'static, str>>,
}

impl MapEncoder {
    pub(super) fn new(encoder: Encoder, length: usize) -> Self {
        Self { encoder, entries: Vec::with_capacity(length.min(RESERVED)), key: None }
    }

    fn push<T: Serialize + ?Sized>(&mut self, name: Cow<'static, str>, value: &T) -> Result<(), EncodeError> {
        let value = field(&name, value, self.encoder)?;
        self.entries.push((name, value));
        Ok(())
    }

    fn finish(self) -> Value {
        Value::Map(self.entries)
    }
}

/// The content of an enum's variant, which is written around it at the end.
pub(in crate::value) struct VariantEncoder<C> {
    name: &'static str,
    content: C,
}

impl<C> VariantEncoder<C> {
    pub(super) fn new(name: &'static str, content: C) -> Self {
        Self { name, content }
    }

    fn push(&mut self, push: impl FnOnce(&mut C) -> Result<(), EncodeError>) -> Result<(), EncodeError> {
        push(&mut self.content).map_err(|error| error.within(Step::Field(self.name.to_owned())))
    }
}

impl SerializeSeq for ListEncoder {
    type Ok = Value;
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, EncodeError> {
        Ok(self.finish())
    }
}

impl SerializeTuple for ListEncoder {
    type Ok = Value;
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, EncodeError> {
        Ok(self.finish())
    }
}

impl SerializeTupleStruct for ListEncoder {
    type Ok = Value;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, EncodeError> {
        Ok(self.finish())
    }
}

impl SerializeTupleVariant for VariantEncoder<ListEncoder> {
    type Ok = Value;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.push(|content| content.push(value))
    }

    fn end(self) -> Result<Value, EncodeError> {
        Ok(variant(self.name, self.content.finish()))
    }
}

impl SerializeMap for MapEncoder {
    type Ok = Value;
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key = Some(key.serialize(KeyEncoder)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let key =
            self.key.take().ok_or_else(|| EncodeError::custom("a value of a map came before its key"))?;
        self.push(key, value)
    }

    fn end(self) -> Result<Value, EncodeError> {
        Ok(self.finish())
    }
}

impl SerializeStruct for MapEncoder {
    type Ok = Value;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.push(Cow::Borrowed(name), value)
    }

    fn end(self) -> Result<Value, EncodeError> {
        Ok(self.finish())
    }
}

impl SerializeStructVariant for VariantEncoder<MapEncoder> {
    type Ok = Value;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.push(|content| content.push(Cow::Borrowed(name), value))
    }

    fn end(self) -> Result<Value, EncodeError> {
        Ok(variant(self.name, self.content.finish()))
    }
}
