//! The counters of one module, and their pictures.

use std::sync::Arc;

use super::{DelayedCounters, DelayedEvents};
use crate::sync::{AtomicBool, AtomicU64, OnceLock, Ordering};

/// A number that only rises.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    /// Counts one, from any thread.
    #[inline]
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn add_many(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    /// Counts one where ownership or a lock already excludes every other writer.
    #[inline]
    pub(crate) fn add_exclusively(&self) {
        self.0.store(self.0.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    /// The same for several.
    #[cfg(feature = "metrics")]
    #[inline]
    pub(crate) fn add_many_exclusively(&self, number: u64) {
        self.0.store(self.0.load(Ordering::Relaxed).wrapping_add(number), Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that rises and falls.
#[derive(Debug, Default)]
pub(crate) struct Gauge(AtomicU64);

impl Gauge {
    pub(crate) fn rise(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn fall(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn rise_exclusively(&self) {
        self.0.store(self.0.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn fall_exclusively(&self) {
        self.0.store(self.0.load(Ordering::Relaxed).wrapping_sub(1), Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What became of the messages for one module.
///
/// Acceptance has three counters because three parties write it, each excluding only its own kind: who holds the
/// queue's lock, who owns the loop, and who was turned away.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) accepted_to_queue: Counter,
    pub(crate) accepted_at_once: Counter,
    pub(crate) handled: Counter,
    pub(crate) failed: Counter,
    pub(crate) running: Gauge,
    /// Made when first needed: most modules never lose anything.
    exceptions: OnceLock<Box<Exceptions>>,
}

/// What became of the messages that did not end as usual.
#[derive(Debug, Default)]
pub(crate) struct Exceptions {
    /// Dropped or undelivered without ever having been in the queue.
    pub(crate) lost_at_the_door: Counter,
    /// The log says that events are dropped.
    pub(crate) drops_are_mentioned: AtomicBool,
    pub(crate) panicked: Counter,
    pub(crate) expired: Counter,
    pub(crate) cancelled: Counter,
    pub(crate) dropped: Counter,
    pub(crate) undelivered: Counter,
    pub(crate) refused: Counter,
    /// How often the module was made again.
    pub(crate) restarts: Counter,
    /// Handlers that kept their loop for too long.
    pub(crate) overdue: Counter,
    /// Tasks whose time has not come.
    pub(crate) delayed: DelayedCounters,
}

impl Counters {
    /// To count one of them.
    #[cold]
    pub(crate) fn exceptions(&self) -> &Exceptions {
        self.exceptions.get_or_init(Box::default)
    }

    /// One of them as it stands.
    pub(crate) fn so_far(&self, counter: impl Fn(&Exceptions) -> &Counter) -> u64 {
        self.seen(|exceptions| counter(exceptions).get())
    }

    /// A number among them as it stands.
    pub(crate) fn seen(&self, look: impl Fn(&Exceptions) -> u64) -> u64 {
        self.exceptions.get().map_or(0, |exceptions| look(exceptions))
    }
}

/// The balance of one module: what it accepted, and what became of it.
///
/// `accepted = handled + failed + expired + cancelled + dropped + undelivered + running + queued + delayed`, exactly so
/// whenever nothing is in motion ([`App::quiesce`](crate::App::quiesce)).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModuleStatistics {
    /// The name of the instance.
    pub module: Arc<str>,
    /// Calls, queued tasks and events that were taken in.
    pub accepted: u64,
    /// Handlers that ended well.
    pub handled: u64,
    /// Handlers that returned an error, panicked, or were dropped by the forced end.
    pub failed: u64,
    /// Those among `failed` that panicked.
    pub panicked: u64,
    /// Calls whose deadline passed before they began.
    pub expired: u64,
    /// Calls and tasks withdrawn by their sender before they began, delayed ones among them.
    pub cancelled: u64,
    /// Events that a full queue gave up, and delayed tasks that one refused when their time had come.
    pub dropped: u64,
    /// Messages that waited when the application ended, and events and delayed tasks to a module that was inactive.
    pub undelivered: u64,
    /// Handlers that have begun and not ended.
    pub running: u64,
    /// Messages that wait.
    pub queued: u64,
    /// Tasks whose time has not come, or that wait for room since it has; of a periodic one the next.
    pub delayed: u64,
    /// Calls and tasks that were turned away with an error; no part of the balance.
    pub refused: u64,
    /// How often the module was made again; no part of the balance.
    pub restarts: u64,
    /// Handlers that kept their loop longer than the watchdog allows; no part of the balance.
    pub overdue: u64,
}

impl ModuleStatistics {
    /// What has become of the accepted messages; equals [`accepted`](Self::accepted) when nothing is in motion.
    #[must_use]
    pub const fn accounted(&self) -> u64 {
        self.handled
            + self.failed
            + self.expired
            + self.cancelled
            + self.dropped
            + self.undelivered
            + self.running
            + self.queued
            + self.delayed
    }
}

/// The queue of one event loop.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoopStatistics {
    /// The name of the loop; a module with a loop of its own gives it its name.
    pub name: Arc<str>,
    /// The modules on it.
    pub modules: Vec<Arc<str>>,
    /// Waiting messages by priority, the highest first.
    pub queued: [usize; 5],
    /// Senders that wait for room.
    pub waiting_for_room: usize,
    /// The room for calls and tasks, and for events.
    pub capacity: (usize, usize),
}

/// A picture of all counters.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// # #[derive(Default)]
/// # struct Lamp;
/// # #[module]
/// # impl Lamp {
/// #     #[task]
/// #     fn set_level(&mut self, level: u8) -> u8 {
/// #         level
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = App::builder().module("lamp", Lamp).start().await?;
/// let handle = app.handle();
/// handle.exec_task("lamp.set_level", args! { level: 40 }).await?;
/// let statistics = handle.statistics();
/// let lamp = statistics.module("lamp").ok_or("no such module")?;
/// assert_eq!((lamp.accepted, lamp.handled, lamp.queued), (1, 1, 0));
/// assert_eq!(lamp.accepted, lamp.accounted());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// One balance for each module, in the order of their start.
    pub modules: Vec<ModuleStatistics>,
    /// One entry for each event loop: first those that the application started with, then those that were opened since.
    pub loops: Vec<LoopStatistics>,
    /// Events that no handler wanted.
    pub unheard_events: u64,
    /// Events that are to be sent later.
    pub delayed_events: DelayedEvents,
    /// Ticks of periodic tasks and events that were skipped, since the runtime or the receiver was late.
    pub missed_ticks: u64,
    /// Events that a connection did not forward, since they had been sent there already or forwarded 16 times.
    pub not_forwarded: u64,
    /// Tasks of blocking work that run at this moment.
    pub blocking: usize,
}

impl Statistics {
    /// The balance of one module.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<&ModuleStatistics> {
        self.modules.iter().find(|module| &*module.module == name)
    }
}
