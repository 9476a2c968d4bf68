//! What the bounds mean for everything else: handlers, replies, co-tenants, the end.

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow};
use looselycoupled_tests::{balanced, settle, within};

use super::{Worker, busy, numbers};

#[tokio::test]
async fn a_handler_that_sends_too_much_is_slowed_down() {
    let (fast, slow) = (Worker::default(), Worker::default());
    let app = App::builder()
        .module("fast", fast.clone())
        .module("slow", slow.clone())
        .event_loop("slow", LoopOptions::new().tasks(2))
        .start()
        .await
        .unwrap();
    let held = tokio::spawn(app.handle().exec_task("slow.hold", args! {}));
    slow.gate.reached(1).await;
    let send = args! { address: "slow.note", times: 50 };
    let sending = tokio::spawn(app.handle().exec_task("fast.send", send));
    while app.handle().statistics().loops[1].waiting_for_room == 0 {
        within(tokio::task::yield_now()).await;
    }
    assert_eq!(app.handle().statistics().module("slow").unwrap().queued, 2);
    assert!(!sending.is_finished());
    slow.gate.open();
    within(sending).await.unwrap().unwrap();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    assert_eq!(slow.journal.lines(), numbers(50));
    balanced(&app.handle());
}

#[tokio::test]
async fn a_reply_needs_no_room() {
    let (asker, target) = (Worker::default(), Worker::default());
    let app = App::builder()
        .module("asker", asker.clone())
        .module("target", target.clone())
        .event_loop("asker", LoopOptions::new().tasks(1).events(0))
        .start()
        .await
        .unwrap();
    let held = tokio::spawn(app.handle().exec_task("target.hold", args! {}));
    target.gate.reached(1).await;
    let ask = args! { address: "target.note", word: "asked" };
    let asking = tokio::spawn(app.handle().exec_task("asker.ask", ask));
    while app.handle().statistics().module("asker").unwrap().running == 0 {
        within(tokio::task::yield_now()).await;
    }
    app.handle().enqueue_task("asker.note", args! { word: "fills it" }).await.unwrap();
    target.gate.open();
    within(asking).await.unwrap().unwrap();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    assert_eq!(
        (target.journal.lines(), asker.journal.lines()),
        (vec!["asked".to_owned()], vec!["fills it".to_owned()])
    );
}

#[tokio::test]
async fn co_tenants_share_one_queue_and_call_each_other_without_room() {
    let (one, two) = (Worker::default(), Worker::default());
    let app = App::builder()
        .module_on("bus", "one", one.clone())
        .module_on("bus", "two", two.clone())
        .event_loop("bus", LoopOptions::new().tasks(2).overflow(Overflow::Reject))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let held = tokio::spawn(handle.exec_task("one.hold", args! {}));
    one.gate.reached(1).await;
    let ask = args! { address: "two.note", word: "nested" };
    handle.enqueue_task("one.ask", ask).priority(Priority::High).await.unwrap();
    handle.enqueue_task("two.note", args! { word: "queued" }).await.unwrap();
    assert!(handle.enqueue_task("one.note", args! { word: "too much" }).await.is_err());
    one.gate.open();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    assert_eq!(two.journal.lines(), ["nested", "queued"]);
    balanced(&handle);
}

#[tokio::test]
async fn a_full_queue_does_not_hinder_the_end() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let waiting = tokio::spawn(bench.worker.note("waited".to_owned()));
    tokio::task::yield_now().await;
    bench.gate.open();
    within(bench.app.shutdown()).await.unwrap();
    within(waiting).await.unwrap().unwrap();
    assert_eq!(bench.journal.lines(), ["0", "waited", "finalised"]);
    balanced(&bench.handle);
}

#[tokio::test]
async fn bounds_are_large_unless_stated_and_at_least_one() {
    let app = App::builder()
        .module("usual", Worker::default())
        .module("tiny", Worker::default())
        .event_loop("tiny", LoopOptions::new().tasks(1).events(0))
        .start()
        .await
        .unwrap();
    let loops = app.handle().statistics().loops;
    assert_eq!(loops[0].capacity, (65_536, 65_536));
    assert_eq!(loops[1].capacity, (1, 0));
    within(app.handle().enqueue_task("tiny.note", args! { word: "fits" })).await.unwrap();
    app.handle().trigger_event("word", args! { word: "dropped" }).await.unwrap();
    settle(&app).await;
    assert_eq!(app.handle().statistics().module("tiny").unwrap().dropped, 1);
    balanced(&app.handle());
    let none = App::builder().module("tiny", Worker::default());
    let error = none.event_loop("tiny", LoopOptions::new().tasks(0)).start().await.unwrap_err().to_string();
    assert!(error.contains("loop `tiny` is bounded by `tasks(0)`"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_occupies_its_thread_takes_no_room() {
    let bench = busy(LoopOptions::new().tasks(1).overflow(Overflow::Reject)).await;
    bench.worker.hold_the_thread().enqueue().await.unwrap();
    bench.gate.let_one_pass();
    bench.gate.reached(2).await;
    let accepted = bench.worker.note("fits".to_owned()).enqueue().await;
    let noted = bench.rest().await;
    accepted.unwrap();
    assert_eq!(noted, ["fits"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_bound_is_ever_exceeded() {
    let module = Worker::default();
    let app = App::builder()
        .module("worker", module.clone())
        .event_loop("worker", LoopOptions::new().tasks(8).events(8))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let senders = (0..4).map(|_| {
        let handle = handle.clone();
        tokio::spawn(async move {
            for number in 0..300_u32 {
                handle.enqueue_task("worker.note", args! { word: number.to_string() }).await.unwrap();
                handle.trigger_event("word", args! { word: "event" }).await.unwrap();
                let queued = handle.statistics().module("worker").unwrap().queued;
                assert!(queued <= 16, "{queued} waited in two queues of 8");
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        within(sender).await.unwrap();
    }
    settle(&app).await;
    balanced(&handle);
    let worker = handle.statistics().module("worker").unwrap().clone();
    assert_eq!(worker.accepted, 2_400);
    assert_eq!(worker.handled + worker.dropped, 2_400);
    assert_eq!(module.journal.lines().len() as u64, worker.handled);
}
