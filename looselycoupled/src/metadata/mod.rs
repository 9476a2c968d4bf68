//! What travels with every message: priority, transaction, headers and lineage.

mod headers;
mod lineage;
mod numbering;
mod priority;
mod transaction;

pub use headers::Headers;
pub(crate) use lineage::{Lineage, ModuleIndex};
pub use numbering::NumbersAnew;
pub use priority::Priority;
pub use transaction::{MessageId, TransactionId, TransactionIdError};

use std::sync::Arc;

/// What a handler can learn about the message that it handles.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Metadata {
    /// Shared by everything that stems from the same origin.
    pub transaction: TransactionId,
    /// The message during whose handling this one was sent.
    pub parent: Option<MessageId>,
    /// The module that sent it; `None` for senders outside of every module.
    pub source: Option<Arc<str>>,
    /// The priority at which it was accepted.
    pub priority: Priority,
    /// Headers that the origin set and everything after it inherited.
    pub headers: Headers,
    /// How many messages lie between the origin and this one.
    pub depth: u16,
    /// Whether it is a durable event that may have been handled before, here or by another process of the group.
    pub redelivered: bool,
}
