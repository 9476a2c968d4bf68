//! A name that stands in the code of a block.

use syn::Attribute;

/// A name that a method writes out as a literal, or as a type.
pub(crate) struct Mention {
    /// The method's `#[cfg]`s.
    pub(crate) conditions: Vec<Attribute>,
    /// The name, and what is done with it.
    pub(crate) named: Named,
    /// Its line in the source.
    pub(crate) line: u32,
}

/// A name, and what is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// `trigger_event("level_changed", …)`
    Sent(String),
    /// `trigger(Motion { … })`
    SentType(String),
    /// `trigger(motion)`, by a method that writes these types.
    SentOneOf(Vec<String>),
    /// `trigger_own_event(…)`
    SentOwn,
    /// `subscribe("sensor.**")`
    Heard(String),
    /// `wait_for::<Motion>()`
    HeardType(String),
    /// `exec_task("garage.open", …)`
    Called(String),
    /// `stub::<DimmerStub>("hall_lamp")`
    Stub {
        /// The instance.
        module: String,
        /// The type, where it stands there.
        stub: Option<String>,
    },
}
