//! Room in a queue: the bounds, and how much is taken.

use std::num::NonZeroU32;

use super::Entry;
use crate::event_loop::{Kind, Overflow};

/// The bounds of one loop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) tasks: u32,
    pub(crate) events: u32,
    /// An event without room drives out the oldest one instead of being lost itself.
    pub(crate) oldest_goes: bool,
    /// After how many messages of higher priorities one of a lower has its turn.
    pub(crate) fairness: Option<NonZeroU32>,
    /// How many handlers of a concurrent module run at once; `None` for a sequential loop.
    pub(crate) concurrent: Option<NonZeroU32>,
    pub(crate) overflow: Overflow,
}

impl Limits {
    /// Those of a loop that takes only what is bounded elsewhere.
    pub(crate) const NONE: Self = Self {
        tasks: 0,
        events: 0,
        oldest_goes: false,
        fairness: None,
        concurrent: None,
        overflow: Overflow::Reject,
    };
}

/// How much of its room a queue has given away.
#[derive(Debug)]
pub(super) struct Room {
    limits: Limits,
    tasks: u32,
    events: u32,
    /// Tasks and events that have left the hand and whose room is free again, as of the last release.
    released: (u32, u32),
}

impl Room {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, tasks: 0, events: 0, released: (0, 0) }
    }

    pub(super) const fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) const fn is_left_for_events(&self) -> bool {
        self.events < self.limits.events
    }

    /// Takes room for a message, if some is left.
    #[inline]
    pub(super) fn take(&mut self, kind: Kind) -> Entry {
        match kind {
            Kind::Task if self.tasks < self.limits.tasks => self.tasks += 1,
            Kind::Event if self.is_left_for_events() => self.events += 1,
            Kind::BoundedElsewhere | Kind::Redelivered | Kind::Hook => {}
            Kind::Task if self.limits.overflow == Overflow::Wait => return Entry::Park,
            Kind::Task | Kind::Event => return Entry::Full,
        }
        Entry::Free
    }

    /// Takes the room that a task has just left for one that waited for it.
    pub(super) const fn take_over(&mut self) {
        self.tasks += 1;
    }

    /// Frees the room of one message.
    #[inline]
    pub(super) const fn free(&mut self, kind: Kind) {
        match kind {
            Kind::Task => self.tasks -= 1,
            Kind::Event => self.events -= 1,
            Kind::BoundedElsewhere | Kind::Redelivered | Kind::Hook => {}
        }
    }

    /// Frees the room of all that has left the hand since the last time, and returns how many tasks that were.
    #[inline]
    pub(super) fn release(&mut self, begun: (u32, u32)) -> u32 {
        let released = std::mem::replace(&mut self.released, begun);
        let (tasks, events) = (begun.0.wrapping_sub(released.0), begun.1.wrapping_sub(released.1));
        self.events -= events;
        self.tasks -= tasks;
        tasks
    }
}
