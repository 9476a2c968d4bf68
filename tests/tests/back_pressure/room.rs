//! Waiting for room, or being refused.

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow};
use looselycoupled_tests::{begin, within};

use super::{busy, numbers};

#[tokio::test]
async fn a_queue_has_room_for_exactly_what_was_stated() {
    for capacity in [1, 2, 3, 7] {
        let bench = busy(LoopOptions::new().tasks(capacity).overflow(Overflow::Reject)).await;
        bench.fill(capacity).await;
        let refused = bench.worker.note("too much".to_owned()).enqueue().await.unwrap_err();
        assert!(refused.to_string().contains("is full"), "{refused}");
        let refused = bench.worker.note("too much".to_owned()).await.unwrap_err();
        assert!(matches!(refused, CallError::QueueFull { path: None, .. }));
        assert_eq!(bench.queued(), capacity as u64);
        assert_eq!(bench.rest().await, numbers(capacity));
        assert_eq!(bench.handle.statistics().module("worker").unwrap().refused, 2);
    }
}

#[tokio::test]
async fn calls_and_tasks_share_the_room() {
    let bench = busy(LoopOptions::new().tasks(2).overflow(Overflow::Reject)).await;
    let mut call = bench.worker.note("call".to_owned());
    assert!(begin(&mut call).await.is_pending());
    bench.fill(1).await;
    assert!(bench.worker.note("too much".to_owned()).enqueue().await.is_err());
    bench.gate.open();
    within(call).await.unwrap();
    assert_eq!(bench.rest().await, ["call", "0"]);
}

#[tokio::test]
async fn room_comes_back_as_soon_as_a_message_begins() {
    let bench = busy(LoopOptions::new().tasks(1).overflow(Overflow::Reject)).await;
    for round in 1..5 {
        bench.worker.hold().enqueue().await.unwrap();
        assert!(bench.worker.hold().enqueue().await.is_err());
        bench.gate.let_one_pass();
        bench.gate.reached(round + 1).await;
    }
    bench.rest().await;
}

#[tokio::test]
async fn a_sender_without_room_waits_for_it() {
    let bench = busy(LoopOptions::new().tasks(2)).await;
    bench.fill(2).await;
    let mut third = bench.worker.note("third".to_owned()).enqueue();
    let mut fourth = bench.handle.exec_task("worker.note", args! { word: "fourth" });
    assert!(begin(&mut third).await.is_pending());
    assert!(begin(&mut fourth).await.is_pending());
    assert_eq!((bench.queued(), bench.waiting_for_room()), (2, 2));
    assert_eq!(bench.handle.statistics().module("worker").unwrap().accepted, 3, "who waits is not in");
    bench.gate.open();
    within(third).await.unwrap();
    within(fourth).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "1", "third", "fourth"]);
    assert_eq!(bench.waiting_for_room(), 0);
}

#[tokio::test]
async fn senders_wait_for_room_in_the_order_of_their_arrival() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let mut waiting = Vec::new();
    for number in 1..20 {
        let mut enqueue = bench.worker.note(number.to_string()).enqueue();
        assert!(begin(&mut enqueue).await.is_pending());
        waiting.push(tokio::spawn(enqueue));
    }
    assert_eq!(bench.waiting_for_room(), 19);
    bench.gate.open();
    for enqueue in waiting {
        within(enqueue).await.unwrap().unwrap();
    }
    assert_eq!(bench.rest().await, numbers(20));
}

#[tokio::test]
async fn nobody_overtakes_a_sender_that_waits_for_room() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let mut first = bench.worker.note("first".to_owned()).enqueue();
    assert!(begin(&mut first).await.is_pending());
    bench.gate.let_one_pass();
    let second = bench.worker.note("second".to_owned()).enqueue();
    within(async { tokio::join!(second, first) }).await.0.unwrap();
    assert_eq!(bench.rest().await, ["0", "first", "second"]);
}

