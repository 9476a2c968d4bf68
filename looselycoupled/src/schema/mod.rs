//! What is known of a type beyond its name: its JSON Schema, where it has one.
//!
//! Generated code asks the same questions with and without the feature `schema`, since a macro does not know with which
//! features the runtime is built. Without it nobody has an answer, and that is all.

#[cfg(feature = "schema")]
mod generated;

use std::fmt;
use std::marker::PhantomData;

use serde_json::Value;

/// Which way a value goes: types may be read in more forms than they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// It is read: a parameter, an event, a section.
    In,
    /// It is written: a result.
    Out,
}

/// Writes the schema of one type, complete in itself: what it refers to stands below `$defs`.
type Writer = fn(Direction) -> Value;

/// What is known of a type.
#[derive(Clone, Copy)]
pub struct TypeSchema(Option<Writer>);

impl TypeSchema {
    /// Nothing: whatever serde makes of it.
    pub const OPEN: Self = Self(None);

    /// The schema, if there is one.
    pub(crate) fn write(self, direction: Direction) -> Option<Value> {
        self.0.map(|write| write(direction))
    }
}

impl fmt::Debug for TypeSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "known" } else { "open" })
    }
}

/// `SchemaProbe::<T>::SCHEMA`: what is known of `T`.
#[derive(Debug)]
pub struct SchemaProbe<T: ?Sized>(PhantomData<T>);

/// The answer for types that say nothing, and for those that stand for many.
pub trait NoSchema {
    /// Nothing.
    const SCHEMA: TypeSchema = TypeSchema::OPEN;
}

impl<T: ?Sized> NoSchema for SchemaProbe<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    struct Silent;

    #[test]
    #[cfg(feature = "schema")]
    fn a_type_is_known_if_it_says_what_it_looks_like() {
        assert_eq!(
            SchemaProbe::<bool>::SCHEMA.write(Direction::In),
            Some(serde_json::json!({ "type": "boolean" }))
        );
        assert_eq!(SchemaProbe::<Silent>::SCHEMA.write(Direction::In), None);
    }

    #[test]
    #[cfg(not(feature = "schema"))]
    fn no_type_is_known_without_the_feature() {
        assert_eq!(SchemaProbe::<bool>::SCHEMA.write(Direction::In), None);
        assert_eq!(SchemaProbe::<Silent>::SCHEMA.write(Direction::Out), None);
    }
}
