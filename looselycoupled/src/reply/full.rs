//! Which queue had no room.

use std::fmt;

use crate::event_loop::EventLoop;

/// The queue that had no room, and how to give it more.
///
/// Boxed in its error, so that the results of calls are no larger for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FullQueue {
    /// The loop: a module that shares none gives its loop its own name.
    pub event_loop: Box<str>,
    /// How many calls and tasks find room.
    pub capacity: usize,
}

impl FullQueue {
    #[cold]
    pub(crate) fn of(event_loop: &EventLoop) -> Box<Self> {
        let statistics = event_loop.statistics();
        Box::new(Self { event_loop: (&*statistics.name).into(), capacity: statistics.capacity.0 })
    }

    /// The key of the configuration that says how many find room.
    #[must_use]
    pub fn setting(&self) -> String {
        format!("looselycoupled.loops.{}.tasks.capacity", self.event_loop)
    }
}

impl fmt::Display for FullQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event_loop, capacity } = self;
        write!(
            f,
            "loop `{event_loop}` has room for {capacity}; raise `{}`, or `LoopOptions::tasks` in code",
            self.setting()
        )
    }
}
