//! What the handlers of an instance and the server beside them share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::access::Credentials;
use super::metrics::Metrics;
use crate::modules::serving::Standing;

/// Outlives the instances of a module that is made again.
#[derive(Debug, Default)]
pub(super) struct Shared {
    metrics: Mutex<Metrics>,
    pub(super) standing: Standing<Option<Credentials>>,
}

impl Shared {
    pub(super) fn metrics(&self) -> MutexGuard<'_, Metrics> {
        // Every change of the metrics is whole before anything can panic.
        self.metrics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
