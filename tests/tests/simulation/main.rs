//! Whole applications, made and driven by dice on a clock of their own, with faults in their midst.
//!
//! Each seed is one application: modules on their own and on shared loops, sequential and concurrent, with small queues
//! and every policy, and senders that call, enqueue, notify, withdraw, give up and jump in time, while handlers suspend,
//! fail, panic and send in their turn, and the application ends at any moment. To one in four come visitors: they
//! subscribe, leave callbacks, wait, open loops with objects on them, and connect events, and all that ends again while
//! events flow. After each run nothing may be lost, doubled, out of
//! order, or left waiting; and the same seed makes the same run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail on purpose")]

mod application;
mod fate;
mod modules;
mod script;
mod senders;
mod switchboard;
mod visitors;
mod world;

use std::collections::HashSet;
use std::future::Future;
use std::time::Duration;

use looselycoupled_tests::{Dice, each_seed, each_seed_at_once, quiet};

use application::Plan;
use visitors::Visitors;
use world::World;

/// Longer than any run takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs one application to its end; returns the hash of everything that happened.
async fn simulate(seed: u64, is_paused: bool) -> u64 {
    quiet();
    let mut dice = Dice::new(seed);
    let world = World::new(is_paused);
    let plan = Plan::throw(&mut dice);
    let app = plan.start(&world).await;
    let handle = app.handle();
    let mut visitors = Visitors::throw(seed, &plan, &handle, &world);
    let run = async {
        let senders = senders::run(&plan, &handle, &world, &mut dice, is_paused);
        let senders = async {
            match &mut visitors {
                Some(visitors) => drop(tokio::join!(senders, visitors.run())),
                None => senders.await,
            }
        };
        let end = plan.end(app, &world, senders).await;
        if let Some(visitors) = visitors {
            visitors.leave(&end).await;
        }
        end
    };
    let end = tokio::time::timeout(PATIENCE, run).await;
    let end = end.unwrap_or_else(|_| panic!("seed {seed}: somebody waits for ever; {plan:?}"));
    world
        .check(&handle, &plan, &end)
        .unwrap_or_else(|violation| panic!("seed {seed}: {violation}; {plan:?}"));
    world.hash()
}

fn on_one_thread<F: Future>(future: F) -> F::Output {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(future)
}

#[test]
fn nothing_is_lost_doubled_or_out_of_order_in_any_application() {
    each_seed(
        "simulation::nothing_is_lost_doubled_or_out_of_order_in_any_application",
        20_000,
        200_000,
        |seed| {
            on_one_thread(simulate(seed, true));
        },
    );
}

#[test]
fn the_same_seed_makes_the_same_run_and_others_make_others() {
    let mut hashes = HashSet::new();
    for seed in 0..200 {
        let first = on_one_thread(simulate(seed, true));
        assert_eq!(first, on_one_thread(simulate(seed, true)), "seed {seed}");
        hashes.insert(first);
    }
    assert!(hashes.len() > 190, "{} of 200 runs differ", hashes.len());
}

#[test]
fn nothing_is_lost_doubled_or_out_of_order_on_two_threads_either() {
    each_seed_at_once(
        "simulation::nothing_is_lost_doubled_or_out_of_order_on_two_threads_either",
        8,
        300,
        20_000,
        |seed| {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(simulate(seed, false));
        },
    );
}
