//! What became of a message, as far as its sender was told.

use looselycoupled::prelude::*;

/// What an outsider knows of its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// It has begun and ended, for its sender got an answer of the handler's own.
    Answered,
    /// It has begun; how it ended is not known.
    Begun,
    /// It has not begun, and never will.
    NotBegun,
    /// It was accepted.
    Accepted,
    Unknown,
}

impl Fate {
    /// What an error tells.
    pub(crate) fn of<E: std::fmt::Debug>(error: &CallError<E>) -> Self {
        match error {
            CallError::Failed(_)
            | CallError::Panicked { .. }
            | CallError::Timeout { begun: true, .. }
            | CallError::ShuttingDown { begun: true, .. } => Self::Begun,
            CallError::Timeout { begun: false, .. }
            | CallError::Closed { .. }
            | CallError::ShuttingDown { begun: false, .. }
            | CallError::QueueFull { .. }
            | CallError::NotReady { .. } => Self::NotBegun,
            other => panic!("{other:?}"),
        }
    }
}
