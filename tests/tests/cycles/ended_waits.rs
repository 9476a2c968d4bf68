//! Waits that have ended make no circle, and those that cannot be seen end.

use std::fmt::Debug;
use std::future::Future;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Relay, settle, within};

use super::{Oddity, OddityStub, at_rest, relay, route};

/// A caller `first` and a slow module `second` that calls it back.
struct Pair {
    app: App,
    first: Oddity,
    second: Oddity,
    stub: OddityStub,
}

async fn pair() -> Pair {
    let (first, second) = (Oddity::default(), Oddity::default());
    let app =
        App::builder().module("first", first.clone()).module("second", second.clone()).start().await.unwrap();
    settle(&app).await;
    first.journal.take();
    second.journal.take();
    let stub = app.handle().stub("first").unwrap();
    Pair { app, first, second, stub }
}

impl Pair {
    /// Lets a handler of `first` wait before its gate for a second, and tells what both have written in the end.
    async fn told_after<E: Debug + Send + 'static>(
        &self,
        handler: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> [Vec<String>; 2] {
        let handler = tokio::spawn(handler);
        self.first.gate.reached(1).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.first.gate.open();
        within(handler).await.unwrap().unwrap();
        at_rest(&self.app).await;
        [self.first.journal.lines(), self.second.journal.lines()]
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_timed_out_makes_no_circle() {
    let pair = pair().await;
    let [first, second] = pair.told_after(pair.stub.give_up("second.call_back".to_owned())).await;
    assert!(first[0].contains("`second.call_back` did not answer in time"), "{first:?}");
    assert_eq!(second, ["`first.note` did not begin in time"], "its time was over, but nothing waits for it");
}

#[tokio::test(start_paused = true)]
async fn a_queued_call_that_timed_out_makes_no_circle() {
    let pair = pair().await;
    let busy = tokio::spawn(pair.app.handle().exec_task("second.call_back", args! {}));
    tokio::time::sleep(Duration::from_millis(1)).await;
    let [first, second] = pair.told_after(pair.stub.give_up("second.hold".to_owned())).await;
    within(busy).await.unwrap().unwrap();
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(first, ["`second.hold` did not begin in time", "called back"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_makes_no_circle() {
    let pair = pair().await;
    let [first, second] = pair.told_after(pair.stub.let_go("second.call_back".to_owned())).await;
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(first, ["called back"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_others_wait_for_by_now_makes_no_circle() {
    let pair = pair().await;
    within(pair.stub.pass_to_a_task("second.call_back".to_owned())).await.unwrap();
    let [first, second] = pair.told_after(pair.stub.hold()).await;
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(first, ["called back", "answered"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_not_chosen_makes_no_circle() {
    let pair = pair().await;
    let [first, second] = pair.told_after(pair.stub.choose("second.call_back".to_owned())).await;
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(first, ["chosen", "called back"]);
}

#[tokio::test(start_paused = true)]
async fn a_queued_task_makes_no_circle_with_its_sender() {
    let pair = pair().await;
    within(pair.stub.fill("second.note".to_owned(), 1)).await.unwrap();
    pair.app.handle().enqueue_task("second.call_back", args! {}).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    let [first, second] = pair.told_after(pair.stub.hold()).await;
    assert_eq!((first[0].as_str(), second[0].as_str()), ("called back", "filled"));
    assert_eq!((first.len(), second.len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_ends_by_its_deadline() {
    let Pair { app, first, stub, .. } = pair().await;
    let begun = tokio::time::Instant::now();
    within(stub.wait_unseen(Duration::from_secs(2))).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 2);
    at_rest(&app).await;
    assert_eq!(first.journal.lines(), ["`first.note` did not begin in time"], "it is withdrawn");
}

/// On a thread of its own: the handler holds one of the runtime's, and the deadline needs another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_its_handler_waits_for_ends_by_its_deadline() {
    let Pair { app, first, stub, .. } = pair().await;
    let held = tokio::spawn(stub.join_a_thread(Duration::from_millis(50)));
    within(held).await.unwrap().unwrap();
    at_rest(&app).await;
    assert_eq!(first.journal.lines(), ["`first.note` did not begin in time"]);
}

#[tokio::test]
async fn a_call_that_has_been_answered_makes_no_circle() {
    let gate = Gate::new();
    let app = App::builder()
        .module("a", Relay::default())
        .module("b", Relay::waiting(&gate))
        .start()
        .await
        .unwrap();
    let held = tokio::spawn(relay(&app, "b").hold());
    gate.reached(1).await;
    let calling = tokio::spawn(relay(&app, "a").pass(route(["b.pass"])));
    tokio::task::yield_now().await;
    let back = tokio::spawn(relay(&app, "b").pass(route(["a.pass"])));
    tokio::task::yield_now().await;
    gate.open();
    // `b` answers `a` and calls it back before `a` has had a chance to look.
    within(held).await.unwrap().unwrap();
    assert_eq!(within(calling).await.unwrap().unwrap(), 2);
    assert_eq!(within(back).await.unwrap().unwrap(), 2);
    at_rest(&app).await;
}
