//! Whether anything is in motion.

use tokio::sync::Notify;

use crate::sync::{AtomicBool, AtomicUsize, Ordering};

/// Counts everything that moves: loops with work, handlers outside of loops, blocking bodies.
///
/// Whoever makes work counts it before letting go of its own, so zero means that nothing is left anywhere.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    busy: AtomicUsize,
    /// Something moved that did not stem from `becoming_idle` itself.
    earned: AtomicBool,
    /// Somebody wants to know when nothing moves; without listeners a turn to zero costs nothing more.
    listeners: AtomicUsize,
    at_rest: Notify,
}

impl Activity {
    #[inline]
    pub(crate) fn enter(&self, idle_born: bool) {
        self.busy.fetch_add(1, Ordering::AcqRel);
        if !idle_born && !self.earned.load(Ordering::Relaxed) {
            self.earned.store(true, Ordering::Release);
        }
    }

    #[inline]
    pub(crate) fn leave(&self) {
        // Sequentially consistent with `listen`: either the listener sees zero or this sees the listener.
        if self.busy.fetch_sub(1, Ordering::SeqCst) == 1 && self.listeners.load(Ordering::SeqCst) > 0 {
            self.at_rest.notify_waiters();
        }
    }

    pub(crate) fn busy(&self) -> usize {
        self.busy.load(Ordering::SeqCst)
    }

    /// Returns at an instant at which nothing moves.
    pub(crate) async fn rest(&self) {
        let _listening = self.listen();
        loop {
            let notified = self.at_rest.notified();
            if self.busy() == 0 {
                return;
            }
            notified.await;
        }
    }

    /// Returns at an instant at which nothing moves and something has moved since the last time, and counts as
    /// moving itself from that very instant; the caller must [`leave`](Self::leave).
    pub(crate) async fn earned_rest(&self) {
        let _listening = self.listen();
        loop {
            let notified = self.at_rest.notified();
            if self.earned.load(Ordering::Acquire) && self.seize() {
                self.earned.store(false, Ordering::Release);
                return;
            }
            notified.await;
        }
    }

    fn seize(&self) -> bool {
        self.busy.compare_exchange(0, 1, Ordering::SeqCst, Ordering::Relaxed).is_ok()
    }

    fn listen(&self) -> Listening<'_> {
        self.listeners.fetch_add(1, Ordering::SeqCst);
        Listening(self)
    }
}

struct Listening<'a>(&'a Activity);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.0.listeners.fetch_sub(1, Ordering::SeqCst);
    }
}
