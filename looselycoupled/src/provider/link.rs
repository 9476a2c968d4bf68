//! The way from a provider into its application.

use std::fmt;

use super::exchange::{Way, arrive, serve};
use super::{Answer, Envelope, ProviderState};
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
            None => Err(super::exchange::ended(&call.name)),
        }
    }

    /// Tells how far the provider is, and why, in words.
    pub fn tell_state(&self, state: ProviderState, reason: Option<&str>) {
        if let Some(way) = self.way.upgrade() {
            way.tell_state(state, reason);
        }
    }
}
