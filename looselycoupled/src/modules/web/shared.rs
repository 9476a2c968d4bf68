//! What the handlers of an instance and the server beside them share.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime};

use super::access::{Guard, Sessions};
use super::routes::Mounts;
use crate::modules::serving::Standing;

/// Outlives the instances of a module that is made again.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) standing: Standing<Guard>,
    pub(super) mounts: Mounts,
    pub(super) sessions: Sessions,
    pub(super) began: Instant,
    /// Differs after each start of the application, so that pages see that it is another one.
    instance: OnceLock<String>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            standing: Standing::default(),
            mounts: Mounts::default(),
            sessions: Sessions::default(),
            began: Instant::now(),
            instance: OnceLock::new(),
        }
    }
}

impl Shared {
    pub(super) fn instance(&self) -> &str {
        let by_time = || format!("{:?}", SystemTime::now());
        self.instance.get_or_init(|| super::access::random().unwrap_or_else(|_| by_time()))
    }
}
