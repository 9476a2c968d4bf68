//! From values to bodies.

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use super::{BYTES, BodyError, FLOAT, VALUE_LEVELS, escaped};
use crate::value::Value;

/// Writes a value so that [`read_value`](super::read_value) gives the same one, to the last bit of its numbers; NaN is NaN, whichever.
///
/// # Errors
///
/// [`TooDeep`](BodyError::TooDeep): it was put together by hand and has more than 128 levels.
pub fn write_value(value: &Value) -> Result<Bytes, BodyError> {
    // Nothing else can fail: it goes into memory, and all keys are texts.
    let text = serde_json::to_vec(&Written { value, below: VALUE_LEVELS - 1 });
    text.map(Bytes::from).map_err(|_| BodyError::TooDeep { limit: VALUE_LEVELS })
}

/// A value below which there may be so many levels.
struct Written<'a> {
    value: &'a Value,
    below: usize,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inside = || self.below.checked_sub(1).ok_or_else(|| S::Error::custom("too deep"));
        match self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Signed(number) => serializer.serialize_i64(*number),
            Value::Unsigned(number) => serializer.serialize_u64(*number),
            Value::Float(number) if number.is_finite() => serializer.serialize_f64(*number),
            // `NaN`, `inf` and `-inf`, as Rust and Python read them.
            Value::Float(number) => serializer.collect_map([(FLOAT, number.to_string())]),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bytes(bytes) => serializer.collect_map([(BYTES, Base64(bytes))]),
            Value::List(items) => {
                let below = inside()?;
                serializer.collect_seq(items.iter().map(|value| Written { value, below }))
            }
            Value::Map(entries) => {
                let (below, is_alone) = (inside()?, entries.len() == 1);
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (name, value) in entries {
                    let value = Written { value, below };
                    if is_alone {
                        map.serialize_entry(&escaped(name), &value)?;
                    } else {
                        map.serialize_entry(name, &value)?;
                    }
                }
                map.end()
            }
        }
    }
}

struct Base64<'a>(&'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &STANDARD))
    }
}
