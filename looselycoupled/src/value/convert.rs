//! From the usual Rust types to a value, without a detour through serde.

use std::borrow::Cow;

use super::Value;

macro_rules! from_unsigned {
    ($($integer:ty),+) => {$(
        impl From<$integer> for Value {
            #[inline]
            fn from(number: $integer) -> Self {
                Self::Unsigned(u64::from(number))
            }
        }
    )+};
}

macro_rules! from_signed {
    ($($integer:ty),+) => {$(
        impl From<$integer> for Value {
            #[inline]
            fn from(number: $integer) -> Self {
                let number = i64::from(number);
                u64::try_from(number).map_or(Self::Signed(number), Self::Unsigned)
            }
        }
    )+};
}

from_unsigned!(u8, u16, u32, u64);
from_signed!(i8, i16, i32, i64);

impl From<()> for Value {
    fn from((): ()) -> Self {
        Self::Null
    }
}

impl From<bool> for Value {
    #[inline]
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<f32> for Value {
    #[inline]
    fn from(number: f32) -> Self {
        Self::Float(f64::from(number))
    }
}

impl From<f64> for Value {
    #[inline]
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(text: Cow<'static, str>) -> Self {
        Self::Text(text)
    }
}

/// Raw bytes, whereas [`encode`](super::encode()) sees in a `Vec<u8>` a list of numbers, as all of serde does.
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<Self>> for Value {
    fn from(items: Vec<Self>) -> Self {
        Self::List(items)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl FromIterator<Self> for Value {
    fn from_iter<I: IntoIterator<Item = Self>>(items: I) -> Self {
        Self::List(items.into_iter().collect())
    }
}

/// A map in the order of the iterator. A name that comes twice stays there twice; [`Value::get`] finds the first.
impl<N: Into<Cow<'static, str>>> FromIterator<(N, Self)> for Value {
    fn from_iter<I: IntoIterator<Item = (N, Self)>>(entries: I) -> Self {
        Self::Map(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::encode;

    #[test]
    fn the_sign_decides_about_the_form_of_an_integer() {
        assert_eq!(Value::from(5_i8), Value::Unsigned(5));
        assert_eq!(Value::from(-5_i64), Value::Signed(-5));
        assert_eq!(Value::from(i64::MAX), Value::Unsigned(i64::MAX.unsigned_abs()));
    }

    #[test]
    fn both_ways_to_a_value_agree() {
        assert_eq!(encode(&7_u16).unwrap(), Value::from(7_u16));
        assert_eq!(encode(&-7_i16).unwrap(), Value::from(-7_i16));
        assert_eq!(encode(&0.1_f32).unwrap(), Value::from(0.1_f32));
        assert_eq!(encode("hall").unwrap(), Value::from("hall"));
        assert_eq!(encode(&None::<bool>).unwrap(), Value::from(None::<bool>));
        assert_eq!(encode(&()).unwrap(), Value::from(()));
    }
}
