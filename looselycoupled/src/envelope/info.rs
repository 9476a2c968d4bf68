//! What is known about events before one is sent.

use std::any::TypeId;

use serde::{Deserialize, Serialize};

use super::Event;
use crate::address::constant::NameKey;
use crate::schema::TypeSchema;

/// A place in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// As `file!()` gives it.
    pub file: &'static str,
    /// Counted from 1.
    pub line: u32,
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A field of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldInfo {
    /// Its name; `0`, `1`, … in tuples.
    pub name: &'static str,
    /// Its type as written.
    pub type_name: &'static str,
}

/// How an event's type is built, and so how handlers by name find its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventShape {
    /// Named fields.
    Struct,
    /// Fields `0`, `1`, ….
    Tuple,
    /// No fields.
    Unit,
    /// Variants; a handler by name finds the content under the variant's name, and the content's fields.
    Enum,
}

/// Everything about one type of event.
#[derive(Debug, Clone, Copy)]
pub struct EventInfo {
    /// The name under which it is broadcast.
    pub name: &'static str,
    /// The type's name.
    pub type_name: &'static str,
    /// How the type is built.
    pub shape: EventShape,
    /// Its documentation.
    pub documentation: &'static str,
    /// Its fields; of an enum, its variants.
    pub fields: &'static [FieldInfo],
    /// Where it is declared.
    pub location: Location,
    /// Whether providers keep it until it has been handled, where its route does not say otherwise.
    pub durable: bool,
    /// Whether all processes hear it; otherwise, of each listener, those of one process.
    pub broadcast: bool,
}

/// As many fields as can be given by name.
const MOST_FIELDS: usize = 12;

/// The names of fields as numbers, and behind them what is none of a name.
const fn keys(fields: &[FieldInfo]) -> [NameKey; MOST_FIELDS] {
    let mut keys = [NameKey::NONE; MOST_FIELDS];
    let mut index = 0;
    while index < fields.len() && index < MOST_FIELDS {
        keys[index] = NameKey::of(fields[index].name);
        index += 1;
    }
    keys
}

/// A type of event, comparable.
#[derive(Debug, Clone, Copy)]
pub struct EventTypeInfo {
    /// What is known about it.
    pub info: EventInfo,
    /// What its content looks like.
    pub(crate) schema: TypeSchema,
    /// Its name as a number, and those of its fields.
    pub(crate) key: NameKey,
    pub(crate) keys: &'static [NameKey],
    type_id: fn() -> TypeId,
}

impl EventTypeInfo {
    /// The type `E`.
    #[must_use]
    pub const fn of<E: Event>() -> Self {
        let (info, keys) = (E::INFO, &const { keys(E::INFO.fields) });
        Self { info, schema: E::SCHEMA, key: NameKey::of(info.name), keys, type_id: TypeId::of::<E> }
    }

    /// Whether it is the type `E`.
    #[must_use]
    pub fn is<E: Event>(&self) -> bool {
        (self.type_id)() == TypeId::of::<E>()
    }

    /// Whether both are the same type.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (self.type_id)() == (other.type_id)()
    }
}
