//! An `#[on_event]` method.

use syn::{Path, Type};

use super::{Callable, Parameter, Position};

/// A handler of events.
pub(crate) struct Handler {
    /// Its index among the handlers.
    pub(crate) position: Position,
    /// The method.
    pub(crate) callable: Callable,
    /// What it hears, and what it takes of it.
    pub(crate) subscription: Subscription,
    /// `external = "…"`: who sends the event, since no module does.
    pub(crate) external: Option<String>,
}

/// The three forms of `#[on_event]`.
pub(crate) enum Subscription {
    /// `#[on_event(Motion)]`: the whole event, decoded.
    Typed {
        /// The event's type.
        event: Path,
        /// The parameter's type, `&Motion`.
        parameter: Box<Type>,
    },
    /// `#[on_event]` or `#[on_event("a.b")]`: the fields that the method names.
    Named {
        /// The event's name.
        event: String,
        /// The fields.
        fields: Vec<Parameter>,
    },
    /// `#[on_event("sensor.*")]`: the record of every event that matches.
    Pattern {
        /// The pattern.
        pattern: String,
        /// The parameter's type, `&EventRecord`.
        parameter: Box<Type>,
    },
}
