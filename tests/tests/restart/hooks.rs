//! The run hooks of a module that is made again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, Witness, quiet, settle, within};
use tokio::time::Instant;

use super::{at_once, restarts};

#[derive(Debug, Clone, Default)]
struct Clock {
    journal: Journal,
    stop: Gate,
    /// The hook `run` ignores what it is told.
    deaf: Arc<AtomicBool>,
}

#[module]
impl Clock {
    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }

    #[task(local)]
    fn parts(&self) -> (Journal, Gate, bool) {
        (self.journal.clone(), self.stop.clone(), self.deaf.load(Ordering::SeqCst))
    }

    #[task]
    fn tick(&mut self) {}

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        let (journal, stop, deaf) = ctx.me::<Self>()?.parts().await?;
        journal.note("run");
        if deaf {
            std::future::pending::<()>().await;
        }
        tokio::select! {
            () = ctx.no_longer_active() => journal.note(format!("told, active: {}", ctx.is_active())),
            () = stop.pass() => return Err(std::io::Error::other("it stopped").into()),
        }
        Ok(())
    }

    #[run_passively(thread)]
    fn run_passively(ctx: Context) -> Result<()> {
        while ctx.sleep_blocking(Duration::from_millis(1)) {}
        Ok(())
    }
}

async fn start(clock: &Clock, restart: Restart) -> (App, ClockStub) {
    quiet();
    let clock = clock.clone();
    let app = App::builder()
        .module_with("clock", move || clock.clone())
        .module("witness", Witness::default())
        .policy("clock", Policy::Restart(restart))
        .start()
        .await
        .unwrap();
    let stub = app.handle().stub("clock").unwrap();
    (app, stub)
}

/// Waits until the journal has so many lines.
async fn lines(journal: &Journal, number: usize) -> Vec<String> {
    within(async {
        while journal.lines().len() < number {
            tokio::task::yield_now().await;
        }
    })
    .await;
    journal.lines()
}

#[tokio::test]
async fn the_hooks_of_the_old_instance_end_before_those_of_the_new_one_start() {
    let clock = Clock::default();
    let (app, stub) = start(&clock, at_once()).await;
    lines(&clock.journal, 1).await;
    stub.burst().await.unwrap_err();
    assert_eq!(lines(&clock.journal, 3).await, ["run", "told, active: false", "run"]);
    within(app.shutdown()).await.unwrap();
    assert_eq!(clock.journal.lines().last().unwrap(), "told, active: false");
}

#[tokio::test]
async fn a_run_hook_that_fails_has_its_module_made_again() {
    let clock = Clock::default();
    let (app, _) = start(&clock, at_once()).await;
    lines(&clock.journal, 1).await;
    clock.stop.let_one_pass();
    assert_eq!(lines(&clock.journal, 2).await, ["run", "run"]);
    settle(&app).await;
    assert_eq!(restarts(&app, "clock"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_hook_that_does_not_end_holds_up_the_restart_for_five_seconds() {
    let clock = Clock::default();
    clock.deaf.store(true, Ordering::SeqCst);
    let (app, stub) = start(&clock, at_once()).await;
    lines(&clock.journal, 1).await;
    let begun = Instant::now();
    stub.burst().await.unwrap_err();
    within(stub.tick()).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 5);
    assert_eq!(lines(&clock.journal, 2).await, ["run", "run"]);
    drop(app);
}

/// Reads events until none come any more.
struct Reader;

#[module]
impl Reader {
    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }

    #[run]
    async fn run(ctx: Context) {
        let mut ticks = ctx.subscribe("tick");
        while ticks.next().await.is_some() {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_hook_that_reads_events_does_not_hold_up_the_restart() {
    quiet();
    let app = App::builder().module_with("reader", || Reader).policy("reader", Policy::Restart(at_once()));
    let app = app.start().await.unwrap();
    let handle = app.handle();
    while handle.subscriptions().is_empty() {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    let reader: ReaderStub = handle.stub("reader").unwrap();
    reader.burst().await.unwrap_err();
    settle(&app).await;
    assert_eq!((begun.elapsed().as_secs(), restarts(&app, "reader")), (0, 1));
}
