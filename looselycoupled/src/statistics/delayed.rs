//! The counters of what is to be sent later.

use super::counters::{Counter, Gauge};

/// What is to be sent later.
#[derive(Debug, Default)]
pub(crate) struct DelayedCounters {
    accepted: Counter,
    sent: Counter,
    delayed: Gauge,
}

impl DelayedCounters {
    pub(crate) fn accept(&self) {
        self.accepted.add();
        self.delayed.rise();
    }

    /// From now on it counts where it was sent to.
    pub(crate) fn send(&self) {
        self.sent.add();
        self.delayed.fall();
    }

    /// It never will be sent; whoever says so counts why.
    pub(crate) fn lose(&self) {
        self.delayed.fall();
    }

    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.get()
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// How many have not been sent; measured, as all that stands in a balance.
    pub(crate) fn delayed(&self) -> u64 {
        self.delayed.get()
    }

    /// Those whose acceptance counts here, and not where they were sent to.
    pub(crate) fn accepted_here(&self) -> u64 {
        let sent = self.sent();
        self.accepted().saturating_sub(sent)
    }
}

/// The balance of the events that are to be sent later, which have no receivers before they are sent.
///
/// `accepted = sent + cancelled + undelivered + delayed`, exactly so whenever nothing is in motion. Of a periodic event every
/// tick counts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DelayedEvents {
    /// Events that were taken in.
    pub accepted: u64,
    /// Those whose time has come; from then on they count for the modules that hear them.
    pub sent: u64,
    /// Those that were cancelled before.
    pub cancelled: u64,
    /// Those whose time had not come when the application ended.
    pub undelivered: u64,
    /// Those whose time has not come; of a periodic one the next.
    pub delayed: u64,
}

impl DelayedEvents {
    /// What has become of the accepted events; equals [`accepted`](Self::accepted) when nothing is in motion.
    #[must_use]
    pub const fn accounted(&self) -> u64 {
        self.sent + self.cancelled + self.undelivered + self.delayed
    }
}
