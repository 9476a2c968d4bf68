//! A name that stands in the code of a block.

use syn::Attribute;

/// A name that a method writes out as a literal, or as a type.
pub(crate) struct Mention {
    /// The method's `#[cfg]`s.
    pub(crate) conditions: Vec<Attribute>,
    /// What is done with it.
    pub(crate) kind: MentionKind,
    /// The name as written; empty where the verb says all.
    pub(crate) name: String,
    /// Its line in the source.
    pub(crate) line: u32,
}

/// What is done with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MentionKind {
    /// `trigger_event("level_changed", …)`
    Sent,
    /// `trigger(Motion { … })`
    SentType,
    /// `trigger_own_event(…)`
    SentOwn,
    /// `subscribe("sensor.**")`
    Heard,
    /// `wait_for::<Motion>()`
    HeardType,
}
