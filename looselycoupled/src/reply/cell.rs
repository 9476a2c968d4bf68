//! The place where an outcome meets its caller: one allocation, used once.

use std::task::{Context, Poll};

use super::CallError;
use crate::event_loop::Begun;
use crate::sync::{Arc, AtomicU64, OneShot, Ordering, Receiver, Sender, one_shot};
use crate::waits::{Pending, Progress};

type Outcome<V, E> = Result<V, CallError<E>>;

/// The handler's side of a call.
pub(crate) struct Answer<V, E>(Sender<Outcome<V, E>, Beginning>);

/// The caller's side of a call.
pub(crate) struct Awaited<V, E>(Receiver<Outcome<V, E>, Beginning>);

/// Makes both sides of a call.
pub(crate) fn answer_and_reply<V, E>(begun: Option<Begun>) -> (Answer<V, E>, Awaited<V, E>) {
    let (sender, receiver) = one_shot(Beginning(AtomicU64::new(begun.map_or(0, Beginning::packed))));
    (Answer(sender), Awaited(receiver))
}

impl<V, E> Answer<V, E> {
    /// Notes that the handler of a concurrent module has begun.
    pub(crate) fn begin(&self, begun: Begun) {
        self.0.shared().0.store(Beginning::packed(begun), Ordering::Release);
    }

    /// Notes that the handler begins; false if its caller's time was over before, and the caller told that it never does.
    pub(crate) fn begin_in_time(&self) -> bool {
        self.0.begin()
    }

    /// Hands the outcome over; it comes back if nobody waits any more.
    pub(crate) fn settle(self, outcome: Outcome<V, E>) -> Option<Outcome<V, E>> {
        self.0.send(outcome)
    }
}

impl<V, E> Awaited<V, E> {
    pub(crate) fn begun(&self) -> Option<Begun> {
        self.0.shared().unpacked()
    }

    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<Outcome<V, E>> {
        self.0.poll(cx)
    }

    /// The time is over: the outcome if it has come, or else whether the handler has begun, as far as it
    /// [says so](Answer::begin_in_time).
    pub(crate) fn abandon_late(&mut self) -> Result<Outcome<V, E>, bool> {
        self.0.abandon_late()
    }

    /// Nobody waits any more. An outcome that has come already is handed back.
    pub(crate) fn abandon(&mut self) -> Option<Outcome<V, E>> {
        self.0.abandon()
    }
}

impl<V: Send + 'static, E: Send + 'static> Awaited<V, E> {
    /// What the search for cycles sees of the call.
    pub(crate) fn pending(&self) -> Arc<dyn Pending> {
        self.0.cell()
    }
}

/// Which handler of a concurrent module answers: its number and a bit above it, or 0 as long as it has not begun.
struct Beginning(AtomicU64);

const BEGUN: u64 = 1 << 32;

impl Beginning {
    fn packed(Begun(number): Begun) -> u64 {
        BEGUN | u64::from(number)
    }

    fn unpacked(&self) -> Option<Begun> {
        let word = self.0.load(Ordering::Acquire);
        (word & BEGUN != 0).then_some(Begun(word as u32))
    }
}

impl<V: Send, E: Send> Pending for OneShot<Outcome<V, E>, Beginning> {
    fn progress(&self) -> Progress {
        if self.is_over() {
            return Progress::Over;
        }
        self.shared().unpacked().map_or(Progress::InLine, |Begun(number)| Progress::Begun(number))
    }
}
