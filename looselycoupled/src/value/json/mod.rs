//! Values in other formats, and as JSON text.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::encode::BYTES;
use super::path::Step;
use super::{DecodeError, DecodeProblem, EncodeError, EncodeProblem, Value};

/// Lists and maps are reserved for as many items as the text claims, but for no more than these.
const RESERVED: usize = 1024;

impl Value {
    /// Writes the value as JSON text on one line.
    ///
    /// Bytes become a list of numbers, which [`decode`](Self::decode) takes for bytes again.
    ///
    /// # Errors
    ///
    /// [`NotFinite`](EncodeProblem::NotFinite): there is NaN or an infinity somewhere, which JSON cannot write.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::Value;
    ///
    /// assert_eq!(Value::from(40).to_json_text().unwrap(), "40");
    /// assert!(Value::from(f64::NAN).to_json_text().is_err());
    /// ```
    pub fn to_json_text(&self) -> Result<String, EncodeError> {
        // `serde_json` would write null, and nobody would notice.
        require_finite(self)?;
        serde_json::to_string(self).map_err(serde::ser::Error::custom)
    }

    /// Reads a value from JSON text.
    ///
    /// Integers beyond 64 bits become floats, as in most readers of JSON.
    ///
    /// # Errors
    ///
    /// [`Malformed`](DecodeProblem::Malformed): the text is not JSON, is followed by something else, or is deeper than
    /// 128 levels.
    pub fn from_json_text(text: &str) -> Result<Self, DecodeError> {
        serde_json::from_str(text)
            .map_err(|error| DecodeError::new(DecodeProblem::Malformed { message: error.to_string() }))
    }
}

fn require_finite(value: &Value) -> Result<(), EncodeError> {
    match value {
        Value::Float(number) if !number.is_finite() => {
            Err(EncodeError::new(EncodeProblem::NotFinite { number: number.to_string() }))
        }
        Value::List(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            require_finite(item).map_err(|error| error.within(Step::Index(index)))
        }),
        Value::Map(entries) => entries.iter().try_for_each(|(name, value)| {
            require_finite(value).map_err(|error| error.within(Step::Field(name.clone().into_owned())))
        }),
        _ => Ok(()),
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Signed(number) => serializer.serialize_i64(*number),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_newtype_struct(BYTES, &RawBytes(bytes)),
            Self::List(items) => items.serialize(serializer),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (name, value) in entries {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// Bytes as every format can read them back: as they are where it is binary, as a list of numbers where people read it.
///
/// The encoder of this room sees the name around it and counts as binary here.
struct RawBytes<'a>(&'a [u8]);

impl Serialize for RawBytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.0.serialize(serializer)
        } else {
            serializer.serialize_bytes(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

macro_rules! visit {
    ($($method:ident($type:ty)),+ $(,)?) => {$(
        fn $method<E: Error>(self, value: $type) -> Result<Value, E> {
            Ok(Value::from(value))
        }
    )+};
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    visit! { visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_string(String), visit_byte_buf(Vec<u8>) }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text.to_owned()))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Value, E> {
        super::encode(&number).map_err(E::custom)
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Value, E> {
        super::encode(&number).map_err(E::custom)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::with_capacity(list.size_hint().unwrap_or(0).min(RESERVED));
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(0).min(RESERVED));
        while let Some(Key(name)) = map.next_key()? {
            entries.push((Cow::Owned(name), map.next_value()?));
        }
        Ok(Value::Map(entries))
    }
}

/// The key of a map as text, in formats that have other keys, too.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Text(text) => Ok(Self(text.into_owned())),
            scalar @ (Value::Bool(_) | Value::Signed(_) | Value::Unsigned(_)) => Ok(Self(scalar.to_string())),
            other => Err(D::Error::custom(format_args!("{other} cannot be the key of a map"))),
        }
    }
}

#[cfg(test)]
mod tests;
