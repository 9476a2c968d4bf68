//! Values of any shape as serde asks for them.

use serde::de::{Deserializer, Error, Visitor};

use super::error::{Problem, ReadError, Spot};
use super::map::{Fields, Items, Order};
use super::report::{Report, Trail};
use super::scalar::ScalarReader;
use super::variant::Variant;
use crate::config::node::{Entry, Node, NodeValue};

/// A value of the tree, the way to it, and who is told about unknown keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'de, 't> {
    pub(crate) node: &'de Node,
    pub(crate) trail: &'t Trail<'t>,
    pub(crate) report: &'t Report<'t>,
    /// Set where this value stands under a key that its struct does not know.
    unknown: Option<(&'t Trail<'t>, &'de Entry, &'static [&'static str])>,
}

impl<'de, 't> Reader<'de, 't> {
    pub(crate) const fn new(node: &'de Node, trail: &'t Trail<'t>, report: &'t Report<'t>) -> Self {
        Self { node, trail, report, unknown: None }
    }

    /// To be reported if the struct ignores the value.
    pub(crate) const fn under_unknown_key(
        mut self,
        section: &'t Trail<'t>,
        entry: &'de Entry,
        known: &'static [&'static str],
    ) -> Self {
        self.unknown = Some((section, entry, known));
        self
    }

    /// Says that an error without a place is about this value; also for what a type says of the value it was
    /// given.
    pub(crate) fn located<T>(&self, result: Result<T, ReadError>) -> Result<T, ReadError> {
        result.map_err(|error| {
            let key = match error.problem() {
                Problem::UnknownKey { key, .. } => self.node.entry(key),
                _ => None,
            };
            let span = key.map_or(self.node.span, |entry| entry.span);
            error.or_at(|| Spot { path: self.trail.path(), span, is_key: false })
        })
    }

    fn unfit<T>(&self, wanted: &str) -> Result<T, ReadError> {
        self.located(Err(ReadError::unfit(wanted, self.report.describe(self.node))))
    }

    pub(crate) fn items<V: Visitor<'de>>(self, order: Order, visitor: V) -> Result<V::Value, ReadError> {
        let items = match &self.node.value {
            NodeValue::List(items) => items.as_slice(),
            NodeValue::Scalar(scalar) if scalar.is_null() => &[],
            NodeValue::Scalar(scalar) => {
                return self.located(ScalarReader::new(scalar).deserialize_seq(visitor));
            }
            NodeValue::Map(_) => return self.unfit("a list"),
        };
        let mut access = Items::new(items, order, self.trail, self.report);
        let value = self.located(visitor.visit_seq(&mut access))?;
        match access.left() {
            0 => Ok(value),
            left => {
                let wanted = format!("a list of {}", items.len() - left);
                self.located(Err(ReadError::unfit(wanted, format!("{} items", items.len()))))
            }
        }
    }

    /// The keys of a map, or of a struct that knows its keys.
    pub(crate) fn fields<V: Visitor<'de>>(
        self,
        known: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match &self.node.value {
            NodeValue::Scalar(scalar) if !scalar.is_null() => {
                self.located(ScalarReader::new(scalar).deserialize_map(visitor))
            }
            NodeValue::List(_) => self.unfit("a map"),
            NodeValue::Map(_) | NodeValue::Scalar(_) => {
                self.located(visitor.visit_map(Fields::new(self, known)))
            }
        }
    }
}

macro_rules! scalars {
    ($($method:ident $wanted:literal)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match &self.node.value {
                NodeValue::Scalar(scalar) => self.located(ScalarReader::new(scalar).$method(visitor)),
                _ => self.unfit($wanted),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.value {
            NodeValue::Scalar(scalar) => self.located(ScalarReader::new(scalar).deserialize_any(visitor)),
            NodeValue::List(_) => self.items(Order::Any, visitor),
            NodeValue::Map(_) => self.fields(None, visitor),
        }
    }

    scalars! {
        deserialize_bool "`true` or `false`"
        deserialize_i8 "a whole number"
        deserialize_i16 "a whole number"
        deserialize_i32 "a whole number"
        deserialize_i64 "a whole number"
        deserialize_i128 "a whole number"
        deserialize_u8 "a whole number"
        deserialize_u16 "a whole number"
        deserialize_u32 "a whole number"
        deserialize_u64 "a whole number"
        deserialize_u128 "a whole number"
        deserialize_f32 "a number"
        deserialize_f64 "a number"
        deserialize_char "one character"
        deserialize_str "a text"
        deserialize_string "a text"
        deserialize_identifier "a text"
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.value {
            NodeValue::Scalar(scalar) => self.located(ScalarReader::new(scalar).deserialize_bytes(visitor)),
            _ => self.items(Order::Any, visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let value = if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) };
        self.located(value)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.value {
            NodeValue::Scalar(scalar) => self.located(ScalarReader::new(scalar).deserialize_unit(visitor)),
            NodeValue::Map(entries) if entries.is_empty() => self.located(visitor.visit_unit()),
            _ => self.unfit("left empty"),
        }
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
        self.located(visitor.visit_newtype_struct(self))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.items(Order::Any, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.items(Order::Fixed, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.items(Order::Fixed, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.fields(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.fields(Some(known), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        choices: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match &self.node.value {
            NodeValue::Scalar(scalar) => {
                self.located(ScalarReader::new(scalar).deserialize_enum(name, choices, visitor))
            }
            NodeValue::Map(entries) if entries.len() == 1 => {
                self.located(visitor.visit_enum(Variant::new(self, &entries[0])))
            }
            NodeValue::Map(entries) => {
                let found = format!("a map of {}", entries.len());
                self.located(Err(ReadError::unfit("a name or a map of one", found)))
            }
            NodeValue::List(_) => self.unfit("a name or a map of one"),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if let Some((section, entry, known)) = self.unknown {
            self.report.unknown(section, entry, known);
        }
        visitor.visit_unit()
    }
}

impl ReadError {
    /// A value was asked for before its key.
    pub(crate) fn out_of_turn() -> Self {
        Self::custom("a value was read before its key")
    }
}
