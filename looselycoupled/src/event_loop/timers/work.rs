//! What is sent later, as far as timers know it.

use std::fmt;

use super::super::{Cause, Parking};
use crate::metadata::ModuleIndex;
use crate::statistics::{Counter, Loss};
use crate::sync::Arc;

/// Something that is sent when its time has come.
pub(crate) trait Work: Send + Sync {
    /// Sends it, or the next one of many. Users' code runs only here.
    fn send(&self) -> Sent;

    /// Takes one back that waits for room; false if it does not any more.
    fn take_back(&self, parking: &Parking) -> bool;

    fn count(&self, booking: Booking);

    /// Tells why one was not sent that should have been.
    fn tell(&self, cause: Cause);

    /// The module that sends it.
    fn owner(&self) -> ModuleIndex;

    /// The task, as `module.task`, or the event.
    fn address(&self) -> String;
}

impl fmt::Debug for dyn Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({})", self.address())
    }
}

/// What became of the wish to send.
#[derive(Debug)]
pub(crate) enum Sent {
    /// It stands where it will be handled.
    Gone,
    /// It waits for room.
    Parked(Arc<Parking>),
    /// It is never handled; why, if somebody is to hear of that.
    Lost(Loss, Option<Cause>),
}

/// A change of the balance.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Booking {
    /// One more is to be sent later.
    Accepted,
    /// One has been sent; from now on it counts where it was sent to.
    Sent,
    /// One never will be.
    Lost(Loss),
}

/// How often something was sent.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sent: Counter,
    pub(crate) missed: Counter,
}
