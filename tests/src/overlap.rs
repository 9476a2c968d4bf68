//! Whether handlers overlap.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts who is inside at the same time; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Overlap(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    now: AtomicUsize,
    most: AtomicUsize,
    ever: AtomicUsize,
}

/// Somebody inside, until dropped.
#[derive(Debug)]
#[must_use = "it counts until it is dropped"]
pub struct Inside(Arc<Counts>);

impl Overlap {
    /// Nobody has been inside yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes inside.
    pub fn enter(&self) -> Inside {
        let now = self.0.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.most.fetch_max(now, Ordering::SeqCst);
        self.0.ever.fetch_add(1, Ordering::SeqCst);
        Inside(Arc::clone(&self.0))
    }

    /// How many are inside.
    #[must_use]
    pub fn now(&self) -> usize {
        self.0.now.load(Ordering::SeqCst)
    }

    /// How many were inside at once, at most.
    #[must_use]
    pub fn most(&self) -> usize {
        self.0.most.load(Ordering::SeqCst)
    }

    /// How often somebody went inside.
    #[must_use]
    pub fn ever(&self) -> usize {
        self.0.ever.load(Ordering::SeqCst)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}
