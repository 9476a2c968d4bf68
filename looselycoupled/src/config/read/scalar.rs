//! Single values and keys as serde asks for them.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{Deserializer, Visitor};

use super::error::{Problem, ReadError};
use crate::address::quoted;
use crate::config::scalar::{self, Natural, Scalar};

/// A single value, or a key, which is always a text unless a reader asks for something else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScalarReader<'de> {
    text: &'de str,
    natural: Natural<'de>,
}

impl<'de> ScalarReader<'de> {
    pub(crate) fn new(scalar: &'de Scalar) -> Self {
        Self { text: scalar.as_str(), natural: scalar.natural() }
    }

    pub(crate) const fn key(text: &'de str) -> Self {
        Self { text, natural: Natural::Text(text) }
    }

    fn is_null(&self) -> bool {
        self.natural == Natural::Null
    }

    fn found(&self) -> String {
        if self.is_null() { "nothing".to_owned() } else { quoted(self.text) }
    }

    fn unfit(&self, wanted: impl Into<String>) -> ReadError {
        ReadError::unfit(wanted, self.found())
    }

    fn not_whole(&self, wanted: String) -> ReadError {
        let leading_zeros = scalar::has_leading_zeros(self.text);
        let hint =
            if leading_zeros { "write it without leading zeros, or as `0o…` if it is octal" } else { "" };
        ReadError::new(Problem::Unfit { wanted, found: self.found(), hint: hint.to_owned() })
    }

    /// The text, unless there is no value at all.
    fn text(&self, wanted: &str) -> Result<&'de str, ReadError> {
        if !self.is_null() {
            return Ok(self.text);
        }
        let hint = "an empty text is written as \"\"".to_owned();
        Err(ReadError::new(Problem::Unfit { wanted: wanted.to_owned(), found: self.found(), hint }))
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match scalar::whole::<$type>(self.text) {
                Some(number) => visitor.$visit(number),
                None => Err(self.not_whole(format!("a whole number from {} to {}", $type::MIN, $type::MAX))),
            }
        }
    )*};
}

macro_rules! floats {
    ($($method:ident $visit:ident $type:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            visitor.$visit(scalar::float::<$type>(self.text).ok_or_else(|| self.unfit("a number"))?)
        }
    )*};
}

macro_rules! texts {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            visitor.visit_borrowed_str(self.text("a text")?)
        }
    )*};
}

macro_rules! collections {
    ($($method:ident($($argument:ty),*) $wanted:literal)*) => {$(
        fn $method<V: Visitor<'de>>(self, $(_: $argument,)* _: V) -> Result<V::Value, ReadError> {
            Err(self.unfit($wanted))
        }
    )*};
}

impl<'de> Deserializer<'de> for ScalarReader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.natural {
            Natural::Null => visitor.visit_unit(),
            Natural::Bool(flag) => visitor.visit_bool(flag),
            Natural::Unsigned(number) => visitor.visit_u64(number),
            Natural::Signed(number) => visitor.visit_i64(number),
            Natural::Float(number) => visitor.visit_f64(number),
            Natural::Text(text) => visitor.visit_borrowed_str(text),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_bool(scalar::boolean(self.text).ok_or_else(|| self.unfit("`true` or `false`"))?)
    }

    whole_numbers! {
        deserialize_i8 visit_i8 i8
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_i128 visit_i128 i128
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
        deserialize_u128 visit_u128 u128
    }

    floats! {
        deserialize_f32 visit_f32 f32
        deserialize_f64 visit_f64 f64
    }

    texts! { deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let mut characters = self.text("one character")?.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => visitor.visit_char(character),
            _ => Err(self.unfit("one character")),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_borrowed_bytes(self.text("a text or a list of bytes")?.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.is_null() { visitor.visit_unit() } else { Err(self.unfit("left empty")) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        choices: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        if self.is_null() && !choices.contains(&self.text) {
            return Err(ReadError::new(Problem::Choice { found: self.text.to_owned(), choices }));
        }
        visitor.visit_enum(BorrowedStrDeserializer::new(self.text))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    collections! {
        deserialize_seq() "a list"
        deserialize_tuple(usize) "a list"
        deserialize_tuple_struct(&'static str, usize) "a list"
        deserialize_map() "a map"
        deserialize_struct(&'static str, &'static [&'static str]) "a map"
    }
}
