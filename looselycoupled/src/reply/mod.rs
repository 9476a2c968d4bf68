//! What a caller gets back, and how it waits for it.

mod cell;
mod error;
mod full;
mod interface;
#[cfg(all(test, any(loom, shuttle)))]
mod models;
mod remote;
mod waiting;

pub(crate) use cell::{Answer, Awaited, answer_and_reply};
pub use error::{BoxError, CallError, TaskFailure};
pub use full::FullQueue;
pub use interface::InterfaceFault;
pub use remote::RemoteError;
pub(crate) use waiting::{Position, Waiting};

use crate::event_loop::{Label, Obstacle};

/// Why a task that was to be put in line is not there.
pub(crate) enum Stopped {
    Refused(CallError),
    By(Obstacle, Label),
}
