//! When `quiesce` returns, everything has been handled, and it always returns.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Wake, Waker};

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, LoopOptions};
use looselycoupled_tests::{Gate, Journal, begin, quiet, within};

/// Works, and lets others work when there is nothing to do.
#[derive(Debug, Clone, Default)]
struct Worker(Journal);

#[module]
impl Worker {
    #[task]
    async fn work(&mut self) {
        tokio::task::yield_now().await;
        self.0.note("work");
    }

    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        tokio::task::yield_now().await;
        self.0.note("idle");
        ctx.enqueue_task("cleaner.clean", args! {}).await.map(drop)
    }
}

#[derive(Debug, Clone, Default)]
struct Cleaner(Journal);

#[module]
impl Cleaner {
    #[task]
    async fn clean(&mut self) {
        tokio::task::yield_now().await;
        self.0.note("clean");
    }

    #[on_idle]
    async fn rest(&mut self) {
        tokio::task::yield_now().await;
        self.0.note("rest");
    }
}

async fn every_quiesce_comes_after_what_the_zero_earned(rounds: usize) {
    let journal = Journal::new();
    let app = App::builder()
        .module("worker", Worker(journal.clone()))
        .module("cleaner", Cleaner(journal.clone()))
        .start()
        .await
        .unwrap();
    for _ in 0..rounds {
        app.handle().enqueue_task("worker.work", args! {}).await.unwrap();
        within(app.quiesce()).await;
        let lines = journal.take();
        for word in ["work", "idle", "clean", "rest"] {
            assert_eq!(lines.iter().filter(|line| *line == word).count(), 1, "{lines:?}");
        }
    }
    within(app.shutdown()).await.unwrap();
}

