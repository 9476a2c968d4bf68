//! What travels between modules: one value, named arguments, and how Rust types become them.
//!
//! Inside the process numbers keep their value on the way, or are refused: integers keep all their bits, NaN stays NaN,
//! and only an `f32` that is made of an `f64` is rounded. Bytes stay bytes. As everywhere with serde, `Some` of nothing
//! (`Some(None)`, `Some(())`) is nothing.
//! Only [JSON text](Value::to_json_text) is poorer, and says so where it cannot keep a value.
//! Near misses of names come from [`address`](crate::address), the one room that this one imports.

mod arguments;
mod convert;
mod decode;
mod display;
mod encode;
mod error;
mod fields;
mod json;
mod path;
mod serde_forms;

use std::borrow::Cow;

pub use arguments::{Arguments, argument_name};
pub use decode::{DecodeError, DecodeProblem};
pub use encode::{EncodeError, EncodeProblem, encode};
pub use error::ArgumentError;
pub use fields::Fields;
pub use serde_forms::{Readable, Writable};

/// How many levels a value may be deep, the innermost scalar included.
///
/// The same limit as that of `serde_json`, so that whatever can be encoded can also be sent, and read again.
const DEPTH_LIMIT: u8 = 128;

/// A value of any shape, exact inside the process.
///
/// Made from Rust types by [`encode`](encode()) or `From`, and turned back into them by [`decode`](Self::decode).
///
/// # Examples
///
/// ```
/// use looselycoupled::Value;
///
/// let level = Value::from(40);
/// assert_eq!(level.as_u64(), Some(40));
/// assert_eq!(level.decode::<u8>().unwrap(), 40);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing: `()`, `None`.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A negative integer.
    Signed(i64),
    /// An integer that is not negative.
    Unsigned(u64),
    /// A floating-point number, NaN and the infinities included.
    Float(f64),
    /// A text.
    Text(Cow<'static, str>),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// A sequence.
    List(Vec<Self>),
    /// Named values in the order of their insertion.
    Map(Vec<(Cow<'static, str>, Self)>),
}

impl Value {
    /// Whether this is nothing.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The truth value, if it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The integer, if it is one that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Signed(number) => Some(*number),
            Self::Unsigned(number) => i64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// The integer, if it is one that is not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => Some(*number),
            Self::Signed(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// The number, if it is a floating-point one or an integer that is exact as such.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(*number),
            Self::Unsigned(number) => decode::exact::from_unsigned(*number, f64::MANTISSA_DIGITS),
            Self::Signed(number) => decode::exact::from_signed(*number, f64::MANTISSA_DIGITS),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes, if it is raw ones.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The items, if it is a sequence.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The first value of this name, if it is a map that has one.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == field).map(|(_, value)| value),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_is_read_in_every_form_that_holds_it() {
        assert_eq!(Value::from(40).as_i64(), Some(40));
        assert_eq!(Value::from(-1).as_u64(), None);
        assert_eq!(Value::from(u64::MAX).as_i64(), None);
        assert_eq!(Value::from(40).as_f64(), Some(40.0));
        assert_eq!(Value::from(u64::MAX).as_f64(), None, "2^64 - 1 has no exact f64");
    }

    #[test]
    fn a_float_is_no_integer() {
        assert_eq!(Value::from(40.0).as_u64(), None);
        assert_eq!(Value::from(40.0).as_f64(), Some(40.0));
    }

    #[test]
    fn a_field_is_found_by_its_name() {
        let room: Value = [("name", Value::from("hall")), ("level", Value::from(3))].into_iter().collect();
        assert_eq!(room.get("level").and_then(Value::as_u64), Some(3));
        assert_eq!(room.get("door"), None);
        assert_eq!(Value::Null.get("level"), None);
    }
}
