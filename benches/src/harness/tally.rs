//! The state of every actor, and how the client learns that all is handled.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// A step takes about five clocks where it waits for the one before, through memory.
const STEPS_PER_MICROSECOND: u64 = 400;

/// The state of every benchmark actor, so that the handler is the same few instructions everywhere.
pub struct Tally {
    sum: u64,
    told: u64,
    goal: u64,
    next: u64,
    work: u64,
    finish: Arc<Finish>,
}

impl Tally {
    /// Reports to `finish` after `first` tells and then after each further `next`.
    pub fn new(first: u64, next: u64, finish: &Arc<Finish>) -> Self {
        Self { sum: 0, told: 0, goal: first, next, work: 0, finish: Arc::clone(finish) }
    }

    /// Never reports.
    pub fn endless() -> Self {
        Self::new(u64::MAX, 0, &Finish::of(1))
    }

    /// Works about so long for every message: by counting, so that it is the same work however often it is interrupted.
    pub fn working(self, microseconds: u64) -> Self {
        Self { work: microseconds * STEPS_PER_MICROSECOND, ..self }
    }

    #[cold]
    fn work(&mut self) {
        for step in 0..self.work {
            self.sum = black_box(self.sum.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(step));
        }
    }

    /// The body of the handler that answers.
    #[inline]
    pub fn add(&mut self, value: u64) -> u64 {
        if self.work > 0 {
            self.work();
        }
        self.sum = self.sum.wrapping_add(value);
        self.sum
    }

    /// The body of the handler that does not.
    #[inline]
    pub fn tell(&mut self, value: u64) {
        if self.work > 0 {
            self.work();
        }
        self.sum = self.sum.wrapping_add(value);
        self.told += 1;
        if self.told == self.goal {
            self.reach_goal();
        }
    }

    #[cold]
    fn reach_goal(&mut self) {
        self.goal = self.goal.saturating_add(self.next);
        self.finish.report();
    }
}

/// Wakes the client when all tallies have reached their goal.
pub struct Finish {
    tallies: usize,
    left: AtomicUsize,
    all: Notify,
}

impl Finish {
    pub fn of(tallies: usize) -> Arc<Self> {
        Arc::new(Self { tallies, left: AtomicUsize::new(tallies), all: Notify::new() })
    }

    /// Waits for all tallies; the next round may begin afterwards.
    pub async fn reached(&self) {
        self.all.notified().await;
        self.left.store(self.tallies, Ordering::Release);
    }

    fn report(&self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.all.notify_one();
        }
    }
}
