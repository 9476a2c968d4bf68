//! Names that a module gives to others, in its code or in so many words.

use super::InterfaceInfo;
use crate::envelope::Location;

/// A name that the code of a module mentions, as far as its macro has seen.
#[derive(Debug, Clone, Copy)]
pub struct MentionInfo {
    /// The name, and what is done with it.
    pub named: Named,
    /// Where it stands.
    pub location: Location,
}

/// A name, and what code does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// It sends an event of this name.
    Sent(&'static str),
    /// It sends an event of the type that is called so.
    SentType(&'static str),
    /// It sends an event, maybe of one of the types that are called so.
    SentOneOf(&'static [&'static str]),
    /// It sends the event that is called like the module.
    SentOwn,
    /// It hears events of this name or pattern while the application runs.
    Heard(&'static str),
    /// It hears events of the type that is called so.
    HeardType(&'static str),
    /// It calls or queues the task of this address.
    Called(&'static str),
    /// It asks for a stub.
    Stub {
        /// Of this instance.
        module: &'static str,
        /// Of the type that is called so, where it stands there.
        stub: Option<&'static str>,
    },
}

/// An address that a module says it calls (`calls(…)`).
#[derive(Debug, Clone, Copy)]
pub struct PromiseInfo {
    /// `module.task`, or a module alone.
    pub address: &'static str,
    /// The interface that the module has to implement.
    pub interface: Option<&'static InterfaceInfo>,
    /// Why it leads out of the application.
    pub external: Option<&'static str>,
    /// Where it stands.
    pub location: Location,
}
