//! Keys of maps and names of variants, which are text in a value.

use std::borrow::Cow;
use std::str::FromStr;

use serde::de::IntoDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Visitor, value::StrDeserializer};

use super::DecodeError;

/// Reads a key from its text.
pub(super) struct KeyDecoder<'a, 'de>(pub(super) &'a Cow<'de, str>);

impl<'de> KeyDecoder<'_, 'de> {
    #[inline]
    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_str(text),
        }
    }

    fn parsed<T: FromStr, V: Visitor<'de>>(
        self,
        visitor: V,
        visit: impl FnOnce(V, T) -> Result<V::Value, DecodeError>,
    ) -> Result<V::Value, DecodeError> {
        match self.0.parse() {
            Ok(parsed) => visit(visitor, parsed),
            // The visitor says what it wants instead of this text.
            Err(_) => self.text(visitor),
        }
    }

    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0.parse::<i64>() {
            Ok(number) => visitor.visit_i64(number),
            Err(_) => self.parsed(visitor, V::visit_u64),
        }
    }

    fn wide<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0.parse::<i128>() {
            Ok(number) => visitor.visit_i128(number),
            Err(_) => self.parsed(visitor, V::visit_u128),
        }
    }

    fn truth<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.parsed(visitor, V::visit_bool)
    }
}

macro_rules! forward {
    ($($to:ident: $($method:ident)+;)+) => {$($(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.$to(visitor)
        }
    )+)+};
}

impl<'de> Deserializer<'de> for KeyDecoder<'_, 'de> {
    type Error = DecodeError;

    forward! {
        integer: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64;
        wide: deserialize_i128 deserialize_u128;
        truth: deserialize_bool;
        text: deserialize_any;
    }

    serde::forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_enum(self)
    }
}

/// A key names a variant without content.
impl<'a, 'de> EnumAccess<'de> for KeyDecoder<'a, 'de> {
    type Error = DecodeError;
    type Variant = <StrDeserializer<'a, DecodeError> as EnumAccess<'de>>::Variant;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Self::Variant), DecodeError> {
        let text: StrDeserializer<'a, DecodeError> = self.0.as_ref().into_deserializer();
        text.variant_seed(seed)
    }
}
