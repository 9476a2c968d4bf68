//! A number that others wait for.

use tokio::sync::Notify;

use crate::sync::{AtomicU16, Ordering};

/// A number, and who waits until it is another one. They are woken in the order of waiting: a `watch` would draw lots,
/// and no run could be replayed.
#[derive(Debug)]
pub(crate) struct Observed {
    number: AtomicU16,
    changed: Notify,
}

impl Observed {
    pub(crate) fn new(number: u16) -> Self {
        Self { number: AtomicU16::new(number), changed: Notify::const_new() }
    }

    pub(crate) fn get(&self) -> u16 {
        self.number.load(Ordering::Acquire)
    }

    pub(crate) fn set(&self, number: u16) {
        self.number.store(number, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Returns when the number is a wanted one.
    pub(crate) async fn until(&self, is_wanted: impl Fn(u16) -> bool) {
        loop {
            // Made before the look, so that nothing is missed in between.
            let changed = self.changed.notified();
            if is_wanted(self.get()) {
                return;
            }
            changed.await;
        }
    }
}
