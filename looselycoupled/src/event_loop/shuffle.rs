//! Another order in which ready tasks run, as a seed will have it: for tests.
//!
//! A runtime polls ready tasks in the order in which they were woken. A task of the framework that is about to be polled
//! throws dice instead: it lets those behind it go first, or goes on with little of tokio's cooperative budget. That
//! ends after a few messages, or within a handler, at one of the verbs and of tokio's own futures, which all yield when
//! nothing of the budget is left. So the dice are thrown once for a poll, and messages and calls pay nothing for them.

use std::future::Future;
use std::pin::pin;
use std::task::Context;

use tokio::task::coop::{consume_budget, has_budget_remaining};

use crate::sync::{AtomicU32, AtomicU64, Ordering};

/// More than the budget of any task; one that has still some left has no end of it.
const ENDLESS: u32 = 4096;

/// Dice with a seed.
#[derive(Debug)]
pub struct Shuffle {
    thrown: AtomicU64,
    /// What a task may spend until it yields, as tokio does not say; 0 as long as nobody has tried.
    budget: AtomicU32,
}

impl Shuffle {
    /// The same seed throws the same numbers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { thrown: AtomicU64::new(seed), budget: AtomicU32::new(0) }
    }

    /// Whether the task that is about to be polled lets others go first. It must have spent nothing in this poll.
    pub fn gives_way(&self, cx: &mut Context<'_>) -> bool {
        let budget = self.budget.load(Ordering::Relaxed);
        if budget == 0 {
            self.budget.store(spend(ENDLESS, cx), Ordering::Relaxed);
            return give_way(cx);
        }
        match self.throw() % 8 {
            0..2 => give_way(cx),
            // What is left lasts for one to four messages and verbs.
            left @ 2..6 => {
                spend(budget.saturating_sub(left as u32 - 1), cx);
                false
            }
            _ => false,
        }
    }

    /// `SplitMix64`: every number is made of its place in the row, so two throws never meet in one state.
    fn throw(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut mixed = self.thrown.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

fn give_way(cx: &Context<'_>) -> bool {
    cx.waker().wake_by_ref();
    true
}

/// Spends so many units of the budget, or all of it; returns how many those were.
fn spend(most: u32, cx: &mut Context<'_>) -> u32 {
    let mut spent = 0;
    while spent < most && has_budget_remaining() && pin!(consume_budget()).poll(cx).is_ready() {
        spent += 1;
    }
    spent
}
