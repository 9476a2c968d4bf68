//! What a caller gets back, and how it waits for it.

mod cell;
mod error;
mod waiting;

pub(crate) use cell::{Answer, Reply, answer_and_reply};
pub use error::{BoxError, CallError, TaskFailure};
pub(crate) use waiting::{Position, Waiting};

use crate::event_loop::{Admission, Label};
use crate::metadata::Priority;

/// What became of a task that was to be put in line.
pub(crate) struct Queued {
    pub(crate) admission: Admission,
    pub(crate) label: Label,
    pub(crate) priority: Priority,
}

/// How far a call came when it was started.
pub(crate) enum Started<V, E> {
    Done(Result<V, CallError<E>>),
    Waiting(Waiting<V, E>),
}
