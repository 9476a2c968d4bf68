//! Values to decode from, owned and borrowed.

use std::borrow::Cow;

use serde::de::Unexpected;

use crate::value::Value;

type Entry = (Cow<'static, str>, Value);

/// A value that is taken apart: owned, so that its texts move, or borrowed, so that they are lent.
pub(in crate::value) trait Source<'de>: Sized {
    /// What is inside a list or a map.
    type Part: Source<'de, Part = Self::Part>;
    type Items: ExactSizeIterator<Item = Self::Part>;
    type Entries: ExactSizeIterator;

    /// Looks without taking apart.
    fn peek(&self) -> &Value;
    /// Takes one level apart.
    fn open(self) -> Shape<'de, Self::Part>;
    fn entry(entry: <Self::Entries as Iterator>::Item) -> (Cow<'de, str>, Self::Part);
}

/// A value, one level of it taken apart.
pub(in crate::value) enum Shape<'de, S: Source<'de>> {
    Null,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(Cow<'de, str>),
    Bytes(Cow<'de, [u8]>),
    List(S::Items),
    Map(S::Entries),
}

impl<'de, S: Source<'de>> Shape<'de, S> {
    /// What an error says was found.
    pub(super) fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(truth) => Unexpected::Bool(*truth),
            Self::Signed(number) => Unexpected::Signed(*number),
            Self::Unsigned(number) => Unexpected::Unsigned(*number),
            Self::Float(number) => Unexpected::Float(*number),
            Self::Text(text) => Unexpected::Str(text),
            Self::Bytes(bytes) => Unexpected::Bytes(bytes),
            Self::List(_) => Unexpected::Seq,
            Self::Map(_) => Unexpected::Map,
        }
    }
}

impl<'de> Source<'de> for Value {
    type Part = Self;
    type Items = std::vec::IntoIter<Self>;
    type Entries = std::vec::IntoIter<Entry>;

    #[inline]
    fn peek(&self) -> &Value {
        self
    }

    #[inline]
    fn open(self) -> Shape<'de, Self> {
        match self {
            Self::Null => Shape::Null,
            Self::Bool(truth) => Shape::Bool(truth),
            Self::Signed(number) => Shape::Signed(number),
            Self::Unsigned(number) => Shape::Unsigned(number),
            Self::Float(number) => Shape::Float(number),
            Self::Text(text) => Shape::Text(text),
            Self::Bytes(bytes) => Shape::Bytes(Cow::Owned(bytes)),
            Self::List(items) => Shape::List(items.into_iter()),
            Self::Map(entries) => Shape::Map(entries.into_iter()),
        }
    }

    #[inline]
    fn entry(entry: Entry) -> (Cow<'de, str>, Self) {
        entry
    }
}

/// A value to be taken out of its place. As long as it turns out to be a scalar, nothing is moved.
impl<'de> Source<'de> for &mut Value {
    type Part = Value;
    type Items = std::vec::IntoIter<Value>;
    type Entries = std::vec::IntoIter<Entry>;

    #[inline]
    fn peek(&self) -> &Value {
        self
    }

    #[inline]
    fn open(self) -> Shape<'de, Value> {
        std::mem::take(self).open()
    }

    #[inline]
    fn entry(entry: Entry) -> (Cow<'de, str>, Value) {
        entry
    }
}

impl<'de> Source<'de> for &'de Value {
    type Part = Self;
    type Items = std::slice::Iter<'de, Value>;
    type Entries = std::slice::Iter<'de, Entry>;

    #[inline]
    fn peek(&self) -> &Value {
        self
    }

    #[inline]
    fn open(self) -> Shape<'de, Self> {
        match self {
            Value::Null => Shape::Null,
            Value::Bool(truth) => Shape::Bool(*truth),
            Value::Signed(number) => Shape::Signed(*number),
            Value::Unsigned(number) => Shape::Unsigned(*number),
            Value::Float(number) => Shape::Float(*number),
            Value::Text(text) => Shape::Text(Cow::Borrowed(text)),
            Value::Bytes(bytes) => Shape::Bytes(Cow::Borrowed(bytes)),
            Value::List(items) => Shape::List(items.iter()),
            Value::Map(entries) => Shape::Map(entries.iter()),
        }
    }

    #[inline]
    fn entry((name, value): &'de Entry) -> (Cow<'de, str>, Self) {
        (Cow::Borrowed(name), value)
    }
}
