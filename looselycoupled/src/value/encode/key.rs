//! Keys of maps, which are text in a value.

use std::borrow::Cow;

use serde::ser::Impossible;
use serde::{Serialize, Serializer};

use super::{EncodeError, EncodeProblem};

type Key = Cow<'static, str>;
type Never = Impossible<Key, EncodeError>;

/// Writes the key of a map as text, or refuses it.
pub(super) struct KeyEncoder;

#[cold]
fn refused<T>(found: &'static str) -> Result<T, EncodeError> {
    Err(EncodeError::new(EncodeProblem::Key { found }))
}

macro_rules! as_text {
    ($($method:ident($type:ty)),+ $(,)?) => {$(
        fn $method(self, key: $type) -> Result<Key, EncodeError> {
            Ok(Cow::Owned(key.to_string()))
        }
    )+};
}

impl Serializer for KeyEncoder {
    type Ok = Key;
    type Error = EncodeError;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    as_text! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_i128(i128), serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64),
        serialize_u128(u128), serialize_char(char),
    }

    fn serialize_str(self, key: &str) -> Result<Key, EncodeError> {
        Ok(Cow::Owned(key.to_owned()))
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Key, EncodeError> {
        Ok(Cow::Borrowed(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        key: &T,
    ) -> Result<Key, EncodeError> {
        key.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, key: &T) -> Result<Key, EncodeError> {
        key.serialize(self)
    }

    fn serialize_f32(self, _: f32) -> Result<Key, EncodeError> {
        refused("a floating-point number")
    }

    fn serialize_f64(self, _: f64) -> Result<Key, EncodeError> {
        refused("a floating-point number")
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Key, EncodeError> {
        refused("a sequence of bytes")
    }

    fn serialize_none(self) -> Result<Key, EncodeError> {
        refused("nothing")
    }

    fn serialize_unit(self) -> Result<Key, EncodeError> {
        refused("nothing")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Key, EncodeError> {
        refused("nothing")
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Key, EncodeError> {
        refused("an enum with content")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Never, EncodeError> {
        refused("a list")
    }

    fn serialize_tuple(self, _: usize) -> Result<Never, EncodeError> {
        refused("a tuple")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, EncodeError> {
        refused("a tuple")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, EncodeError> {
        refused("an enum with content")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never, EncodeError> {
        refused("a map")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Never, EncodeError> {
        refused("a struct")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, EncodeError> {
        refused("an enum with content")
    }
}
