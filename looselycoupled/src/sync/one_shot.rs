//! A value on its way from one party to another, without a lock.

#![expect(unsafe_code, reason = "one word of state says who may touch the value and the waker")]

use std::task::{Context, Poll, Waker};

use super::{Arc, AtomicU8, ExclusiveCell, Ordering};

/// The receiver's waker lies in the cell, and the sender may read it.
const REGISTERED: u8 = 1;
/// The value lies in the cell and belongs to the receiver.
const SENT: u8 = 1 << 1;
/// The receiver went away.
const GONE: u8 = 1 << 2;
/// The sender has begun to make the value.
const BEGUN: u8 = 1 << 3;
/// The receiver went away because its time was over.
const LATE: u8 = 1 << 4;

/// One value, sent once and received once, and something beside it that both parties see.
///
/// Invariants:
///
/// 1. The value belongs to the sender until [`SENT`] is set, then to the receiver; if [`GONE`] was set before, it
///    stays the sender's.
/// 2. The waker is written by the receiver only, and only while neither [`REGISTERED`] nor [`SENT`] is set; the sender
///    reads it only if it set [`SENT`] while [`REGISTERED`] was set.
pub(crate) struct OneShot<T, S> {
    state: AtomicU8,
    waker: ExclusiveCell<Option<Waker>>,
    value: ExclusiveCell<Option<T>>,
    shared: S,
}

impl<T, S> OneShot<T, S> {
    pub(crate) const fn shared(&self) -> &S {
        &self.shared
    }

    /// Whether the value has been sent, or nobody waits for it any more.
    pub(crate) fn is_over(&self) -> bool {
        self.state.load(Ordering::Acquire) & (SENT | GONE) != 0
    }
}

/// The party that has the value.
pub(crate) struct Sender<T, S>(Arc<OneShot<T, S>>);

/// The party that waits for it.
pub(crate) struct Receiver<T, S>(Arc<OneShot<T, S>>);

/// Makes both ends: one allocation.
pub(crate) fn one_shot<T, S>(shared: S) -> (Sender<T, S>, Receiver<T, S>) {
    let (waker, value) = (ExclusiveCell::new(None), ExclusiveCell::new(None));
    let cell = Arc::new(OneShot { state: AtomicU8::new(0), waker, value, shared });
    (Sender(Arc::clone(&cell)), Receiver(cell))
}

impl<T, S> Sender<T, S> {
    pub(crate) fn shared(&self) -> &S {
        &self.0.shared
    }

    /// Begins to make the value; false if the receiver's time was over before.
    pub(crate) fn begin(&self) -> bool {
        self.0.state.fetch_or(BEGUN, Ordering::AcqRel) & LATE == 0
    }

    /// Hands the value over and wakes the receiver; it comes back if nobody waits any more.
    pub(crate) fn send(self, value: T) -> Option<T> {
        let cell = &*self.0;
        // SAFETY: invariant 1: only this call sets `SENT`, and it consumes the only sender.
        unsafe { *cell.value.get() = Some(value) };
        let before = cell.state.fetch_or(SENT, Ordering::AcqRel);
        if before & GONE != 0 {
            // SAFETY: invariant 1: the receiver went before.
            return unsafe { (*cell.value.get()).take() };
        }
        if before & REGISTERED != 0 {
            // SAFETY: invariant 2; the receiver may read the waker as well, but writes it no more.
            if let Some(waker) = unsafe { &*cell.waker.get_to_read() } {
                waker.wake_by_ref();
            }
        }
        None
    }
}

impl<T, S> Receiver<T, S> {
    pub(crate) fn shared(&self) -> &S {
        &self.0.shared
    }

    /// For those who watch how it goes.
    pub(crate) fn cell(&self) -> Arc<OneShot<T, S>> {
        Arc::clone(&self.0)
    }

