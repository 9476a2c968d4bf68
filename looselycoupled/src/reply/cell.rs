//! The place where an outcome meets its caller: one allocation, used once.

use std::task::{Context, Poll, Waker};

use super::CallError;
use crate::event_loop::Begun;
use crate::sync::{Arc, Mutex};
use crate::waits::{Pending, Progress};

#[derive(Debug)]
enum Outcome<V, E> {
    /// Not yet; the caller's waker, if it looked already.
    Open(Option<Waker>),
    Ready(Result<V, CallError<E>>),
    /// The caller took it, or went away.
    Gone,
}

#[derive(Debug)]
struct State<V, E> {
    outcome: Outcome<V, E>,
    begun: Option<Begun>,
}

/// A reply on its way.
#[derive(Debug)]
pub(crate) struct ReplyCell<V, E>(Mutex<State<V, E>>);

impl<V, E> ReplyCell<V, E> {
    pub(crate) fn new(begun: Option<Begun>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { outcome: Outcome::Open(None), begun })))
    }

    /// Notes that the handler of a concurrent module has begun.
    pub(crate) fn begin(&self, begun: Begun) {
        self.0.lock().begun = Some(begun);
    }

    pub(crate) fn begun(&self) -> Option<Begun> {
        self.0.lock().begun
    }

    /// Hands the outcome over; it comes back if nobody waits any more.
    pub(crate) fn settle(&self, result: Result<V, CallError<E>>) -> Option<Result<V, CallError<E>>> {
        let waker = {
            let mut state = self.0.lock();
            match &mut state.outcome {
                Outcome::Open(waker) => {
                    let waker = waker.take();
                    state.outcome = Outcome::Ready(result);
                    waker
                }
                Outcome::Ready(_) | Outcome::Gone => return Some(result),
            }
        };
        // Not under the lock: the caller may look at once.
        if let Some(waker) = waker {
            waker.wake();
        }
        None
    }

    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Result<V, CallError<E>>> {
        let mut state = self.0.lock();
        match &mut state.outcome {
            Outcome::Open(waker) => {
                if !waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
                    *waker = Some(cx.waker().clone());
                }
                Poll::Pending
            }
            Outcome::Ready(_) => match std::mem::replace(&mut state.outcome, Outcome::Gone) {
                Outcome::Ready(result) => Poll::Ready(result),
                Outcome::Open(_) | Outcome::Gone => Poll::Pending,
            },
            Outcome::Gone => Poll::Pending,
        }
    }

    /// Nobody waits any more. An outcome that has come already is handed back.
    pub(crate) fn abandon(&self) -> Option<Result<V, CallError<E>>> {
        match std::mem::replace(&mut self.0.lock().outcome, Outcome::Gone) {
            Outcome::Ready(result) => Some(result),
            Outcome::Open(_) | Outcome::Gone => None,
        }
    }
}

impl<V: Send, E: Send> Pending for ReplyCell<V, E> {
    fn progress(&self) -> Progress {
        let state = self.0.lock();
        match (&state.outcome, state.begun) {
            (Outcome::Open(_), None) => Progress::InLine,
            (Outcome::Open(_), Some(Begun(number))) => Progress::Begun(number),
            (Outcome::Ready(_) | Outcome::Gone, _) => Progress::Over,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_reaches_its_caller_once() {
        let reply = ReplyCell::<u8, ()>::new(None);
        let cx = Context::from_waker(Waker::noop());
        assert!(reply.poll(&cx).is_pending());
        assert!(reply.settle(Ok(7)).is_none());
        assert!(matches!(reply.poll(&cx), Poll::Ready(Ok(7))));
    }

    #[test]
    fn an_outcome_without_a_caller_comes_back() {
        let reply = ReplyCell::<u8, ()>::new(None);
        assert!(reply.abandon().is_none());
        assert!(matches!(reply.settle(Ok(7)), Some(Ok(7))));
    }
}
