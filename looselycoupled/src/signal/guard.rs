//! What listeners panic with is told in the log, and reaches nobody.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::event_loop::Panic;

#[cold]
pub(super) fn report(payload: Box<dyn Any + Send>) {
    let Panic { message } = Panic::from_payload(payload);
    tracing::error!(target: "looselycoupled", "a listener of a signal panicked: {message}");
}

/// Drops something that users made: one thing at a time, for where two panic together nothing can be caught. Its destructor may
/// do anything, and what it panics with must not reach whoever happens to emit, to disconnect or to be the last.
pub(super) fn let_go(dropping: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(dropping)) {
        let Panic { message } = Panic::from_payload(payload);
        tracing::error!(
            target: "looselycoupled",
            "a listener of a signal, or a value meant for it, panicked when it was dropped: {message}"
        );
    }
}
