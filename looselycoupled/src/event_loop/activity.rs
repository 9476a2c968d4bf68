//! Whether anything is in motion.

use tokio::sync::Notify;

use crate::sync::{AtomicU8, AtomicUsize, Ordering};

/// The lowest bit: something moved that did not stem from `becoming_idle` itself.
const EARNED: usize = 1;
/// One thing that moves.
const ONE: usize = 2;

/// Counts everything that moves: loops with work, handlers outside of loops, blocking bodies.
///
/// Whoever makes work counts it before letting go of its own, so zero means that nothing is left anywhere.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    /// How many move, and [`EARNED`]: one word, so that an idle notice is taken at the very zero that it belongs to.
    moving: AtomicUsize,
    /// Somebody wants to know when nothing moves; without listeners a turn to zero costs nothing more.
    listeners: AtomicUsize,
    /// Whether earned notices are given, so that a zero at which one is due is no rest yet.
    notices: AtomicU8,
    at_rest: Notify,
    wanted: Notify,
}

/// Nobody has asked for notices yet.
const UNWANTED: u8 = 0;
const WANTED: u8 = 1;
/// Nobody gives any more.
const OVER: u8 = 2;

impl Activity {
    #[inline]
    pub(crate) fn enter(&self) {
        self.moving.fetch_add(ONE, Ordering::AcqRel);
    }

    /// Notes that what moves is to be followed by an idle notice. The caller is counted, or something for it.
    #[inline]
    pub(crate) fn earn(&self) {
        if self.moving.load(Ordering::Relaxed) & EARNED == 0 {
            self.moving.fetch_or(EARNED, Ordering::AcqRel);
        }
    }

    #[inline]
    pub(crate) fn leave(&self) {
        // Sequentially consistent with `listen`: either the listener sees zero or this sees the listener.
        let before = self.moving.fetch_sub(ONE, Ordering::SeqCst);
        if before & !EARNED == ONE && self.listeners.load(Ordering::SeqCst) > 0 {
            self.at_rest.notify_waiters();
        }
    }

    /// Returns at an instant at which nothing moves, no notice of that is due to anybody, and nothing has fallen due that is
    /// about to be sent: whoever takes that counts it before it is not due any more.
    pub(super) async fn rest(&self, is_anything_due: impl Fn() -> bool) {
        let _listening = self.listen();
        loop {
            let notified = self.at_rest.notified();
            if !is_anything_due() && self.is_at_rest() {
                return;
            }
            notified.await;
        }
    }

    fn is_at_rest(&self) -> bool {
        let moving = self.moving.load(Ordering::SeqCst);
        moving == 0 || moving == EARNED && self.notices.load(Ordering::SeqCst) != WANTED
    }

    /// Somebody wants to be told when nothing moves.
    pub(crate) fn want_notices(&self) {
        let asked = self.notices.compare_exchange(UNWANTED, WANTED, Ordering::SeqCst, Ordering::Relaxed);
        if asked.is_ok() {
            self.wanted.notify_waiters();
        }
    }

    /// Somebody wants to be told when nothing moves any more; what came to rest before is not told.
    pub(crate) fn want_notices_from_now(&self) {
        if self.notices.load(Ordering::SeqCst) == UNWANTED {
            let _rested = self.moving.compare_exchange(EARNED, 0, Ordering::SeqCst, Ordering::Relaxed);
            self.want_notices();
            // Whoever looked in between saw a notice that was due, and is none any more.
            self.at_rest.notify_waiters();
        }
    }

    /// Returns as soon as somebody wants notices.
    pub(crate) async fn notices_wanted(&self) {
        let wanted = self.wanted.notified();
        if self.notices.load(Ordering::SeqCst) == UNWANTED {
            wanted.await;
        }
    }

    /// Nobody gives notices any more.
    pub(crate) fn end_notices(&self) {
        self.notices.store(OVER, Ordering::SeqCst);
        self.at_rest.notify_waiters();
    }

    /// As [`rest`](Self::rest), once something has moved since the last time; counts as moving itself from that very
    /// instant, and the caller must [`leave`](Self::leave).
    pub(super) async fn earned_rest(&self, is_anything_due: impl Fn() -> bool) {
        let _listening = self.listen();
        loop {
            let notified = self.at_rest.notified();
            if !is_anything_due() && self.takes_notice() {
                return;
            }
            notified.await;
        }
    }

    fn takes_notice(&self) -> bool {
        self.moving.compare_exchange(EARNED, ONE, Ordering::SeqCst, Ordering::Relaxed).is_ok()
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
