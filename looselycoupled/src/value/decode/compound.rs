//! Lists, maps and enums.

use std::borrow::Cow;

use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use super::DecodeError;
use super::decoder::{Decoder, deeper};
use super::key::KeyDecoder;
use super::source::Source;
use crate::value::path::Step;

/// The items of a list.
pub(super) struct ListDecoder<'de, S: Source<'de, Part = S>> {
    items: S::Items,
    next: usize,
    depth: u8,
}

impl<'de, S: Source<'de, Part = S>> ListDecoder<'de, S> {
    pub(super) fn read<V: Visitor<'de>>(
        items: S::Items,
        depth: u8,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let length = items.len();
        let mut list = Self { items, next: 0, depth: deeper(depth)? };
        let value = visitor.visit_seq(&mut list)?;
        if list.items.len() == 0 {
            return Ok(value);
        }
        Err(Error::invalid_length(length, &format!("a list of {}", list.next).as_str()))
    }
}

impl<'de, S: Source<'de, Part = S>> SeqAccess<'de> for ListDecoder<'de, S> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(source) = self.items.next() else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        seed.deserialize(Decoder { source, depth: self.depth })
            .map(Some)
            .map_err(|error| error.within(Step::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The entries of a map or a struct.
pub(super) struct MapDecoder<'de, S: Source<'de, Part = S>> {
    entries: S::Entries,
    current: Option<(Cow<'de, str>, S)>,
    depth: u8,
}

impl<'de, S: Source<'de, Part = S>> MapDecoder<'de, S> {
    pub(super) fn read<V: Visitor<'de>>(
        entries: S::Entries,
        depth: u8,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let mut map = Self { entries, current: None, depth: deeper(depth)? };
        let length = map.entries.len();
        let value = visitor.visit_map(&mut map)?;
        let left = map.entries.len();
        if left == 0 {
            return Ok(value);
        }
        Err(Error::invalid_length(length, &format!("a map of {}", length - left).as_str()))
    }
}

impl<'de, S: Source<'de, Part = S>> MapAccess<'de> for MapDecoder<'de, S> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        // The name stays here until its value is decoded, for an error to name it.
        let (name, _) = self.current.insert(S::entry(entry));
        seed.deserialize(KeyDecoder(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, DecodeError> {
        let (name, source) = self
            .current
            .take()
            .ok_or_else(|| DecodeError::custom("a value of a map was asked for before its key"))?;
        seed.deserialize(Decoder { source, depth: self.depth }).map_err(|error| error.in_field(&name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A variant by its name, and what it holds.
pub(super) struct EnumDecoder<'de, S> {
    variant: Cow<'de, str>,
    content: Option<Decoder<S>>,
}

impl<'de, S: Source<'de, Part = S>> EnumDecoder<'de, S> {
    pub(super) fn bare(variant: Cow<'de, str>) -> Self {
        Self { variant, content: None }
    }

    pub(super) fn filled((variant, source): (Cow<'de, str>, S), depth: u8) -> Self {
        Self { variant, content: Some(Decoder { source, depth }) }
    }

    fn read<T>(
        self,
        expected: &'static str,
        read: impl FnOnce(Decoder<S>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        match self.content {
            Some(content) => read(content).map_err(|error| error.in_field(&self.variant)),
            None => Err(Error::invalid_type(Unexpected::UnitVariant, &expected)),
        }
    }
}

impl<'de, S: Source<'de, Part = S>> EnumAccess<'de> for EnumDecoder<'de, S> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), DecodeError> {
        let variant = seed.deserialize(KeyDecoder(&self.variant))?;
        Ok((variant, self))
    }
}

impl<'de, S: Source<'de, Part = S>> VariantAccess<'de> for EnumDecoder<'de, S> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        match &self.content {
            None => Ok(()),
            Some(_) => self.read("nothing", serde::Deserialize::deserialize),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DecodeError> {
        self.read("a variant with one value", |content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.read("a variant with a list", |content| content.deserialize_tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.read("a variant with fields", |content| content.deserialize_struct("", fields, visitor))
    }
}
