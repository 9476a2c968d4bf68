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
    /// How it shares events with other processes.
    pub(crate) listener: Listener,
}

/// How a handler shares events with other processes.
pub(crate) struct Listener {
    /// `name = "…"`: what it is called there.
    pub(crate) name: Option<String>,
    /// `group = "…"`: of the processes that have this group one hears each event.
    pub(crate) group: Option<String>,
    /// Every process hears each event, even if its type says otherwise.
    pub(crate) per_process: bool,
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
