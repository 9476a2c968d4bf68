//! What users say about event loops.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::queue::Limits;

/// Room in a queue unless stated otherwise.
const DEFAULT_CAPACITY: usize = 65_536;
/// Handlers of a concurrent module that run at once unless stated otherwise.
const DEFAULT_CONCURRENCY: usize = 64;

/// What happens to a call or a task that finds its queue full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Overflow {
    /// The sender waits for room.
    #[default]
    Wait,
    /// The sender gets [`QueueFull`](crate::CallError::QueueFull).
    Reject,
}

/// Which event goes when a queue has no room for all of them; it is counted as dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventOverflow {
    /// The one that finds no room.
    #[default]
    DropNewest,
    /// Of those that wait, the oldest of the lowest priority; none that is more urgent than the one that finds no room.
    DropOldest,
}

/// The bounds of one event loop, what happens at them, and where it runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct LoopOptions {
    tasks: Option<usize>,
    overflow: Option<Overflow>,
    events: Option<usize>,
    event_overflow: Option<EventOverflow>,
    fairness: Option<usize>,
    concurrency: Option<usize>,
    thread: Option<bool>,
    exit_on_failure: Option<bool>,
}

impl LoopOptions {
    /// Room for 65,536 calls and tasks and as many events; senders of tasks wait for room, the newest events are dropped.
    pub const fn new() -> Self {
        Self {
            tasks: None,
            overflow: None,
            events: None,
            event_overflow: None,
            fairness: None,
            concurrency: None,
            thread: None,
            exit_on_failure: None,
        }
    }

    /// Room for so many waiting calls and tasks; 0 is refused at the start.
    pub const fn tasks(mut self, capacity: usize) -> Self {
        self.tasks = Some(capacity);
        self
    }

    /// What happens to a call or a task without room.
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = Some(overflow);
        self
    }

    /// Room for so many waiting events; of further ones, or for them, some are dropped and counted. A module that hears the
    /// event `gap` is told how many it missed. With 0
    /// there is never room, which a file cannot say: there it is refused.
    pub const fn events(mut self, capacity: usize) -> Self {
        self.events = Some(capacity);
        self
    }

    /// Which event goes when there is no room for all of them.
    pub const fn event_overflow(mut self, overflow: EventOverflow) -> Self {
        self.event_overflow = Some(overflow);
        self
    }

    /// Gives a message of a lower priority its turn whenever so many of higher ones went while it waited, the lowest
    /// priority first. 0, as without a word: the order is strict, and lower priorities wait until no higher one does.
    ///
    /// Such a loop takes its queue's lock once for each message, like one that modules share.
    pub const fn fairness(mut self, after: usize) -> Self {
        self.fairness = Some(after);
        self
    }

    /// How many handlers of a concurrent module run at once; 0 is refused at the start.
    pub const fn concurrency(mut self, limit: usize) -> Self {
        self.concurrency = Some(limit);
        self
    }

    /// Whether the loop has a thread of its own, with a runtime of tokio for its modules alone: their handlers run there and
    /// nowhere else, and may keep the thread without holding up others. Every call to it takes the queue. The loop of a
    /// concurrent module cannot have one.
    pub const fn thread(mut self, has_thread: bool) -> Self {
        self.thread = Some(has_thread);
        self
    }

    /// Whether a panic on the loop, or a failure there that nobody awaits, ends the application, whatever the policies of the
    /// modules say.
    pub const fn exit_on_failure(mut self, exits: bool) -> Self {
        self.exit_on_failure = Some(exits);
        self
    }

    pub(crate) fn exits_on_failure(&self) -> bool {
        self.exit_on_failure.unwrap_or_default()
    }

    pub(crate) fn has_thread(&self) -> bool {
        self.thread.unwrap_or_default()
    }

    pub(crate) const fn denies_thread(&self) -> bool {
        matches!(self.thread, Some(false))
    }

    /// These options, and those of `other` where these say nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            tasks: self.tasks.or(other.tasks),
            overflow: self.overflow.or(other.overflow),
            events: self.events.or(other.events),
            event_overflow: self.event_overflow.or(other.event_overflow),
            fairness: self.fairness.or(other.fairness),
            concurrency: self.concurrency.or(other.concurrency),
            thread: self.thread.or(other.thread),
            exit_on_failure: self.exit_on_failure.or(other.exit_on_failure),
        }
    }

    pub(crate) fn limits(self, is_concurrent: bool) -> Limits {
        let bounded = |capacity: usize| u32::try_from(capacity).unwrap_or(u32::MAX);
        let concurrency = NonZeroU32::new(bounded(self.concurrency.unwrap_or(DEFAULT_CONCURRENCY)));
        Limits {
            tasks: bounded(self.tasks.unwrap_or(DEFAULT_CAPACITY)).max(1),
            overflow: self.overflow.unwrap_or_default(),
            events: bounded(self.events.unwrap_or(DEFAULT_CAPACITY)),
            oldest_goes: self.event_overflow.unwrap_or_default() == EventOverflow::DropOldest,
            fairness: NonZeroU32::new(bounded(self.fairness.unwrap_or_default())),
            concurrent: is_concurrent.then(|| concurrency.unwrap_or(NonZeroU32::MIN)),
        }
    }

    /// The option with which nothing could ever be handled, if there is one.
    pub(crate) fn zero(&self) -> Option<&'static str> {
        let bounds = [("tasks", self.tasks), ("concurrency", self.concurrency)];
        bounds.into_iter().find(|(_, bound)| *bound == Some(0)).map(|(name, _)| name)
    }

    pub(crate) const fn sets_concurrency(&self) -> bool {
        self.concurrency.is_some()
    }
}
