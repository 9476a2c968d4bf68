//! A caller on the wait for its reply.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

use super::{BoxError, CallError, ReplyCell};
use crate::event_loop::{Begun, Cause, Discard, Incident, Label, Parked, Parking};
use crate::metadata::Priority;
use crate::router::Station;
use crate::sync::Arc;
use crate::waits::NodeId;

/// Where a call stands.
#[derive(Debug)]
pub(crate) enum Position {
    /// It has begun.
    Begun,
    /// It waits under this number.
    Queued(u64),
    /// It waits for room.
    Parked(Arc<Parking>),
}

/// The caller's half of a call that did not end at once. Dropping it lets go of the call: one that has begun runs
/// to its end, one that still waits is withdrawn.
pub(crate) struct Waiting<V, E> {
    pub(crate) reply: Arc<ReplyCell<V, E>>,
    pub(crate) station: Option<Station>,
    pub(crate) label: Label,
    pub(crate) position: Position,
    pub(crate) priority: Priority,
    pub(crate) deadline: Option<Instant>,
    pub(crate) caller: NodeId,
    /// The entry in the table of waits.
    pub(crate) wait: Option<u64>,
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
            return Poll::Ready(result);
        }
        self.settle_in(cx);
        if self.deadline_passed(cx) {
            return Poll::Ready(Err(self.expire()));
        }
        Poll::Pending
    }

    /// Hands over where the call leads; until then nothing can be polled or withdrawn.
    #[inline]
    pub(crate) fn leading_to(mut self, station: Station) -> Self {
        self.station = Some(station);
        self
    }

    fn address(&self) -> Box<str> {
        let tenant = self.station.as_ref().map(|station| station.event_loop.tenant(self.label.tenant));
        tenant.map(|tenant| tenant.address_of(self.label.handler)).unwrap_or_default().into()
    }

    /// Follows a call that waited for room into the queue. A closed queue answers through the reply.
    fn settle_in(&mut self, cx: &Context<'_>) {
        if let Position::Parked(parking) = &self.position
            && let Parked::Accepted(number) = parking.poll(cx.waker())
        {
            self.position = Position::Queued(number);
        }
    }

    fn deadline_passed(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.deadline else { return false };
        self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline))).as_mut().poll(cx).is_ready()
    }

    fn expire(&mut self) -> CallError<E> {
        let begun = !self.take_back(Discard::Expired);
        if begun {
            self.let_go();
        }
        self.done = true;
        CallError::Timeout { address: self.address(), begun }
    }

    /// Withdraws the call if it has not begun.
    fn take_back(&self, reason: Discard) -> bool {
        let Some(event_loop) = self.station.as_ref().map(|station| &station.event_loop) else { return false };
        match &self.position {
            Position::Begun => false,
            Position::Queued(number) => event_loop.withdraw(self.priority, *number, reason),
            Position::Parked(parking) => {
                if event_loop.unpark(parking) {
                    return true;
                }
                match parking.poll(std::task::Waker::noop()) {
                    Parked::Accepted(number) => event_loop.withdraw(self.priority, number, reason),
                    Parked::Waiting | Parked::Refused => false,
                }
            }
        }
    }

    /// The handler goes on, but nobody waits for it: it must not count as a wait any more.
    fn let_go(&self) {
        if let Some(Err(unread)) = self.reply.abandon() {
            self.report(unread);
        }
        let Some(station) = self.station.as_ref().filter(|_| !self.caller.is_none()) else { return };
        match self.reply.begun() {
            Some(Begun::Turn(turn)) => station.event_loop.sever(turn, self.caller),
            Some(Begun::Handler(node)) => station.event_loop.services().waits.orphan(node),
            None => {}
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
        if let (Some(wait), Some(station)) = (self.wait.take(), &self.station) {
            station.event_loop.services().waits.end(wait);
        }
        if !self.done && !self.take_back(Discard::Withdrawn) {
            self.let_go();
        }
    }
}