    /// The value, once; until it is there, the waker is called when it comes.
    #[expect(clippy::needless_pass_by_ref_mut, reason = "the invariants need one receiver at a time")]
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<T> {
        let cell = &*self.0;
        let mut seen = cell.state.load(Ordering::Acquire);
        if seen & (SENT | REGISTERED) == REGISTERED {
            // SAFETY: invariant 2: nobody but this party writes it.
            let known = unsafe { &*cell.waker.get_to_read() };
            if known.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
                return Poll::Pending;
            }
            seen = cell.state.fetch_and(!REGISTERED, Ordering::AcqRel);
        }
        if seen & SENT == 0 {
            // SAFETY: invariant 2: neither bit is set, and only this party sets `REGISTERED`.
            unsafe { *cell.waker.get() = Some(cx.waker().clone()) };
            seen = cell.state.fetch_or(REGISTERED, Ordering::AcqRel);
        }
        if seen & SENT == 0 {
            return Poll::Pending;
        }
        // SAFETY: invariant 1.
        unsafe { &mut *cell.value.get() }.take().map_or(Poll::Pending, Poll::Ready)
    }

    /// Nobody waits any more. A value that has come already and was not taken is handed back.
    pub(crate) fn abandon(&mut self) -> Option<T> {
        let before = self.0.state.fetch_or(GONE, Ordering::AcqRel);
        // SAFETY: set by the receiver, as just done.
        unsafe { self.left(before) }
    }

    /// The time is over. Hands back a value that has come already and was not taken, or tells whether the sender has
    /// [begun](Sender::begin) to make it; if not, it never will.
    pub(crate) fn abandon_late(&mut self) -> Result<T, bool> {
        let before = self.0.state.fetch_or(GONE | LATE, Ordering::AcqRel);
        // SAFETY: set by the receiver, as just done.
        unsafe { self.left(before) }.ok_or(before & BEGUN != 0)
    }

    /// SAFETY: the receiver has set `GONE`, and `before` is what it found.
    unsafe fn left(&mut self, before: u8) -> Option<T> {
        if before & SENT == 0 {
            return None;
        }
        // SAFETY: invariant 1.
        unsafe { &mut *self.0.value.get() }.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reaches_its_receiver_once() {
        let (sender, mut receiver) = one_shot(());
        let cx = Context::from_waker(Waker::noop());
        assert!(receiver.poll(&cx).is_pending());
        assert_eq!(sender.send(7), None);
        assert_eq!(receiver.poll(&cx), Poll::Ready(7));
        assert_eq!(receiver.abandon(), None);
    }

    #[test]
    fn a_value_without_a_receiver_comes_back() {
        let (sender, mut receiver) = one_shot(());
        assert_eq!(receiver.abandon(), None);
        assert_eq!(sender.send(7), Some(7));
    }

    #[test]
    fn a_value_that_came_first_is_handed_back_to_who_abandons() {
        let (sender, mut receiver) = one_shot(());
        assert_eq!(sender.send(7), None);
        assert_eq!(receiver.abandon(), Some(7));
    }

    #[test]
    fn what_has_begun_before_the_time_was_over_is_told_apart_from_what_never_begins() {
        let (sender, mut receiver) = one_shot::<u8, _>(());
        assert!(sender.begin());
        assert_eq!(receiver.abandon_late(), Err(true));
        let (sender, mut receiver) = one_shot::<u8, _>(());
        assert_eq!(receiver.abandon_late(), Err(false));
        assert!(!sender.begin());
        let (sender, mut receiver) = one_shot(());
        assert_eq!(sender.send(7), None);
        assert_eq!(receiver.abandon_late(), Ok(7));
    }

    #[test]
    fn the_waker_that_was_shown_last_is_called() {
        #[derive(Default)]
        struct Flag(AtomicU8);
        impl std::task::Wake for Flag {
            fn wake(self: Arc<Self>) {
                self.0.store(1, Ordering::SeqCst);
            }
        }
        let (first, last) = (Arc::new(Flag::default()), Arc::new(Flag::default()));
        let (sender, mut receiver) = one_shot(());
        for flag in [&first, &last] {
            let waker = Waker::from(Arc::clone(flag));
            assert!(receiver.poll(&Context::from_waker(&waker)).is_pending());
        }
        assert_eq!(sender.send(7), None);
        assert_eq!((first.0.load(Ordering::SeqCst), last.0.load(Ordering::SeqCst)), (0, 1));
    }

    #[test]
    fn a_race_of_sending_and_waiting_loses_nothing() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for round in 0..2_000 {
            let (sender, mut receiver) = one_shot(());
            let sending = std::thread::spawn(move || assert_eq!(sender.send(round), None));
            assert_eq!(runtime.block_on(std::future::poll_fn(|cx| receiver.poll(cx))), round);
            sending.join().unwrap();
        }
    }
}
