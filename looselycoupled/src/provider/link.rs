//! The way from a provider into its application.

use std::fmt;

use super::arrive::{arrive, arrive_durably, ended, serve};
use super::way::Way;
use super::{Answer, Delivery, Envelope, EventForm, ProviderState};
use crate::sync::{Arc, Weak};

/// The way from a [`Provider`](super::Provider) into the application that has started it. Cheap to clone.
#[derive(Clone)]
pub struct Link {
    process: Arc<str>,
    way: Weak<Way>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("process", &self.process).finish_non_exhaustive()
    }
}

/// What became of an event that came from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arrival {
    /// It stands in the queues of so many who hear it.
    Heard(usize),
    /// This process has sent it itself.
    Echo,
    /// It has come before: it has been handled, or still is.
    Repeated,
    /// An interceptor rejected it, its content is none of an event, or the application has ended. It is counted.
    Refused,
}

impl Link {
    pub(super) fn new(process: Arc<str>, way: &Arc<Way>) -> Self {
        Self { process, way: Arc::downgrade(way) }
    }

    /// The name of this process, which no other one has.
    #[must_use]
    pub fn process(&self) -> &str {
        &self.process
    }

    /// Hands an event from elsewhere to everybody here who hears it. Ready when it stands in their queues.
    pub async fn event(&self, event: Envelope) -> Arrival {
        match self.way.upgrade() {
            Some(way) => arrive(&way, event).await,
            None => Arrival::Refused,
        }
    }

    /// Hands a durable event from elsewhere to everybody here who hears it. Ready when it stands in their queues, where
    /// it always finds room: a provider hands over no more than a bounded number before it is told that the first ones have been
    /// [handled](Delivery::handled).
    ///
    /// By its header `lc-id` an event is recognised that comes again.
    pub async fn durable_event(&self, event: Envelope) -> Delivery {
        match self.way.upgrade() {
            Some(way) => arrive_durably(&way, event).await,
            None => Delivery::over(Arrival::Refused, false),
        }
    }

    /// Serves a call from elsewhere. Ready when its task has ended, or, of a task that nobody waits for, when it is in line.
    ///
    /// # Errors
    ///
    /// What the call came to, for the process that made it.
    ///
    /// # Cancel safety
    ///
    /// Dropping it withdraws a call that has not begun, and abandons the result of one that has.
    pub async fn call(&self, call: Envelope) -> Answer {
        match self.way.upgrade() {
            Some(way) => serve(&way, call).await,
            None => Err(ended(&call.name)),
        }
    }

    /// Tells that something has come that cannot be read, and is lost: what it is called, as far as that is known, and why. It is counted as
    /// [refused](super::ProviderInfo::refused).
    pub fn tell_unreadable(&self, what: &str, reason: &dyn fmt::Display) {
        if let Some(way) = self.way.upgrade() {
            way.tell_unreadable(what, reason);
        }
    }

    /// Tells that events which the provider took, and for which nobody waits, may not have arrived: how many, and why. They are counted as
    /// [lost](super::ProviderInfo::lost); of none nothing is told.
    pub fn tell_lost(&self, events: usize, reason: &dyn fmt::Display) {
        if let Some(way) = self.way.upgrade().filter(|_| events > 0) {
            way.tell_lost(events as u64, reason);
        }
    }

    /// The same where they are told in words that are the provider's own.
    pub fn count_lost(&self, events: usize) {
        if let Some(way) = self.way.upgrade() {
            way.count_lost(events as u64);
        }
    }

    /// What the content of an event looks like, if a type of this program, or `emits(…)` or a handler of a module of the application, says so.
    #[must_use]
    pub fn form(&self, event: &str) -> Option<EventForm> {
        self.way.upgrade()?.forms.of(event).cloned()
    }

    /// Tells how far the provider is, and why, in words.
    pub fn tell_state(&self, state: ProviderState, reason: Option<&str>) {
        if let Some(way) = self.way.upgrade() {
            way.tell_state(state, reason);
        }
    }
}
