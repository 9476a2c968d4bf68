//! What both ways of putting a task in line share: tickets, and waiting for room.

use std::fmt;
use std::task::{Context, Poll, Waker};

use super::used_twice;
use crate::dispatch::{begin_wait, not_admitted};
use crate::error::Error;
use crate::event_loop::{Label, Obstacle, Parked, Parking, Receipt, Withdrawal, current};
use crate::reply::{CallError, FullQueue, Stopped, TaskFailure};
use crate::router::Station;
use crate::statistics::Loss;
use crate::sync::Arc;
use crate::waits::{Pending, WaitId};

/// A task that was put in line.
///
/// Dropping a ticket changes nothing; [`cancel`](Self::cancel) withdraws the task if it has not begun.
#[derive(Clone)]
pub struct Ticket {
    /// `None` in another process.
    place: Option<(Station, Receipt)>,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((station, receipt)) => write!(f, "Ticket({}#{})", station.tenant().name, receipt.number()),
            None => f.write_str("Ticket(elsewhere)"),
        }
    }
}

impl Ticket {
    #[inline]
    pub(super) const fn new(station: Station, receipt: Receipt) -> Self {
        Self { place: Some((station, receipt)) }
    }

    /// Of a task that another process has put in line.
    pub(super) const fn elsewhere() -> Self {
        Self { place: None }
    }

    /// The number under which the module's queue knows the task; rises with every acceptance. 0 in another process.
    #[must_use]
    pub const fn id(&self) -> u64 {
        match &self.place {
            Some((_, receipt)) => receipt.number(),
            None => 0,
        }
    }

    /// Withdraws the task; false if it has begun or ended, or if another thread is about to begin it. One that waits in another process
    /// cannot be withdrawn.
    ///
    /// Where all handlers run on one thread, other threads cannot withdraw what that thread has taken in hand, until the
    /// handler that runs gives the thread back.
    #[expect(
        clippy::must_use_candidate,
        reason = "withdrawing is the effect; whether it was in time may not matter"
    )]
    pub fn cancel(&self) -> bool {
        let Some((station, receipt)) = &self.place else { return false };
        station.event_loop.withdraw(*receipt, Loss::Cancelled) == Withdrawal::Done
    }
}

/// A sender that waits for room; dropping it withdraws the task.
pub(super) struct Room {
    station: Station,
    parking: Arc<Parking>,
    label: Label,
    wait: Option<WaitId>,
    /// The sender knows what became of its task.
    is_over: bool,
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Some(wait) = self.wait.take() {
            self.station.event_loop.services().waits.end(wait);
        }
        let event_loop = &self.station.event_loop;
        if self.is_over || event_loop.unpark(&self.parking) {
            return;
        }
        // The task has moved up, and its sender went away before it learned of that.
        if let Parked::Accepted(receipt) = self.parking.poll(Waker::noop()) {
            event_loop.withdraw(receipt, Loss::Cancelled);
        }
    }
}

/// Follows a task that was stopped on its way into the queue.
#[cold]
#[inline(never)]
pub(super) fn follow(
    station: Station,
    stopped: Option<Stopped>,
    room: &mut Option<Box<Room>>,
    cx: &Context<'_>,
) -> Poll<Result<Ticket, Error>> {
    let (obstacle, label) = match stopped {
        Some(Stopped::By(obstacle, label)) => (obstacle, label),
        Some(Stopped::Refused(error)) => return Poll::Ready(Err(error.into())),
        None => used_twice(),
    };
    if let Obstacle::Parked(parking) = obstacle {
        let mut waiting = wait_for_room(Room { station, parking, label, wait: None, is_over: false })?;
        let polled = waiting.poll(cx);
        *room = Some(Box::new(waiting));
        return polled;
    }
    station.tenant().refuse(label.handler, false);
    Poll::Ready(Err(not_admitted::<TaskFailure>(Some(&obstacle), &station, label).into()))
}

#[cold]
fn wait_for_room(mut room: Room) -> Result<Room, Error> {
    let pending = || Arc::clone(&room.parking) as Arc<dyn Pending>;
    match current(|sender| begin_wait(&room.station, room.label, sender, &pending)) {
        Ok(wait) => {
            room.wait = wait;
            Ok(room)
        }
        Err(path) => {
            let tenant = room.station.tenant();
            tenant.refuse(room.label.handler, false);
            let address = tenant.address_of(room.label.handler).into();
            let queue = FullQueue::of(&room.station.event_loop);
            let full = CallError::<TaskFailure>::QueueFull { address, queue, path: Some(path) };
            Err(full.into())
        }
    }
}

impl Room {
    pub(super) fn poll(&mut self, cx: &Context<'_>) -> Poll<Result<Ticket, Error>> {
        let parked = self.parking.poll(cx.waker());
        self.is_over = !matches!(parked, Parked::Waiting);
        match parked {
            Parked::Waiting => Poll::Pending,
            Parked::Accepted(receipt) => Poll::Ready(Ok(Ticket::new(self.station.clone(), receipt))),
            Parked::Refused => {
                let refusal = not_admitted::<TaskFailure>(Some(&Obstacle::Closed), &self.station, self.label);
                Poll::Ready(Err(refusal.into()))
            }
        }
    }
}
