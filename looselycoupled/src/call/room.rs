//! What both ways of putting a task in line share: tickets, and waiting for room.

use std::fmt;
use std::task::{Context, Poll};

use crate::dispatch::{begin_wait, not_admitted};
use crate::error::Error;
use crate::event_loop::{Admission, Discard, Label, Parked, Parking, current};
use crate::metadata::Priority;
use crate::reply::{CallError, Queued, TaskFailure};
use crate::router::Station;
use crate::sync::Arc;
use crate::waits::{Pending, WaitId};

/// A task that was put in line.
///
/// Dropping a ticket changes nothing; [`cancel`](Self::cancel) withdraws the task if it has not begun.
#[derive(Clone)]
pub struct Ticket {
    station: Station,
    priority: Priority,
    number: u64,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({}#{})", self.station.tenant().name, self.number)
    }
}

impl Ticket {
    #[inline]
    pub(super) const fn new(station: Station, priority: Priority, number: u64) -> Self {
        Self { station, priority, number }
    }

    /// The number under which the module's queue knows the task; rises with every acceptance.
    #[must_use]
    pub const fn id(&self) -> u64 {
        self.number
    }

    /// Withdraws the task; false if it has begun or ended, or if another thread is just about to begin it.
    #[expect(
        clippy::must_use_candidate,
        reason = "withdrawing is the effect; whether it was in time may not matter"
    )]
    pub fn cancel(&self) -> bool {
        self.station.event_loop.withdraw(self.priority, self.number, Discard::Withdrawn)
    }
}

/// A sender that waits for room; dropping it withdraws the task.
pub(super) struct Room {
    station: Station,
    parking: Arc<Parking>,
    priority: Priority,
    label: Label,
    wait: Option<WaitId>,
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Some(wait) = self.wait.take() {
            self.station.event_loop.services().waits.end(wait);
        }
        self.station.event_loop.unpark(&self.parking);
    }
}

/// How far a task came that was to be put in line.
pub(super) enum Entered {
    Done(Result<Ticket, Error>),
    Waits(Room),
}

/// Follows a task that was pushed.
#[inline]
pub(super) fn enter(station: Station, pushed: Result<Queued, CallError>) -> Entered {
    match pushed {
        Ok(Queued { admission: Admission::Accepted(number), priority, .. }) => {
            Entered::Done(Ok(Ticket { station, priority, number }))
        }
        Ok(Queued { admission: Admission::Parked(parking), label, priority }) => {
            wait_for_room(Room { station, parking, priority, label, wait: None })
        }
        Ok(Queued { admission, label, .. }) => {
            station.tenant().counters.refused.add();
            let address = station.tenant().address_of(label.handler).into();
            Entered::Done(Err(not_admitted::<TaskFailure>(&admission, address).into()))
        }
        Err(error) => Entered::Done(Err(error.into())),
    }
}

#[cold]
fn wait_for_room(mut room: Room) -> Entered {
    let pending = || Arc::clone(&room.parking) as Arc<dyn Pending>;
    match current(|sender| begin_wait(&room.station, room.label, sender, pending)) {
        Ok(wait) => {
            room.wait = wait;
            Entered::Waits(room)
        }
        Err(path) => {
            let tenant = room.station.tenant();
            tenant.counters.refused.add();
            let address = tenant.address_of(room.label.handler).into();
            let full = CallError::<TaskFailure>::QueueFull { address, path: Some(path) };
            Entered::Done(Err(full.into()))
        }
    }
}

impl Room {
    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<Result<Ticket, Error>> {
        let tenant = self.station.tenant();
        match self.parking.poll(cx.waker()) {
            Parked::Waiting => Poll::Pending,
            Parked::Accepted(number) => {
                Poll::Ready(Ok(Ticket { station: self.station.clone(), priority: self.priority, number }))
            }
            Parked::Refused => {
                let address = tenant.address_of(self.label.handler).into();
                Poll::Ready(Err(CallError::<TaskFailure>::ShuttingDown { address, begun: false }.into()))
            }
        }
    }
}
