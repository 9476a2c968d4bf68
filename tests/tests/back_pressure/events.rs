//! Events never wait.

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow};
use looselycoupled_tests::{balanced, settle, within};

use super::{Worker, busy, numbers};

#[tokio::test]
async fn events_without_room_are_dropped_and_counted() {
    let bench = busy(LoopOptions::new().events(3)).await;
    for number in 0..10 {
        let heard = within(bench.handle.trigger_event("word", args! { word: number.to_string() })).await;
        assert_eq!(heard.unwrap(), 1, "the sender is neither delayed nor refused");
    }
    let worker = bench.handle.statistics().module("worker").unwrap().clone();
    assert_eq!((worker.dropped, worker.queued), (7, 3));
    assert_eq!(bench.rest().await, numbers(3), "the newest are dropped");
    let worker = bench.handle.statistics().module("worker").unwrap().clone();
    assert_eq!((worker.accepted, worker.handled, worker.dropped), (11, 4, 7));
}

#[tokio::test]
async fn events_and_tasks_do_not_take_each_others_room() {
    let bench = busy(LoopOptions::new().tasks(1).events(1).overflow(Overflow::Reject)).await;
    bench.fill(1).await;
    bench.handle.trigger_event("word", args! { word: "event" }).await.unwrap();
    assert!(bench.worker.note("too much".to_owned()).enqueue().await.is_err());
    bench.handle.trigger_event("word", args! { word: "dropped" }).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "event"]);
    assert_eq!(bench.handle.statistics().module("worker").unwrap().dropped, 1);
}

#[tokio::test]
async fn a_full_receiver_takes_nothing_from_the_others() {
    let (full, free) = (Worker::default(), Worker::default());
    let app = App::builder()
        .module("full", full.clone())
        .module("free", free.clone())
        .event_loop("full", LoopOptions::new().events(1))
        .start()
        .await
        .unwrap();
    let held = tokio::spawn(app.handle().exec_task("full.hold", args! {}));
    full.gate.reached(1).await;
    for number in 0..5 {
        app.handle().trigger_event("word", args! { word: number.to_string() }).await.unwrap();
    }
    full.gate.open();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    balanced(&app.handle());
    assert_eq!((full.journal.lines(), free.journal.lines()), (numbers(1), numbers(5)));
}
