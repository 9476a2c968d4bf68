//! Reads one value.

use std::borrow::Cow;

use serde::de::value::SeqDeserializer;
use serde::de::{self, Deserializer, Expected, Visitor};

use super::compound::{EnumDecoder, ListDecoder, MapDecoder};
use super::source::{Shape, Source};
use super::{DecodeError, DecodeProblem, exact};
use crate::value::{DEPTH_LIMIT, Value};

/// Reads one value; `depth` levels may follow below it.
pub(super) struct Decoder<S> {
    pub(super) source: S,
    pub(super) depth: u8,
}

impl<S> Decoder<S> {
    #[inline]
    pub(super) fn new(source: S) -> Self {
        Self { source, depth: DEPTH_LIMIT - 1 }
    }
}

/// How many levels may follow inside a list or a map below which `depth` ones may.
pub(super) fn deeper(depth: u8) -> Result<u8, DecodeError> {
    depth.checked_sub(1).ok_or_else(|| DecodeError::new(DecodeProblem::TooDeep))
}

#[cold]
fn mismatch<'de, S: Source<'de>, T>(
    found: &Shape<'de, S>,
    expected: &dyn Expected,
) -> Result<T, DecodeError> {
    Err(de::Error::invalid_type(found.unexpected(), expected))
}

#[cold]
fn no_scalar<T>(found: &Value, expected: &dyn Expected) -> Result<T, DecodeError> {
    mismatch(&found.open(), expected)
}

#[cold]
fn inexact<T>(number: &Value, expected: &dyn Expected) -> Result<T, DecodeError> {
    Err(DecodeError::new(DecodeProblem::Inexact {
        expected: expected.to_string(),
        found: number.to_string(),
    }))
}

/// Whether a number would become infinite as `f32`.
fn is_too_large(number: f64) -> bool {
    number.is_finite() && (number as f32).is_infinite()
}

#[cold]
fn out_of_range<T>(number: &Value, expected: &dyn Expected) -> Result<T, DecodeError> {
    Err(DecodeError::new(DecodeProblem::OutOfRange {
        expected: expected.to_string(),
        found: number.to_string(),
    }))
}

#[inline]
fn text<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value, DecodeError> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

fn bytes<'de, V: Visitor<'de>>(bytes: Cow<'de, [u8]>, visitor: V) -> Result<V::Value, DecodeError> {
    match bytes {
        Cow::Borrowed(bytes) => visitor.visit_borrowed_bytes(bytes),
        Cow::Owned(bytes) => visitor.visit_byte_buf(bytes),
    }
}

/// For types such as `Vec<u8>`, which know bytes as a list of numbers only.
fn bytes_as_list<'de, V: Visitor<'de>>(bytes: &[u8], visitor: V) -> Result<V::Value, DecodeError> {
    let mut items = SeqDeserializer::new(bytes.iter().copied());
    let list = visitor.visit_seq(&mut items)?;
    items.end()?;
    Ok(list)
}

// A scalar is looked at rather than taken apart, which costs few steps and leaves nothing to dispose of.
impl<'de, S: Source<'de>> Decoder<S> {
    #[inline]
    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.source.peek() {
            Value::Unsigned(number) => visitor.visit_u64(*number),
            Value::Signed(number) => visitor.visit_i64(*number),
            other => no_scalar(other, &visitor),
        }
    }

    #[inline]
    fn float<V: Visitor<'de>>(self, digits: u32, visitor: V) -> Result<V::Value, DecodeError> {
        let found = self.source.peek();
        let exact = match found {
            Value::Float(number) if digits == f32::MANTISSA_DIGITS && is_too_large(*number) => {
                return out_of_range(found, &visitor);
            }
            Value::Float(number) => return visitor.visit_f64(*number),
            Value::Unsigned(number) => exact::from_unsigned(*number, digits),
            Value::Signed(number) => exact::from_signed(*number, digits),
            other => return no_scalar(other, &visitor),
        };
        match exact {
            Some(number) => visitor.visit_f64(number),
            None => inexact(found, &visitor),
        }
    }

    #[inline]
    fn truth<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.source.peek() {
            Value::Bool(truth) => visitor.visit_bool(*truth),
            other => no_scalar(other, &visitor),
        }
    }

    #[inline]
    fn unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.source.peek() {
            Value::Null => visitor.visit_unit(),
            other => no_scalar(other, &visitor),
        }
    }

    #[inline]
    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.source.open() {
            Shape::Text(found) => text(found, visitor),
            other => mismatch(&other, &visitor),
        }
    }

    fn bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.source.open() {
            Shape::Bytes(found) => bytes(found, visitor),
            Shape::Text(found) => text(found, visitor),
            Shape::List(items) => ListDecoder::<S::Part>::read(items, self.depth, visitor),
            other => mismatch(&other, &visitor),
        }
    }

    fn list<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.source.open() {
            Shape::List(items) => ListDecoder::<S::Part>::read(items, self.depth, visitor),
            Shape::Bytes(found) => bytes_as_list(&found, visitor),
            other => mismatch(&other, &visitor),
        }
    }

    fn map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.source.open() {
            Shape::Map(entries) => MapDecoder::<S::Part>::read(entries, self.depth, visitor),
            other => mismatch(&other, &visitor),
        }
    }
}

macro_rules! forward {
    ($($to:ident: $($method:ident)+;)+) => {$($(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.$to(visitor)
        }
    )+)+};
}

impl<'de, S: Source<'de>> Deserializer<'de> for Decoder<S> {
    type Error = DecodeError;

    forward! {
        integer: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128;
        truth: deserialize_bool;
        unit: deserialize_unit;
        text: deserialize_char deserialize_str deserialize_string deserialize_identifier;
        bytes: deserialize_bytes deserialize_byte_buf;
        list: deserialize_seq;
        map: deserialize_map;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.source.open() {
            Shape::Null => visitor.visit_unit(),
            Shape::Bool(truth) => visitor.visit_bool(truth),
            Shape::Signed(number) => visitor.visit_i64(number),
            Shape::Unsigned(number) => visitor.visit_u64(number),
            Shape::Float(number) => visitor.visit_f64(number),
            Shape::Text(found) => text(found, visitor),
            Shape::Bytes(found) => bytes(found, visitor),
            Shape::List(items) => ListDecoder::<S::Part>::read(items, self.depth, visitor),
            Shape::Map(entries) => MapDecoder::<S::Part>::read(entries, self.depth, visitor),
        }
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.float(f32::MANTISSA_DIGITS, visitor)
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.float(f64::MANTISSA_DIGITS, visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.source.peek().is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.unit(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.source.open() {
            Shape::Text(variant) => visitor.visit_enum(EnumDecoder::<S::Part>::bare(variant)),
            Shape::Map(mut entries) if entries.len() == 1 => match entries.next() {
                Some(entry) => visitor
                    .visit_enum(EnumDecoder::<S::Part>::filled(S::Part::entry(entry), deeper(self.depth)?)),
                None => Err(de::Error::invalid_length(0, &"one variant")),
            },
            Shape::Map(entries) => Err(de::Error::invalid_length(entries.len(), &"a map with one variant")),
            other => mismatch(&other, &visitor),
        }
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }
}
