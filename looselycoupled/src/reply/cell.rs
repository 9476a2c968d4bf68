//! The place where an outcome meets its caller: one allocation, used once.

use std::task::{Context, Poll};

use super::CallError;
use crate::event_loop::Begun;
use crate::sync::{AtomicU64, Ordering, Receiver, Sender, one_shot};
use crate::waits::NodeId;

type Outcome<V, E> = Result<V, CallError<E>>;

/// The handler's side of a call.
pub(crate) struct Answer<V, E>(Sender<Outcome<V, E>, Beginning>);

/// The caller's side of a call.
pub(crate) struct Reply<V, E>(Receiver<Outcome<V, E>, Beginning>);

/// Makes both sides of a call.
pub(crate) fn answer_and_reply<V, E>(begun: Option<Begun>) -> (Answer<V, E>, Reply<V, E>) {
    let (sender, receiver) = one_shot(Beginning(AtomicU64::new(begun.map_or(0, packed))));
    (Answer(sender), Reply(receiver))
}

impl<V, E> Answer<V, E> {
    /// Notes that the handler has begun.
    pub(crate) fn begin(&self, begun: Begun) {
        self.0.shared().0.store(packed(begun), Ordering::Release);
    }

    /// Hands the outcome over; it comes back if nobody waits any more.
    pub(crate) fn settle(self, outcome: Outcome<V, E>) -> Option<Outcome<V, E>> {
        self.0.send(outcome)
    }
}

impl<V, E> Reply<V, E> {
    pub(crate) fn begun(&self) -> Option<Begun> {
        unpacked(self.0.shared().0.load(Ordering::Acquire))
    }

    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<Outcome<V, E>> {
        self.0.poll(cx)
    }

    /// Nobody waits any more. An outcome that has come already is handed back.
    pub(crate) fn abandon(&mut self) -> Option<Outcome<V, E>> {
        self.0.abandon()
    }
}

/// Where the handler has begun, in one word: 0, or its kind in the upper half and the rest in the lower one.
struct Beginning(AtomicU64);

const TURN: u64 = 1 << 32;
const HANDLER: u64 = 2 << 32;

fn packed(begun: Begun) -> u64 {
    match begun {
        Begun::Turn(turn) => TURN | u64::from(turn),
        Begun::Handler(node) => HANDLER | u64::from(node.raw()),
    }
}

const fn unpacked(word: u64) -> Option<Begun> {
    let rest = word as u32;
    match word & !(u32::MAX as u64) {
        TURN => Some(Begun::Turn(rest)),
        HANDLER => Some(Begun::Handler(NodeId::from_raw(rest))),
        _ => None,
    }
}