#[tokio::test]
async fn quiesce_waits_for_the_handlers_of_becoming_idle() {
    every_quiesce_comes_after_what_the_zero_earned(20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn quiesce_waits_for_the_handlers_of_becoming_idle_on_many_threads() {
    every_quiesce_comes_after_what_the_zero_earned(300).await;
}

/// Stays on its thread.
#[derive(Debug, Clone, Default)]
struct Occupied(Gate);

#[module]
impl Occupied {
    #[task]
    async fn occupy(&mut self) {
        self.0.pass_blocking();
    }
}

#[derive(Debug, Clone, Default)]
struct OccupiedMany(Gate);

#[module(concurrent)]
impl OccupiedMany {
    #[task]
    async fn occupy(&self) {
        self.0.pass_blocking();
    }
}

async fn what_waits_behind_a_handler_counts(builder: AppBuilder, gate: Gate) {
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    // Until the loop's task has run once, nothing runs on its caller's task.
    handle.enqueue_task("module.occupy", args! {}).await.unwrap();
    gate.reached(1).await;
    gate.let_one_pass();
    within(app.quiesce()).await;
    let occupying = tokio::spawn(handle.exec_task("module.occupy", args! {}));
    gate.reached(2).await;
    let ticket = handle.enqueue_task("module.occupy", args! {}).await.unwrap();
    assert!(begin(&mut pin!(app.quiesce())).await.is_pending());
    assert!(ticket.cancel());
    handle.enqueue_task("module.occupy", args! {}).await.unwrap();
    assert!(begin(&mut pin!(app.quiesce())).await.is_pending());
    gate.open();
    within(app.quiesce()).await;
    assert_eq!(gate.arrived(), 3);
    within(occupying).await.unwrap().unwrap();
    within(app.shutdown()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_behind_a_handler_on_its_callers_task_counts() {
    let gate = Gate::new();
    let builder = App::builder().module("module", Occupied(gate.clone()));
    what_waits_behind_a_handler_counts(builder, gate).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_place_counts_although_the_handler_that_has_it_does_not() {
    let gate = Gate::new();
    let one_place = LoopOptions::new().concurrency(1);
    let builder = App::builder().module("module", OccupiedMany(gate.clone())).event_loop("module", one_place);
    what_waits_behind_a_handler_counts(builder, gate).await;
}

/// Takes its time to end.
#[derive(Debug, Clone, Default)]
struct Lingering(Gate);

#[module]
impl Lingering {
    #[finalize]
    async fn end(&mut self) {
        self.0.pass().await;
    }
}

/// Holds up whoever tells that there is nothing left to do.
struct HoldUp(Gate);

impl Wake for HoldUp {
    fn wake(self: Arc<Self>) {
        // Tokio keeps the task that was woken last for this very thread, which is about to be held up.
        drop(tokio::spawn(async {}));
        self.0.pass_blocking();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quiesce_returns_after_an_application_has_ended_by_itself() {
    let (lingering, telling) = (Lingering::default(), Gate::new());
    let app = App::builder().module("lingering", lingering.clone()).start().await.unwrap();
    app.handle().trigger_event("exit", args! {}).await.unwrap();
    lingering.0.reached(1).await;
    let handle = app.handle();
    let mut quiescing = Box::pin(handle.quiesce());
    let waker = Waker::from(Arc::new(HoldUp(telling.clone())));
    assert!(quiescing.as_mut().poll(&mut TaskContext::from_waker(&waker)).is_pending());
    lingering.0.open();
    telling.reached(1).await;
    // The loop's task is on its way out, with nothing left to do, until it is told to end.
    within(async {
        while begin(&mut pin!(app.quiesce())).await.is_ready() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    telling.open();
    within(app.ended()).await.unwrap();
    app.quiesce_within(Duration::from_secs(5)).await.unwrap();
    within(app.shutdown()).await.unwrap();
}

#[tokio::test]
async fn the_end_of_an_application_can_be_awaited_without_asking_for_it() {
    let journal = Journal::new();
    let app = App::builder().module("cleaner", Cleaner(journal)).start().await.unwrap();
    let mut ended = Box::pin(app.ended());
    assert!(begin(&mut ended).await.is_pending());
    app.handle().exec_task("cleaner.clean", args! {}).await.unwrap();
    app.handle().trigger_event("exit", args! {}).await.unwrap();
    within(ended).await.unwrap();
    assert!(!app.handle().is_ready("cleaner"));
    within(app.ended()).await.unwrap();
    within(app.shutdown()).await.unwrap();
}

#[derive(Debug, Clone, Default)]
struct Failing;

#[module]
impl Failing {
    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }
}

#[tokio::test]
async fn whoever_awaits_the_end_learns_of_the_failure_that_caused_it() {
    quiet();
    let app =
        App::builder().module("failing", Failing).policy("failing", Policy::Exit).start().await.unwrap();
    app.handle().enqueue_task("failing.burst", args! {}).await.unwrap();
    let error = within(app.ended()).await.unwrap_err();
    assert!(matches!(&error, AppError::Failed(what) if what.contains("failing.burst")), "{error:?}");
    within(app.shutdown()).await.unwrap_err();
}

/// Waits for rest from where it can, and from where it cannot.
#[derive(Debug, Clone, Default)]
struct Patient(Journal);

#[module]
impl Patient {
    #[task]
    async fn wait(&mut self, ctx: &Context) -> String {
        let busy = ctx.quiesce().await.unwrap_err();
        assert_eq!(ctx.quiesce_within(Duration::from_secs(1)).await, Err(busy.clone()));
        busy.to_string()
    }

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.enqueue_task("note", args! { word: "worked" }).await?;
        ctx.quiesce().await.map_err(Error::other)?;
        ctx.exec_task("note", args! { word: "rested" }).await.map(drop).map_err(Error::from)
    }

    #[task]
    fn note(&mut self, word: String) {
        self.0.note(word);
    }
}

#[tokio::test]
async fn a_handle_waits_for_rest_but_a_handler_does_not_wait_for_itself() {
    let journal = Journal::new();
    let app = App::builder().module("patient", Patient(journal.clone())).start().await.unwrap();
    let handle = app.handle();
    within(async {
        while journal.lines().len() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(journal.lines(), ["worked", "rested"]);
    within(handle.quiesce()).await.unwrap();
    let said = within(handle.exec_task("patient.wait", args! {})).await.unwrap().get::<String>().unwrap();
    assert!(said.contains("`patient.wait`"), "{said}");
    handle.enqueue_task("patient.note", args! { word: "again" }).await.unwrap();
    handle.quiesce_within(Duration::from_secs(5)).await.unwrap();
    assert_eq!(journal.lines()[2..], ["again"]);
}
