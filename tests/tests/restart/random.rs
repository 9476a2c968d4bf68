//! Restarts in the midst of any load.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, balanced, quiet, settle, within};

use super::{PumpStub, Works, at_once};

async fn load(pump: PumpStub, handle: Handle, mut dice: Dice) -> u64 {
    let mut failures = 0;
    for _ in 0..200 {
        match dice.roll(8) {
            0 => failures += u64::from(pump.burst().await.is_err()),
            1 => failures += u64::from(handle.exec_task("pump.burst", args! {}).await.is_err()),
            2 => {
                pump.burst().enqueue().await.unwrap();
                failures += 1;
            }
            3 => drop(pump.stroke().enqueue().await.unwrap()),
            4 => drop(handle.trigger_event("tide", args! { height: 1 }).await.unwrap()),
            5 => drop(pump.stroke().timeout(Duration::from_nanos(1)).await),
            _ => drop(pump.stroke().await.unwrap()),
        }
        if dice.roll(4) == 0 {
            tokio::task::yield_now().await;
        }
    }
    failures
}

async fn conserve(seed: u64) {
    quiet();
    let works = Works::default();
    let (app, pump) = works.start(at_once()).await;
    let senders: Vec<_> = (0..4)
        .map(|sender| tokio::spawn(load(pump.clone(), app.handle(), Dice::new(seed * 10 + sender))))
        .collect();
    let mut failures = 0;
    for sender in senders {
        failures += within(sender).await.unwrap();
    }
    settle(&app).await;
    let statistics = app.handle().statistics();
    let counted = statistics.module("pump").unwrap();
    assert_eq!(counted.panicked, failures, "seed {seed}");
    assert_eq!(counted.restarts, failures, "seed {seed}");
    balanced(&app.handle());
    within(app.shutdown()).await.unwrap();
}

#[tokio::test]
async fn nothing_is_lost_on_one_thread() {
    for seed in 0..5 {
        conserve(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_two_threads() {
    for seed in 5..10 {
        conserve(seed).await;
    }
}
