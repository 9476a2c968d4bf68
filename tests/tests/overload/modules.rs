//! A listener that stalls, and one that does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::Gate;

/// One of many.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Splash {
    pub(super) number: u64,
}

/// What a listener has heard; clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard(Arc<Sums>);

#[derive(Debug, Default)]
struct Sums {
    events: AtomicU64,
    first: AtomicU64,
    last: AtomicU64,
    out_of_order: AtomicU64,
    missed: AtomicU64,
    gaps: AtomicU64,
    tasks: AtomicU64,
}

impl Heard {
    fn hear(&self, number: u64) {
        let Sums { events, first, last, out_of_order, .. } = &*self.0;
        let before = last.swap(number, Ordering::SeqCst);
        if events.fetch_add(1, Ordering::SeqCst) == 0 {
            first.store(number, Ordering::SeqCst);
        } else if number <= before {
            out_of_order.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// How many events, the first and the last of them, and how many came before one that was sent earlier.
    pub(super) fn events(&self) -> (u64, u64, u64, u64) {
        let Sums { events, first, last, out_of_order, .. } = &*self.0;
        let [events, first, last, out_of_order] =
            [events, first, last, out_of_order].map(|sum| sum.load(Ordering::SeqCst));
        (events, first, last, out_of_order)
    }

    /// How many events it was told to have missed, and how often.
    pub(super) fn missed(&self) -> (u64, u64) {
        (self.0.missed.load(Ordering::SeqCst), self.0.gaps.load(Ordering::SeqCst))
    }

    /// How many tasks have begun.
    pub(super) fn tasks(&self) -> u64 {
        self.0.tasks.load(Ordering::SeqCst)
    }
}

/// Listens, and works, unless it is held up.
#[derive(Debug, Clone, Default)]
pub(super) struct Basin {
    pub(super) heard: Heard,
    pub(super) gate: Gate,
}

#[module]
impl Basin {
    #[task]
    async fn stall(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn fill(&mut self, number: u64) -> u64 {
        self.heard.0.tasks.fetch_add(1, Ordering::SeqCst);
        number
    }

    #[on_event(Splash)]
    fn catch(&mut self, splash: &Splash) {
        self.heard.hear(splash.number);
    }

    #[on_event]
    fn on_gap(&mut self, count: u64) {
        self.heard.0.missed.fetch_add(count, Ordering::SeqCst);
        self.heard.0.gaps.fetch_add(1, Ordering::SeqCst);
    }
}
