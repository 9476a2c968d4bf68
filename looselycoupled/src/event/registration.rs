//! What keeps a subscription alive, and what is known about it.

use std::fmt;

use crate::address::EventPattern;
use crate::envelope::BECOMING_IDLE;
use crate::metadata::ModuleIndex;
use crate::module::{Application, Handle};
use crate::reply::CallError;
use crate::router::{Ear, Heard, Listener};
use crate::sync::Arc;

/// The number of a subscription; none is used twice in an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionId(u64);

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A subscription as [`Handle::subscriptions`] lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionInfo {
    /// With which it can be [removed](Handle::unsubscribe).
    pub id: SubscriptionId,
    /// Which events it hears.
    pub pattern: String,
    /// The module that subscribed; `None` if that was done from outside.
    pub owner: Option<Arc<str>>,
    /// How many events came to it, the missed ones included.
    pub heard: u64,
    /// How many of them were lost, since their reader was slower than they came.
    pub missed: u64,
    /// How many wait for their reader.
    pub waiting: usize,
}

/// Ends the subscription when dropped, unless it is to stay.
#[derive(Debug)]
pub(super) struct Registration {
    application: Arc<Application>,
    listener: Arc<Listener>,
    stays: bool,
}

impl Registration {
    pub(super) fn new(handle: &Handle, pattern: EventPattern, ear: Arc<dyn Ear>) -> Self {
        let number = handle.application.router.listeners.next_number();
        Self::numbered(handle, number, pattern, ear)
    }

    /// Under a number that has been taken before.
    pub(super) fn numbered(handle: &Handle, number: u64, pattern: EventPattern, ear: Arc<dyn Ear>) -> Self {
        let application = Arc::clone(&handle.application);
        if pattern.as_str() == BECOMING_IDLE {
            application.services.activity.want_notices_from_now();
        }
        let listener = Listener { number, owner: owner(handle), pattern, ear };
        let listener = application.router.listeners.add(listener);
        Self { application, listener, stays: false }
    }

    /// The subscription outlives this.
    pub(super) fn stay(mut self) -> SubscriptionId {
        self.stays = true;
        self.id()
    }

    pub(super) fn id(&self) -> SubscriptionId {
        SubscriptionId(self.listener.number)
    }

    pub(super) fn pattern(&self) -> &str {
        self.listener.pattern.as_str()
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if !self.stays {
            self.application.router.listeners.remove(&self.listener);
        }
    }
}

/// A pattern that is written in the program.
#[track_caller]
#[expect(
    clippy::panic,
    reason = "it is written in the program, and a subscription without events would hide it"
)]
pub(super) fn parsed(pattern: &str) -> EventPattern {
    // A closure would show its own line instead of the caller's.
    match pattern.parse() {
        Ok(pattern) => pattern,
        Err(error) => panic!("{error}"),
    }
}

/// In whose name a handle subscribes.
pub(super) fn owner(handle: &Handle) -> ModuleIndex {
    handle.origin.as_ref().map_or(ModuleIndex::OUTSIDE, |origin| origin.module)
}

impl Handle {
    /// All subscriptions and waits that were made while the application runs, in the order in which they came.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<SubscriptionInfo> {
        let router = &self.application.router;
        let info = |listener: &Arc<Listener>| {
            let Heard { heard, missed, waiting } = listener.ear.heard();
            let owner = router.directory.station(listener.owner);
            SubscriptionInfo {
                id: SubscriptionId(listener.number),
                pattern: listener.pattern.to_string(),
                owner: owner.map(|station| Arc::clone(&station.tenant().name)),
                heard,
                missed,
                waiting,
            }
        };
        let all = router.listeners.all();
        all.iter().filter(|listener| !listener.ear.is_outbox()).map(info).collect()
    }

    /// Ends a subscription from elsewhere; false if there is none of this number any more.
    ///
    /// Nothing is read from it any more when this returns, not even what waits: a stream yields `None`, a wait
    /// [`WaitError::Unsubscribed`](crate::WaitError::Unsubscribed).
    #[expect(clippy::must_use_candidate, reason = "often all that matters is that it has ended")]
    pub fn unsubscribe(&self, id: SubscriptionId) -> bool {
        self.unsubscribe_where(|listener| listener.number == id.0) > 0
    }

    /// Ends all subscriptions to a name or a pattern, as it was written; returns how many there were. See
    /// [`unsubscribe`](Self::unsubscribe).
    #[expect(clippy::must_use_candidate, reason = "as above")]
    pub fn unsubscribe_named(&self, pattern: &str) -> usize {
        self.unsubscribe_where(|listener| listener.pattern.as_str() == pattern)
    }

    /// Ends all subscriptions of a module; returns how many there were. See [`unsubscribe`](Self::unsubscribe).
    ///
    /// # Errors
    ///
    /// [`CallError::UnknownModule`]: there is none of this name; the error knows the nearest.
    pub fn unsubscribe_of(&self, module: &str) -> Result<usize, CallError> {
        let Some((station, _)) = self.application.module(module) else {
            return Err(self.unknown_module(module));
        };
        let owner = station.tenant().module;
        Ok(self.unsubscribe_where(|listener| listener.owner == owner))
    }

    fn unsubscribe_where(&self, is_meant: impl Fn(&Listener) -> bool) -> usize {
        let listeners = &self.application.router.listeners;
        let all = listeners.all().into_iter().filter(|listener| !listener.ear.is_outbox());
        let meant = all.filter(|listener| is_meant(listener));
        meant.filter(|listener| listeners.remove(listener)).count()
    }
}
