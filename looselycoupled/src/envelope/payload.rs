//! The forms of an event's content.

use std::any::Any;

use super::{Event, EventRecord, EventShape};
use crate::event_loop::Missed;
use crate::sync::Arc;
use crate::value::{DecodeError, EncodeError, Value};

/// The content of an event in the form in which it was sent.
pub(super) trait Payload: Any + Send + Sync {
    /// Whether it was sent as a Rust value.
    fn is_typed(&self) -> bool;
    fn to_value(&self) -> Result<Value, EncodeError>;
    fn shape(&self) -> EventShape;

    /// Whether it tells of events that are missing.
    fn is_gap(&self) -> bool {
        false
    }

    /// The process from which it has come.
    fn process(&self) -> Option<&str> {
        None
    }

    /// Whether it may have been handled before.
    fn is_redelivered(&self) -> bool {
        false
    }

    /// What it is sent again of.
    fn forwarded(&self) -> Option<&Forwarded> {
        None
    }
}

/// Sent as a Rust value.
pub(super) struct Typed<E>(pub(super) E);

impl<E: Event> Payload for Typed<E> {
    fn is_typed(&self) -> bool {
        true
    }

    fn to_value(&self) -> Result<Value, EncodeError> {
        self.0.to_value()
    }

    fn shape(&self) -> EventShape {
        E::INFO.shape
    }
}

/// Sent as named arguments.
pub(super) struct Named(pub(super) Value);

impl Payload for Named {
    fn is_typed(&self) -> bool {
        false
    }

    fn to_value(&self) -> Result<Value, EncodeError> {
        Ok(self.0.clone())
    }

    fn shape(&self) -> EventShape {
        EventShape::Struct
    }
}

/// Sent in another process.
pub(crate) struct Arrived {
    pub(crate) value: Value,
    pub(crate) shape: EventShape,
    pub(crate) process: Box<str>,
    pub(crate) redelivered: bool,
}

impl Payload for Arrived {
    fn is_typed(&self) -> bool {
        false
    }

    fn to_value(&self) -> Result<Value, EncodeError> {
        Ok(self.value.clone())
    }

    fn shape(&self) -> EventShape {
        self.shape
    }

    fn process(&self) -> Option<&str> {
        Some(&self.process)
    }

    fn is_redelivered(&self) -> bool {
        self.redelivered
    }
}

/// What a module is told of events that it has missed. Their number is settled when it is first read: it may rise until
/// the handler begins that is told.
pub(super) struct Missing {
    pub(super) handler: &'static str,
    pub(super) event: Arc<str>,
    pub(super) missed: Arc<Missed>,
}

impl Payload for Missing {
    fn is_typed(&self) -> bool {
        false
    }

    fn to_value(&self) -> Result<Value, EncodeError> {
        let event = Value::from(String::from(&*self.event));
        let fields =
            [("handler", self.handler.into()), ("event", event), ("count", self.missed.tell().into())];
        Ok(Value::Map(fields.map(|(name, value)| (name.into(), value)).into()))
    }

    fn shape(&self) -> EventShape {
        EventShape::Struct
    }

    fn is_gap(&self) -> bool {
        true
    }
}

/// Sent again, at another time or in another module's name: the content is that of the first record, which all share.
pub(super) struct Forwarded {
    /// Itself sent for the first time.
    pub(super) first: EventRecord,
    /// In how many other names it was sent since.
    pub(super) hops: u8,
}

impl Payload for Forwarded {
    /// Under another name it may be heard as another type, and is then read by names.
    fn is_typed(&self) -> bool {
        false
    }

    fn to_value(&self) -> Result<Value, EncodeError> {
        self.first.value().cloned().map_err(Clone::clone)
    }

    fn shape(&self) -> EventShape {
        self.first.shape()
    }

    fn forwarded(&self) -> Option<&Forwarded> {
        Some(self)
    }
}

/// Finds a part of an event's value by the name that a handler uses.
pub(super) fn part<'a>(value: &'a Value, shape: EventShape, name: &str) -> Option<&'a Value> {
    match shape {
        EventShape::Struct => value.get(name),
        EventShape::Unit => None,
        EventShape::Tuple => positional(value, name),
        EventShape::Enum => in_variant(value, name),
    }
}

/// The parts of an event's value in their order.
pub(super) fn parts(value: &Value, shape: EventShape) -> Vec<&Value> {
    match (shape, value) {
        (EventShape::Unit, _) | (EventShape::Enum, Value::Text(_)) => Vec::new(),
        (EventShape::Enum, Value::Map(variant)) => {
            variant.first().map(|(_, content)| contents(content)).unwrap_or_default()
        }
        _ => contents(value),
    }
}

fn contents(value: &Value) -> Vec<&Value> {
    match value {
        Value::Map(entries) => entries.iter().map(|(_, part)| part).collect(),
        Value::List(items) => items.iter().collect(),
        single => vec![single],
    }
}

/// A tuple of one field is encoded as the field itself.
fn positional<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::List(items) => items.get(name.parse::<usize>().ok()?),
        single if name == "0" => Some(single),
        _ => None,
    }
}

fn in_variant<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    const PRESENT: &Value = &Value::Null;
    match value {
        Value::Text(variant) if variant == name => Some(PRESENT),
        Value::Map(entries) => {
            let (variant, content) = entries.first()?;
            if variant == name {
                return Some(content);
            }
            content.get(name).or_else(|| positional(content, name))
        }
        _ => None,
    }
}

/// Turns named arguments into the value that a type of a given shape is decoded from.
pub(super) fn shaped(value: Value, shape: EventShape, fields: usize) -> Result<Value, DecodeError> {
    let Value::Map(entries) = value else { return Ok(value) };
    match shape {
        EventShape::Struct | EventShape::Enum => Ok(Value::Map(entries)),
        EventShape::Unit => Ok(Value::Null),
        EventShape::Tuple => {
            let mut parts: Vec<Value> = Vec::with_capacity(fields);
            for index in 0..fields {
                let name = index.to_string();
                let found = entries.iter().find(|(key, _)| *key == name).map(|(_, part)| part.clone());
                parts.push(found.ok_or_else(|| DecodeError::missing_field(&name))?);
            }
            if fields == 1 { Ok(parts.swap_remove(0)) } else { Ok(Value::List(parts)) }
        }
    }
}
