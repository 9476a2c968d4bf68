//! Calling tasks: by stub and by name, now, in line, and later.

mod away;
mod by_name;
mod by_stub;
mod delayed;
mod enqueue;
mod enqueue_by_name;
mod passage;
mod room;
mod target;
mod thread;

pub use by_name::CallByName;
pub use by_stub::Call;
pub(crate) use delayed::Way;
pub use delayed::{Delayed, Later, Timer, TimerId, TimerInfo};
pub use enqueue::Enqueue;
pub use enqueue_by_name::EnqueueByName;
pub(crate) use passage::Passage;
use passage::{Errand, Passed};
pub use room::Ticket;
pub(crate) use target::origin_not_active;
pub(crate) use thread::{block_on, may_block};

use std::pin::pin;
use std::task::{Context, Poll};

/// A future of this room was polled after it was ready. Waiting on would never end.
#[cold]
#[expect(
    clippy::panic,
    reason = "documented for futures in general, and better than waiting for ever in silence"
)]
pub(crate) fn used_twice() -> ! {
    panic!("a call, a task or an event is sent once: it was polled after it had been ready")
}

/// Takes one unit of the task's cooperative budget, so that a loop of calls that never wait still yields.
#[inline]
pub(crate) fn budget(cx: &mut Context<'_>) -> Poll<()> {
    pin!(tokio::task::coop::consume_budget()).poll(cx)
}
