//! From bodies to values.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{BYTES, BodyError, DEPTH_LIMIT, FLOAT, depth_within, is_reserved};
use crate::value::Value;

/// Reads a value, if the text has at most so many levels; more than [`DEPTH_LIMIT`] are never allowed.
///
/// Integers beyond 64 bits become floats, as in most readers of JSON.
///
/// # Errors
///
/// - [`TooDeep`](BodyError::TooDeep): nothing has been decoded.
/// - [`Malformed`](BodyError::Malformed): the text is not JSON, is followed by something else, or has `$bytes` or `$float` as the only
///   key of an object and something below it that is neither.
pub fn read_value(body: &[u8], depth_limit: usize) -> Result<Value, BodyError> {
    let limit = depth_limit.min(DEPTH_LIMIT);
    if !depth_within(body, limit) {
        return Err(BodyError::TooDeep { limit });
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    // Its own limit leaves no room for raw bytes in the innermost place.
    reader.disable_recursion_limit();
    let read = Read::deserialize(&mut reader).and_then(|read| reader.end().map(|()| read.0));
    read.map_err(|error| BodyError::Malformed { message: error.to_string() })
}

/// A value in the making.
struct Read(Value);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadVisitor).map(Self)
    }
}

struct ReadVisitor;

macro_rules! visit {
    ($($method:ident($type:ty)),+ $(,)?) => {$(
        fn $method<E: Error>(self, value: $type) -> Result<Value, E> {
            Ok(Value::from(value))
        }
    )+};
}

impl<'de> Visitor<'de> for ReadVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    visit! { visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_string(String) }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let Some(Read(first)) = list.next_element()? else { return Ok(Value::List(Vec::new())) };
        let mut items = only(first);
        while let Some(Read(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let Some((name, Read(value))) = map.next_entry::<String, Read>()? else {
            return Ok(Value::Map(Vec::new()));
        };
        let Some((next, Read(second))) = map.next_entry::<String, Read>()? else {
            return alone(name, value).map_err(A::Error::custom);
        };
        let mut entries = vec![(Cow::Owned(name), value), (Cow::Owned(next), second)];
        while let Some((name, Read(value))) = map.next_entry::<String, Read>()? {
            entries.push((Cow::Owned(name), value));
        }
        Ok(Value::Map(entries))
    }
}

/// A vector without room for more: one that grows has room for four at least, and in a text of a megabyte half a million
/// lists of one item can stand.
fn only<T>(first: T) -> Vec<T> {
    vec![first]
}

/// What an object with one key is.
fn alone(mut name: String, value: Value) -> Result<Value, &'static str> {
    if is_reserved(&name) {
        match &*name {
            BYTES => return bytes(&value).ok_or("`$bytes` is not base64"),
            FLOAT => return float(&value).ok_or("`$float` is none of `NaN`, `inf` and `-inf`"),
            _ => drop(name.remove(0)),
        }
    }
    Ok(Value::Map(only((Cow::Owned(name), value))))
}

fn bytes(value: &Value) -> Option<Value> {
    STANDARD.decode(value.as_text()?).ok().map(Value::Bytes)
}

fn float(value: &Value) -> Option<Value> {
    let number = match value.as_text()? {
        "NaN" | "nan" => f64::NAN,
        "inf" | "Infinity" => f64::INFINITY,
        "-inf" | "-Infinity" => f64::NEG_INFINITY,
        _ => return None,
    };
    Some(Value::Float(number))
}
