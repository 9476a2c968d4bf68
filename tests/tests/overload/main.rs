//! More than a stalled module can take: what is lost is counted exactly, memory stays bounded, nobody else is harmed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong fails the test")]

mod events;
mod modules;
mod tasks;

use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use looselycoupled_tests::{Dice, begin, each_seed};

/// Messages of each seed; the long form has a hundred seeds for each policy.
const MESSAGES: u64 = 50_000;

/// What the losses may take of memory, in KiB, however many they are.
const MOST_MEMORY: u64 = 1024;

/// Memory is the whole program's, so one test runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs a check for each seed, on one thread and nothing beside it.
fn each(test: &str, gate: u64, long: u64, check: impl AsyncFn(Dice)) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    each_seed(&format!("overload::{test}"), gate, long, |seed| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(Dice::new(seed)));
    });
}

/// What a verb says that must not have to wait.
///
/// # Panics
///
/// It waits.
async fn at_once<F: Future + Unpin>(verb: F) -> F::Output {
    // A task that has had its share gives way in any verb, which is no wait for the module.
    match begin(&mut tokio::task::unconstrained(verb)).await {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a sender is delayed"),
    }
}

#[test]
fn of_events_without_room_the_newest_are_dropped_and_counted() {
    each("of_events_without_room_the_newest_are_dropped_and_counted", 3, 100, events::newest_go);
}

#[test]
fn of_events_without_room_the_oldest_are_dropped_and_counted() {
    each("of_events_without_room_the_oldest_are_dropped_and_counted", 3, 100, events::oldest_go);
}

#[test]
fn calls_and_tasks_without_room_are_refused_and_counted() {
    each("calls_and_tasks_without_room_are_refused_and_counted", 3, 100, tasks::refused);
}

#[test]
fn senders_that_wait_for_room_give_up_without_a_trace_or_are_served() {
    each("senders_that_wait_for_room_give_up_without_a_trace_or_are_served", 3, 100, tasks::wait);
}
