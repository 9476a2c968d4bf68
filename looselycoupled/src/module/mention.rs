//! Names that stand in the code of a module, as far as its macro has seen them.

use crate::envelope::Location;

/// A name that the code of a module mentions.
#[derive(Debug, Clone, Copy)]
pub struct MentionInfo {
    /// What is done with it.
    pub kind: MentionKind,
    /// As written; empty where the verb says all.
    pub name: &'static str,
    /// Where it stands.
    pub location: Location,
}

/// What code does with a name that it mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionKind {
    /// It sends an event of this name.
    Sent,
    /// It sends an event of the type that is called so.
    SentType,
    /// It sends the event that is called like the module.
    SentOwn,
    /// It hears events of this name or pattern while the application runs.
    Heard,
    /// It hears events of the type that is called so.
    HeardType,
}
