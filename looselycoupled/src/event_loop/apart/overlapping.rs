//! A handler of a concurrent module on its way, as a task of the runtime.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::super::activation::{Activation, enter};
use super::super::running_apart::Entry;
use super::super::{Begun, Completion, Failure, Outcome, Panic, Verdict};
use super::Place;
use super::lent::Lent;
use crate::statistics::Loss;
use crate::sync::{Arc, Ordering};

/// Spawns a handler that has its place.
pub(super) fn run<O, C>(place: Place, activation: Activation, lent: Lent<O>, completion: C)
where
    O: Verdict,
    C: Completion<O>,
{
    let (event_loop, number) = (Arc::clone(&place.event_loop), place.number);
    let overlapping = Overlapping { lent, completion: Some(completion), activation, place };
    let handle = event_loop.services.runtime.spawn(overlapping).abort_handle();
    // Whoever drops all handlers either finds the handle or is seen here.
    let is_paused = event_loop.queue.lock().apart().keep(number, handle.clone());
    if is_paused || event_loop.killed.load(Ordering::Acquire) {
        handle.abort();
    }
}

/// One handler on its way.
struct Overlapping<O, C>
where
    O: Verdict,
    C: Completion<O>,
{
    lent: Lent<O>,
    completion: Option<C>,
    activation: Activation,
    place: Place,
}

impl<O: Verdict, C: Completion<O>> Unpin for Overlapping<O, C> {}

impl<O: Verdict, C: Completion<O>> Overlapping<O, C> {
    /// Begins as soon as it may; false if it never will, and whoever waits has been told.
    fn begin(&mut self, waker: &Waker) -> Poll<bool> {
        let event_loop = &self.place.event_loop;
        let entry = event_loop.queue.lock().apart().enter(self.place.number, waker);
        let shared = match entry {
            Entry::With(shared) => shared,
            Entry::Paused => return Poll::Pending,
            Entry::Gone => {
                self.turn_away();
                return Poll::Ready(false);
            }
        };
        let begun = Begun(self.place.number);
        if let Some(Err(reason)) = self.completion.as_ref().map(|completion| completion.begun(begun)) {
            self.completion = None;
            event_loop.lose_seed(&self.activation.seed, C::AWAITED, reason);
            event_loop.count_ended(&self.activation, Outcome::Lost);
            return Poll::Ready(false);
        }
        self.lent.give(shared);
        Poll::Ready(true)
    }

    /// It has not begun, and never will.
    fn turn_away(&mut self) {
        let Some(completion) = self.completion.take() else { return };
        let event_loop = &self.place.event_loop;
        event_loop.lose_seed(&self.activation.seed, C::AWAITED, Loss::Undelivered);
        event_loop.count_ended(&self.activation, Outcome::Lost);
        let label = self.activation.seed.label;
        completion
            .discard(Loss::Undelivered, &|| event_loop.tenant(label.tenant).address_of(label.handler).into());
    }
}

impl<O: Verdict, C: Completion<O>> Future for Overlapping<O, C> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.place.event_loop.services.gives_way(cx) {
            return Poll::Pending;
        }
        if !this.lent.has_begun() {
            match this.begin(cx.waker()) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
        let Poll::Ready(result) = caught(&this.activation, || this.lent.poll(cx)) else {
            return Poll::Pending;
        };
        let Some(completion) = this.completion.take() else { return Poll::Ready(()) };
        let outcome = result.as_ref().map_or(Outcome::Panicked, Outcome::of);
        this.place.event_loop.count_ended(&this.activation, outcome);
        match result {
            Ok(output) => completion.complete(output, &this.activation),
            Err(panic) => completion.fail(Failure::Panicked(panic), &this.activation),
        }
        Poll::Ready(())
    }
}

impl<O: Verdict, C: Completion<O>> Drop for Overlapping<O, C> {
    /// A handler that has not ended was dropped, by the forced end or by a pause.
    fn drop(&mut self) {
        if !self.lent.has_begun() {
            return self.turn_away();
        }
        let Some(completion) = self.completion.take() else { return };
        let event_loop = &self.place.event_loop;
        event_loop.count_ended(&self.activation, Outcome::Failed);
        let failure = match event_loop.paused_by() {
            Some(cause) => Failure::Panicked(Panic::new(&cause)),
            None => Failure::Aborted,
        };
        completion.fail(failure, &self.activation);
    }
}

pub(super) fn caught<O>(activation: &Activation, poll: impl FnOnce() -> Poll<O>) -> Poll<Result<O, Panic>> {
    match catch_unwind(AssertUnwindSafe(|| enter(activation, poll))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(payload) => Poll::Ready(Err(Panic::from_payload(payload))),
    }
}
