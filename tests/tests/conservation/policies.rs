//! The balance holds whatever a loop is told to do with what waits before it.

use std::time::Duration;

use looselycoupled::{AppBuilder, EventOverflow, LoopOptions};
use looselycoupled_tests::within;

use super::{Fates, Load, loaded, modules};

/// Bounds every loop alike.
fn bounded(builder: AppBuilder, options: LoopOptions) -> AppBuilder {
    ["own", "small", "bus", "many", "apart"]
        .iter()
        .fold(builder, |builder, name| builder.event_loop(name, options))
}

async fn under(options: LoopOptions, seed: u64, messages: u64, fates: &mut Fates) {
    let load = Load::default();
    let app = bounded(modules(&load), options).start().await.unwrap();
    loaded(&app, &load, seed, messages).await;
    fates.add(&app.handle());
    within(app.shutdown()).await.unwrap();
}

fn the_oldest_go() -> LoopOptions {
    LoopOptions::new().tasks(4).events(2).event_overflow(EventOverflow::DropOldest)
}

#[tokio::test(start_paused = true)]
async fn every_module_balances_where_the_oldest_events_go() {
    let mut fates = Fates::default();
    for seed in 500..510 {
        under(the_oldest_go(), seed, 60, &mut fates).await;
    }
    assert!(fates.dropped > 0 && fates.cancelled > 0 && fates.expired > 0, "{fates:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_module_balances_where_the_oldest_events_go_on_many_threads() {
    let mut fates = Fates::default();
    for seed in 600..604 {
        under(the_oldest_go(), seed, 100, &mut fates).await;
    }
    assert!(fates.dropped > 0, "{fates:?}");
}

#[tokio::test(start_paused = true)]
async fn every_module_balances_where_lower_priorities_have_turns() {
    let mut fates = Fates::default();
    for (after, seed) in [1, 2, 8].into_iter().zip(700..) {
        let fair = LoopOptions::new().tasks(6).events(3).fairness(after);
        for round in 0..4 {
            under(fair, 10 * seed + round, 60, &mut fates).await;
        }
    }
    fates.assert_all_but_undelivered();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_module_balances_where_lower_priorities_have_turns_on_many_threads() {
    let mut fates = Fates::default();
    for seed in 800..804 {
        under(the_oldest_go().fairness(2), seed, 100, &mut fates).await;
    }
    assert!(fates.handled > 0 && fates.dropped > 0, "{fates:?}");
}

/// After every load [`balanced`](looselycoupled_tests::balanced) compares them with the counters.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_dead_letters_agree_with_the_counters_however_many_are_kept() {
    for (kept, seed) in [1, 7, 1_000_000].into_iter().zip(1_000..) {
        let load = Load::default();
        let builder = bounded(modules(&load), the_oldest_go().fairness(1)).dead_letters(kept);
        let app = builder.default_timeout(Duration::from_millis(20)).start().await.unwrap();
        loaded(&app, &load, seed, 100).await;
        let dead = app.handle().dead_letters();
        assert_eq!((dead.letters.len() == kept, dead.overwritten > 0), (kept < 10, kept < 10), "{kept}");
        within(app.shutdown()).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn every_module_balances_where_calls_have_a_deadline_by_default() {
    let mut fates = Fates::default();
    for seed in 900..910 {
        let load = Load::default();
        let builder = modules(&load).default_timeout(Duration::from_millis(5));
        let app = builder.event_loop("bus", the_oldest_go()).start().await.unwrap();
        loaded(&app, &load, seed, 60).await;
        fates.add(&app.handle());
        within(app.shutdown()).await.unwrap();
    }
    assert!(fates.handled > 0 && fates.expired > 0, "{fates:?}");
}
