//! The bounded pool.

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::marked;
use crate::sync::{Arc, AtomicBool, AtomicUsize, Ordering};

/// Lets at most so many blocking bodies run at once; more wait their turn and are mentioned once.
#[derive(Debug)]
pub(crate) struct BlockingPool {
    permits: Arc<Semaphore>,
    limit: usize,
    running: Arc<AtomicUsize>,
    mentioned: AtomicBool,
}

impl BlockingPool {
    /// How many bodies a pool can be made for at most.
    pub(crate) const LARGEST: usize = Semaphore::MAX_PERMITS;

    /// `limit` is at least one and at most [`LARGEST`](Self::LARGEST).
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(limit)),
            limit,
            running: Arc::new(AtomicUsize::new(0)),
            mentioned: AtomicBool::new(false),
        }
    }

    /// How many bodies may run at once.
    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// How many bodies run.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    /// Runs a body on a thread of the pool as soon as one is free. Dropping the handle lets the body go on.
    pub(crate) async fn run<R: Send + 'static>(
        &self,
        runtime: &tokio::runtime::Handle,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> JoinHandle<R> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) => {
                self.mention();
                Arc::clone(&self.permits).acquire_owned().await.ok()
            }
        };
        let running = Arc::clone(&self.running);
        runtime.spawn_blocking(move || {
            let _permit = permit;
            let _running = Running::new(running);
            marked(body)
        })
    }

    #[cold]
    fn mention(&self) {
        if !self.mentioned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                limit = self.limit,
                "all threads for blocking tasks are busy; further ones wait (raise `looselycoupled.blocking_threads`)"
            );
        }
    }
}

struct Running(Arc<AtomicUsize>);

impl Running {
    fn new(count: Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
