//! How many events a handler has missed, until it is told.

use crate::sync::{AtomicU64, Ordering};

const TOLD: u64 = u64::MAX;

/// A number that rises until somebody is told. Senders add to it while the message waits that tells it.
#[derive(Debug)]
pub(crate) struct Missed(AtomicU64);

impl Missed {
    pub(crate) fn of(number: u64) -> Self {
        Self(AtomicU64::new(number))
    }

    /// One more; false if somebody has been told already.
    pub(crate) fn add(&self) -> bool {
        let add = |missed| (missed != TOLD).then(|| missed + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).is_ok()
    }

    /// The number, which rises no more; only the first call gets it.
    pub(crate) fn tell(&self) -> u64 {
        self.0.swap(TOLD, Ordering::Relaxed)
    }
}
