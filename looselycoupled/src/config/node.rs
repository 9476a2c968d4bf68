//! The tree that a configuration is.

use super::entries::Entries;
use super::scalar::Scalar;
use super::source::Span;
use crate::value::Value;

/// Deeper trees are refused, wherever they come from.
pub(crate) const MAX_DEPTH: usize = 64;

/// A value and where it stands; comparison looks at the value only.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: NodeValue,
    /// What errors underline: a scalar itself, the key of anything else; `None` if set by code.
    pub(crate) span: Option<Span>,
}

/// The three shapes of values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NodeValue {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Entries),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) span: Option<Span>,
    pub(crate) node: Node,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.node == other.node
    }
}

impl Node {
    pub(crate) const fn new(value: NodeValue) -> Self {
        Self { value, span: None }
    }

    pub(crate) fn null() -> Self {
        Self::new(NodeValue::Scalar(Scalar::null()))
    }

    pub(crate) const fn empty_map() -> Self {
        Self::new(NodeValue::Map(Entries::new()))
    }

    /// The tree of a value; `None` if it is nested too deeply.
    pub(crate) fn from_value(value: Value, depth: usize) -> Option<Self> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(Self::new(match value {
            Value::Null => NodeValue::Scalar(Scalar::null()),
            Value::Bool(flag) => NodeValue::Scalar(Scalar::plain(flag.to_string())),
            Value::Signed(number) => NodeValue::Scalar(Scalar::plain(number.to_string())),
            Value::Unsigned(number) => NodeValue::Scalar(Scalar::plain(number.to_string())),
            Value::Float(number) => NodeValue::Scalar(Scalar::plain(written(number))),
            Value::Text(text) => NodeValue::Scalar(Scalar::text(text)),
            // Numbers rather than base64: every reader of YAML understands them.
            Value::Bytes(bytes) => NodeValue::List(bytes.into_iter().map(Self::byte).collect()),
            Value::List(items) => {
                let items = items.into_iter().map(|item| Self::from_value(item, depth + 1));
                NodeValue::List(items.collect::<Option<_>>()?)
            }
            Value::Map(entries) => {
                let entries = entries.into_iter().map(|(key, value)| {
                    let node = Self::from_value(value, depth + 1)?;
                    Some(Entry { key: key.into_owned(), span: None, node })
                });
                NodeValue::Map(entries.collect::<Option<Vec<_>>>()?.into())
            }
        }))
    }

    fn byte(byte: u8) -> Self {
        Self::new(NodeValue::Scalar(Scalar::plain(byte.to_string())))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, NodeValue::Scalar(scalar) if scalar.is_null())
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            NodeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            NodeValue::Map(entries) => entries.find(key),
            _ => None,
        }
    }

    /// What stands under one part of a path: a key of a map, a position in a list.
    pub(crate) fn child(&self, part: &str) -> Option<&Self> {
        match &self.value {
            NodeValue::Map(_) => self.entry(part).map(|entry| &entry.node),
            NodeValue::List(items) => items.get(position(part)?),
            NodeValue::Scalar(_) => None,
        }
    }

    /// How many levels the tree has; a single value has one.
    pub(crate) fn depth(&self) -> usize {
        1 + match &self.value {
            NodeValue::Scalar(_) => 0,
            NodeValue::List(items) => items.iter().map(Self::depth).max().unwrap_or(0),
            NodeValue::Map(entries) => entries.iter().map(|entry| entry.node.depth()).max().unwrap_or(0),
        }
    }

    /// What an error calls it when another shape was asked for.
    pub(crate) fn shape(&self) -> &'static str {
        match &self.value {
            NodeValue::Scalar(scalar) if scalar.is_null() => "nothing",
            NodeValue::Scalar(_) => "a single value",
            NodeValue::List(_) => "a list",
            NodeValue::Map(_) => "a map",
        }
    }
}

/// A part of a path as a position in a list: digits only.
pub(crate) fn position(part: &str) -> Option<usize> {
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()
}

/// A float as every YAML reads it: `1.0` keeps its point and `1e300` gets one, since YAML 1.1 asks for it.
fn written(number: f64) -> String {
    if number.is_nan() {
        ".nan".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { ".inf" } else { "-.inf" }.to_owned()
    } else {
        let text = format!("{number:?}");
        match text.split_once('e') {
            Some((digits, exponent)) => {
                let point = if digits.contains('.') { "" } else { ".0" };
                let sign = if exponent.starts_with('-') { "" } else { "+" };
                format!("{digits}{point}e{sign}{exponent}")
            }
            None => text,
        }
    }
}
