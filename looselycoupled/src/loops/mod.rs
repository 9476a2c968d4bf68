//! Event loops as values: looked up or opened while the application runs, with plain objects and callbacks on them.

mod guest;
mod hosted;
mod open;

pub(crate) use guest::{guests, settled};
pub use hosted::{Borrowing, Hosted, LongVisit, Visit};

use std::fmt;
use std::future::Future;

use crate::envelope::EventRecord;
use crate::event::{CallbackResult, Subscription, SubscriptionId, Venue, on, once};
use crate::module::{Address, Handle, module_statistics};
use crate::statistics::{LoopStatistics, ModuleStatistics};

/// One event loop of an application: a shared one, by [`Handle::event_loop`], or one for a while, by [`Handle::open_loop`].
///
/// Whatever runs on it, handlers of modules, [hosted objects](Hosted) and callbacks, never overlaps. Clones are the same loop.
///
/// A loop that was opened stays open as long as there is somebody who could use it: this value, a hosted object, a
/// subscription. Then it does what still waits and ends.
#[derive(Clone)]
pub struct EventLoop {
    handle: Handle,
    venue: Venue,
}

impl fmt::Debug for EventLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLoop").field("name", &self.name()).finish_non_exhaustive()
    }
}

impl EventLoop {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.venue.station.event_loop.name()
    }

    /// Puts an object on the loop.
    pub fn host<T: Send + 'static>(&self, object: T) -> Hosted<T> {
        Hosted::new(Address::new(self.venue.station.clone()), object, self.venue.open.clone())
    }

    /// [`Handle::on`], with the function called on this loop: never while anything else runs here. What it sends comes from
    /// outside of every module, whoever subscribed.
    ///
    /// # Panics
    ///
    /// The pattern is malformed.
    #[track_caller]
    pub fn on<F, R>(
        &self,
        pattern: &str,
        callback: impl FnMut(EventRecord) -> F + Send + 'static,
    ) -> Subscription
    where
        F: Future<Output = R> + Send + 'static,
        R: CallbackResult,
    {
        on(&self.handle, pattern, callback, Some(self.venue.clone()))
    }

    /// [`Handle::once`], with the function called on this loop.
    ///
    /// # Panics
    ///
    /// The pattern is malformed.
    #[track_caller]
    pub fn once<F, R>(
        &self,
        pattern: &str,
        callback: impl FnOnce(EventRecord) -> F + Send + 'static,
    ) -> SubscriptionId
    where
        F: Future<Output = R> + Send + 'static,
        R: CallbackResult,
    {
        once(&self.handle, pattern, callback, Some(self.venue.clone()))
    }

    /// The names of the modules on it, and what waits.
    #[must_use]
    pub fn statistics(&self) -> LoopStatistics {
        self.venue.station.event_loop.statistics()
    }

    /// What became of the calls to hosted objects and of the events for callbacks here.
    #[must_use]
    pub fn guests(&self) -> ModuleStatistics {
        module_statistics(&self.venue.station)
    }
}
