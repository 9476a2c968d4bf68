//! A caller on the wait for its reply.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

use super::{Awaited, BoxError, CallError};
use crate::event_loop::{
    Activation, Cause, Incident, Label, Parked, Parking, Receipt, Services, Withdrawal, current,
};
use crate::router::Station;
use crate::statistics::Loss;
use crate::sync::Arc;
use crate::waits::{Party, WaitId};

/// Where a call stands.
#[derive(Debug)]
pub(crate) enum Position {
    /// It has begun.
    Begun,
    /// It waits in line.
    Queued(Receipt),
    /// It waits for room.
    Parked(Arc<Parking>),
}

/// The caller's half of a call that did not end at once. Dropping it lets go of the call: one that has begun runs
/// to its end, one that still waits is withdrawn.
pub(crate) struct Waiting<V, E> {
    pub(crate) reply: Awaited<V, E>,
    pub(crate) station: Option<Station>,
    pub(crate) label: Label,
    pub(crate) position: Position,
    pub(crate) deadline: Option<Instant>,
    /// The party that waits, if it is one.
    pub(crate) caller: Party,
    /// The entry in the table of waits.
    pub(crate) wait: Option<WaitId>,
    pub(crate) timer: Option<Pin<Box<Sleep>>>,
    /// The outcome has been taken.
    pub(crate) done: bool,
    /// Turns a failure that nobody read into one that can be reported.
    pub(crate) into_report: fn(CallError<E>) -> BoxError,
}

impl<V, E> Waiting<V, E> {
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<V, CallError<E>>> {
        if let Poll::Ready(result) = self.reply.poll(cx) {
            self.done = true;
            self.end_wait();
            return Poll::Ready(result);
        }
        self.notice_another_caller();
        self.settle_in(cx);
        if self.deadline_passed(cx) {
            return Poll::Ready(self.expire());
        }
        Poll::Pending
    }

    /// Hands over where the call leads; until then nothing can be polled or withdrawn.
    #[inline]
    pub(crate) fn lead_to(&mut self, station: Station) {
        self.station = Some(station);
    }

    fn address(&self) -> Box<str> {
        let tenant = self.station.as_ref().map(|station| station.event_loop.tenant(self.label.tenant));
        tenant.map(|tenant| tenant.address_of(self.label.handler)).unwrap_or_default().into()
    }

    /// Follows a call that waited for room into the queue. A closed queue answers through the reply.
    fn settle_in(&mut self, cx: &Context<'_>) {
        if let Position::Parked(parking) = &self.position
            && let Parked::Accepted(receipt) = parking.poll(cx.waker())
        {
            self.position = Position::Queued(receipt);
        }
    }

    fn deadline_passed(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.deadline else { return false };
        self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline))).as_mut().poll(cx).is_ready()
    }

    fn expire(&mut self) -> Result<V, CallError<E>> {
        let withdrawal = self.take_back(Loss::Expired);
        self.end_wait();
        self.done = true;
        if withdrawal != Withdrawal::Done {
            // The loop's task may have answered since the look at the reply, above all that it found the call expired
            // itself; then it knows better than the position does.
            let left = self.reply.abandon_late();
            self.sever();
            return match left {
                Ok(outcome) => outcome,
                Err(begun) => {
                    let begun = begun || matches!(self.position, Position::Begun);
                    Err(CallError::Timeout { address: self.address(), begun })
                }
            };
        }
        Err(CallError::Timeout { address: self.address(), begun: false })
    }

    /// Withdraws the call if it has not begun.
    fn take_back(&self, reason: Loss) -> Withdrawal {
        let Some(event_loop) = self.station.as_ref().map(|station| &station.event_loop) else {
            return Withdrawal::TooLate;
        };
        match &self.position {
            Position::Begun => Withdrawal::TooLate,
            Position::Queued(receipt) => event_loop.withdraw(*receipt, reason),
            Position::Parked(parking) => {
                if event_loop.unpark(parking) {
                    return Withdrawal::Done;
                }
                match parking.poll(std::task::Waker::noop()) {
                    Parked::Accepted(receipt) => event_loop.withdraw(receipt, reason),
                    // The queue has closed; the answer to that is on its way.
                    Parked::Waiting | Parked::Refused => Withdrawal::OutOfReach,
                }
            }
        }
    }

    /// The handler goes on, but nobody waits for it: it must not count as a wait any more.
    fn let_go(&mut self) {
        if let Some(Err(unread)) = self.reply.abandon() {
            self.report(unread);
        }
        self.sever();
    }

    /// Where the call was begun at once, its loop knows who waits for it.
    fn sever(&self) {
        let Some(station) = self.station.as_ref().filter(|_| !self.caller.is_none()) else { return };
        if let Some(begun) = self.reply.begun() {
            station.event_loop.sever(begun, self.caller);
        }
    }

    fn end_wait(&mut self) {
        if let (Some(wait), Some(station)) = (self.wait.take(), &self.station) {
            station.event_loop.services().waits.end(wait);
        }
    }

    /// A handler that passes its call on to a task does not wait for it any more.
    fn notice_another_caller(&mut self) {
        // Parties are numbered by each application for itself, and callers are of the same one as their target.
        let of_target = |services: &Services| {
            self.station.as_ref().is_some_and(|station| std::ptr::eq(services, station.event_loop.services()))
        };
        let is_same = |handler: &Activation| {
            handler.party() == self.caller && of_target(handler.event_loop().services())
        };
        if !self.caller.is_none() && !current(|handler| handler.is_some_and(is_same)) {
            self.end_wait();
            self.sever();
            self.caller = Party::NONE;
        }
    }
}

impl<V, E> Waiting<V, E> {
    #[cold]
    fn report(&self, unread: CallError<E>) {
        let Some(station) = &self.station else { return };
        // A panic has been reported where it happened.
        if !matches!(unread, CallError::Failed(_) | CallError::Result { .. }) {
            return;
        }
        let cause = Cause::Error((self.into_report)(unread));
        let incident = Incident::of(&station.event_loop, self.label, cause);
        station.event_loop.services().report(&incident);
    }
}

impl<V, E> Drop for Waiting<V, E> {
    fn drop(&mut self) {
        self.end_wait();
        if !self.done && self.take_back(Loss::Cancelled) != Withdrawal::Done {
            self.let_go();
        }
    }
}
