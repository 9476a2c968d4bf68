//! Panics everywhere, by dice: the process lives, each is told once, and no budget is exceeded.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail on purpose")]

mod budget;
mod exit;
mod handlers;
mod hooks;
mod modules;
mod on_purpose;

use looselycoupled_tests::{Dice, each_seed};

fn on_two_threads(future: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(future);
}

fn on_one_thread(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}

/// On a clock that stands still while anybody works.
fn by_a_paused_clock(future: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().start_paused(true).build().unwrap().block_on(future);
}

#[test]
fn each_panic_of_a_handler_is_told_once_and_harms_nobody() {
    each_seed("panics::each_panic_of_a_handler_is_told_once_and_harms_nobody", 100, 1_000, |seed| {
        let run = handlers::panic_in_every_way(Dice::new(seed));
        if seed % 2 == 0 { on_one_thread(run) } else { on_two_threads(run) }
    });
}

#[test]
fn each_panic_of_a_hook_is_told_and_everything_ends() {
    each_seed("panics::each_panic_of_a_hook_is_told_and_everything_ends", 200, 5_000, |seed| {
        let run = hooks::panic_at_every_stage(Dice::new(seed));
        if seed % 2 == 0 { on_one_thread(run) } else { on_two_threads(run) }
    });
}

#[test]
fn no_module_is_made_again_more_often_than_its_budget_allows() {
    each_seed("panics::no_module_is_made_again_more_often_than_its_budget_allows", 500, 10_000, |seed| {
        by_a_paused_clock(budget::fail_again_and_again(Dice::new(seed)));
    });
}

#[test]
fn a_panic_under_the_policy_exit_ends_everything_and_everybody_is_answered() {
    each_seed(
        "panics::a_panic_under_the_policy_exit_ends_everything_and_everybody_is_answered",
        100,
        3_000,
        |seed| {
            let run = exit::panic_under_load(Dice::new(seed));
            if seed % 2 == 0 { on_one_thread(run) } else { on_two_threads(run) }
        },
    );
}
