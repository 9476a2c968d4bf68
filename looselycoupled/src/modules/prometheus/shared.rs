//! What the handlers of an instance and the server beside them share.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::certificate::Reloads;
use super::metrics::Metrics;
use super::server::Site;

/// Outlives the instances of a module that is made again.
#[derive(Debug, Default)]
pub(super) struct Shared {
    metrics: Mutex<Metrics>,
    listening: Mutex<Listening>,
    pub(super) reloads: Reloads,
}

#[derive(Debug, Default)]
struct Listening {
    address: Option<SocketAddr>,
    /// Bound, and not served yet.
    site: Option<Site>,
}

impl Shared {
    pub(super) fn metrics(&self) -> MutexGuard<'_, Metrics> {
        // Every change of the metrics is whole before anything can panic.
        self.metrics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listening(&self) -> MutexGuard<'_, Listening> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.listening().address
    }

    pub(super) fn open(&self, site: Site) {
        let mut listening = self.listening();
        listening.address = Some(site.address);
        listening.site = Some(site);
    }

    /// The site for whoever serves it.
    pub(super) fn take_over(&self) -> Option<Site> {
        self.listening().site.take()
    }

    /// Nobody listens any more, unless a new site has been opened since.
    pub(super) fn leave(&self) {
        let mut listening = self.listening();
        if listening.site.is_none() {
            listening.address = None;
        }
    }

    pub(super) fn close(&self) {
        *self.listening() = Listening::default();
    }
}
