//! What was lost can be looked at: which message, why, and when.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::time::SystemTime;

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, DeadLetter, EventOverflow, LoopOptions, Loss, MessageKind};
use looselycoupled_tests::{Gate, balanced, begin, settle, within};

#[derive(Debug, Clone, Default)]
struct Worker {
    gate: Gate,
}

#[module]
impl Worker {
    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn work(&mut self) {}

    #[on_event]
    fn on_word(&mut self) {}

    /// Gives up a task of its own transaction.
    #[task]
    async fn change_its_mind(&mut self, ctx: &Context) -> Result<looselycoupled::TransactionId> {
        ctx.enqueue_task("work", args! {}).await?.cancel();
        Ok(ctx.metadata().transaction)
    }
}

struct Bench {
    app: App,
    handle: Handle,
    worker: WorkerStub,
    gate: Gate,
}

/// A worker that is busy until its gate opens.
async fn busy(options: LoopOptions, set: impl FnOnce(AppBuilder) -> AppBuilder) -> Bench {
    let module = Worker::default();
    let gate = module.gate.clone();
    let builder = App::builder().module("worker", module).event_loop("worker", options);
    let app = set(builder).start().await.unwrap();
    let handle = app.handle();
    let worker: WorkerStub = handle.stub("worker").unwrap();
    worker.hold().enqueue().await.unwrap();
    gate.reached(1).await;
    Bench { app, handle, worker, gate }
}

impl Bench {
    fn letters(&self) -> Vec<String> {
        self.handle.dead_letters().letters.iter().map(ToString::to_string).collect()
    }

    fn only_letter(&self) -> DeadLetter {
        let mut dead = self.handle.dead_letters();
        assert_eq!((dead.letters.len(), dead.overwritten), (1, 0), "{dead:?}");
        dead.letters.remove(0)
    }

    async fn say(&self, times: usize) {
        for _ in 0..times {
            self.handle.trigger_event("word", args! {}).await.unwrap();
        }
    }

    async fn rest(&self) {
        self.gate.open();
        settle(&self.app).await;
        balanced(&self.handle);
    }
}

#[tokio::test]
async fn what_was_handled_is_no_dead_letter() {
    let bench = busy(LoopOptions::new(), |builder| builder).await;
    bench.worker.work().enqueue().await.unwrap();
    bench.say(1).await;
    assert!(bench.worker.hold().timeout(Duration::ZERO).await.is_err(), "refused before it was accepted");
    bench.rest().await;
    assert_eq!(bench.letters(), [""; 0]);
}

#[tokio::test]
async fn a_withdrawn_task_and_a_call_that_was_let_go_are_cancelled() {
    let bench = busy(LoopOptions::new(), |builder| builder).await;
    assert!(bench.worker.work().enqueue().await.unwrap().cancel());
    let mut call = bench.worker.work();
    assert!(begin(&mut call).await.is_pending());
    drop(call);
    assert_eq!(bench.letters(), ["task `worker.work` cancelled", "call `worker.work` cancelled"]);
    bench.rest().await;
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_time_is_over_before_it_begins_is_expired() {
    let bench = busy(LoopOptions::new(), |builder| builder).await;
    let limit = Duration::from_secs(1);
    assert!(within(bench.worker.work().timeout(limit)).await.is_err());
    let mut by_name = bench.handle.exec_task("worker.hold", args! {}).timeout(limit);
    assert!(begin(&mut by_name).await.is_pending());
    tokio::time::advance(2 * limit).await;
    // The loop finds it first.
    bench.rest().await;
    assert!(within(by_name).await.is_err());
    assert_eq!(bench.letters(), ["call `worker.work` expired", "call `worker.hold` expired"]);
}

#[tokio::test]
async fn an_event_without_room_is_dropped() {
    let bench = busy(LoopOptions::new().events(1), |builder| builder).await;
    bench.say(3).await;
    assert_eq!(bench.letters(), ["event `worker.on_word` dropped"; 2]);
    bench.rest().await;
}

#[tokio::test]
async fn the_event_that_goes_is_the_one_that_was_lost() {
    let options = LoopOptions::new().events(1).event_overflow(EventOverflow::DropOldest);
    let bench = busy(options, |builder| builder).await;
    bench.handle.trigger_event("word", args! {}).priority(Priority::Low).await.unwrap();
    bench.handle.trigger_event("word", args! {}).priority(Priority::High).await.unwrap();
    assert_eq!(bench.only_letter().priority, Priority::Low);
    bench.rest().await;
}

#[tokio::test(start_paused = true)]
async fn what_waits_when_the_application_ends_is_undelivered() {
    let bench = busy(LoopOptions::new(), |builder| builder.shutdown_deadline(Duration::from_secs(1))).await;
    bench.worker.work().enqueue().await.unwrap();
    bench.say(1).await;
    let Bench { app, handle, .. } = bench;
    assert!(app.shutdown().await.is_err());
    let letters: Vec<String> = handle.dead_letters().letters.iter().map(ToString::to_string).collect();
    let expected = ["task `worker.work` undelivered", "event `worker.on_word` undelivered"];
    assert_eq!(letters, expected);
    balanced(&handle);
}

#[tokio::test]
async fn a_letter_tells_transaction_priority_and_time() {
    let before = SystemTime::now();
    let module = Worker::default();
    let app = App::builder().module("worker", module).start().await.unwrap();
    let call = app.handle().stub::<WorkerStub>("worker").unwrap().change_its_mind();
    let transaction = call.priority(Priority::High).await.unwrap();
    let dead = app.handle().dead_letters();
    let letter = &dead.letters[0];
    assert_eq!((letter.transaction, letter.priority), (Some(transaction), Priority::High));
    assert_eq!((letter.kind, letter.reason), (MessageKind::Task, Loss::Cancelled));
    assert!(before <= letter.when && letter.when <= SystemTime::now());
}

#[tokio::test]
async fn the_oldest_letters_go_and_are_counted() {
    let bench = busy(LoopOptions::new().events(0), |builder| builder.dead_letters(3)).await;
    bench.say(4).await;
    assert!(bench.worker.work().enqueue().await.unwrap().cancel());
    let expected =
        ["event `worker.on_word` dropped", "event `worker.on_word` dropped", "task `worker.work` cancelled"];
    assert_eq!(bench.letters(), expected);
    assert_eq!(bench.handle.dead_letters().overwritten, 2);
    bench.rest().await;
}

#[tokio::test]
async fn without_a_word_the_last_256_are_kept() {
    let bench = busy(LoopOptions::new().events(0), |builder| builder).await;
    bench.say(300).await;
    let dead = bench.handle.dead_letters();
    assert_eq!((dead.letters.len(), dead.overwritten), (256, 44));
    bench.rest().await;
}

#[tokio::test]
async fn none_are_kept_if_none_are_wanted() {
    let bench = busy(LoopOptions::new().events(0), |builder| builder.dead_letters(0)).await;
    bench.say(3).await;
    let dead = bench.handle.dead_letters();
    assert_eq!((dead.letters.len(), dead.overwritten), (0, 0));
    assert_eq!(bench.handle.statistics().module("worker").unwrap().dropped, 3);
}