#[tokio::test]
async fn the_urgent_one_among_those_who_wait_for_room_goes_first() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let mut normal = bench.worker.note("normal".to_owned()).enqueue();
    let mut urgent = bench.worker.note("urgent".to_owned()).priority(Priority::Highest);
    assert!(begin(&mut normal).await.is_pending());
    assert!(begin(&mut urgent).await.is_pending());
    bench.gate.open();
    within(urgent).await.unwrap();
    within(normal).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "urgent", "normal"]);
}

#[tokio::test]
async fn an_urgent_call_to_a_full_queue_overtakes_what_waits_once_it_has_room() {
    let bench = busy(LoopOptions::new().tasks(3)).await;
    bench.fill(3).await;
    let mut urgent = bench.worker.note("urgent".to_owned()).priority(Priority::Highest);
    assert!(begin(&mut urgent).await.is_pending());
    bench.gate.open();
    within(urgent).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "urgent", "1", "2"]);
}

#[tokio::test]
async fn a_sender_that_is_dropped_while_it_waits_for_room_sends_nothing() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let mut enqueue = bench.worker.note("enqueue".to_owned()).enqueue();
    let mut by_name = bench.handle.enqueue_task("worker.note", args! { word: "by name" });
    let mut call = bench.worker.note("call".to_owned());
    let mut last = bench.worker.note("last".to_owned()).enqueue();
    assert!(begin(&mut enqueue).await.is_pending());
    assert!(begin(&mut by_name).await.is_pending());
    assert!(begin(&mut call).await.is_pending());
    assert!(begin(&mut last).await.is_pending());
    drop((enqueue, by_name, call));
    assert_eq!(bench.waiting_for_room(), 1);
    bench.gate.open();
    within(last).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "last"]);
}

#[tokio::test]
async fn a_sender_that_is_dropped_before_it_learns_of_its_room_sends_nothing() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.worker.hold().enqueue().await.unwrap();
    let mut enqueue = bench.worker.note("enqueue".to_owned()).enqueue();
    assert!(begin(&mut enqueue).await.is_pending());
    bench.gate.let_one_pass();
    bench.gate.reached(2).await;
    assert_eq!((bench.queued(), bench.waiting_for_room()), (1, 0));
    drop(enqueue);
    let mut by_name = bench.handle.enqueue_task("worker.note", args! { word: "known" });
    assert!(begin(&mut by_name).await.is_ready());
    drop(by_name);
    assert_eq!(bench.rest().await, ["known"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_time_ends_while_it_waits_for_room_never_begins() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let call = bench.worker.note("late".to_owned()).timeout(Duration::from_millis(10));
    let error = within(call).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: false, .. }), "{error:?}");
    assert_eq!(bench.waiting_for_room(), 0);
    assert_eq!(bench.rest().await, ["0"]);
}

#[tokio::test]
async fn withdrawing_a_task_makes_room_for_the_next_sender() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    let ticket = bench.worker.note("withdrawn".to_owned()).enqueue().await.unwrap();
    let mut next = bench.worker.note("next".to_owned()).enqueue();
    assert!(begin(&mut next).await.is_pending());
    assert!(ticket.cancel());
    within(next).await.unwrap();
    assert_eq!((bench.queued(), bench.waiting_for_room()), (1, 0));
    assert_eq!(bench.rest().await, ["next"]);
}

#[tokio::test]
async fn a_thread_blocks_while_there_is_no_room() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let handle = bench.handle.clone();
    let thread =
        std::thread::spawn(move || handle.enqueue_task_blocking("worker.note", args! { word: "thread" }));
    while bench.waiting_for_room() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(!thread.is_finished());
    bench.gate.open();
    within(tokio::task::spawn_blocking(|| thread.join().unwrap())).await.unwrap().unwrap();
    assert_eq!(bench.rest().await, ["0", "thread"]);
}
