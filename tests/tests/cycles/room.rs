//! Waiting for room is a wait like any other.

use looselycoupled::prelude::*;
use looselycoupled::{CallPath, LoopOptions};
use looselycoupled_tests::within;

use super::{Oddity, OddityStub, at_rest};

#[tokio::test]
async fn filling_the_own_queue_is_refused_with_the_path() {
    let odd = Oddity::default();
    let app = App::builder()
        .module("odd", odd.clone())
        .event_loop("odd", LoopOptions::new().tasks(3))
        .start()
        .await
        .unwrap();
    at_rest(&app).await;
    odd.journal.take();
    let stub: OddityStub = app.handle().stub("odd").unwrap();
    let error = within(stub.fill("note".to_owned(), 4)).await.unwrap_err();
    let CallError::Failed(Error::Call(full)) = error else { panic!("{error:?}") };
    assert_eq!(
        full.to_string(),
        "the queue before `odd.note` is full, and waiting for room would wait for itself: odd.fill → odd.note; loop \
         `odd` has room for 3; raise `looselycoupled.loops.odd.tasks.capacity`, or `LoopOptions::tasks` in code"
    );
    let CallError::QueueFull { path: Some(path), .. } = *full else { panic!("{full:?}") };
    assert_eq!(CallPath::steps(&path).collect::<Vec<_>>(), ["odd.fill", "odd.note"]);
    at_rest(&app).await;
    assert_eq!(odd.journal.lines(), ["filled", "filled", "filled"], "what fitted in is done");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_room_counts_as_a_wait() {
    let (first, second) = (Oddity::default(), Oddity::default());
    let app = App::builder()
        .module("first", first.clone())
        .module("second", second.clone())
        .event_loop("second", LoopOptions::new().tasks(1))
        .start()
        .await
        .unwrap();
    at_rest(&app).await;
    let handle = app.handle();
    let back = tokio::spawn(handle.exec_task("second.call_back", args! {}));
    let fill = args! { address: "second.note", times: 3 };
    let held = tokio::spawn(handle.exec_task("first.hold", args! {}));
    first.gate.reached(1).await;
    handle.enqueue_task("first.fill", fill).priority(Priority::High).await.unwrap();
    tokio::time::sleep(Duration::from_millis(40)).await;
    first.gate.open();
    // `first` waits for room before `second`, which calls `first`: one of them must be told.
    within(held).await.unwrap().unwrap();
    within(back).await.unwrap().unwrap();
    at_rest(&app).await;
    let told = second.journal.lines();
    assert!(told.iter().any(|line| line.starts_with("the call would wait for itself: ")), "{told:?}");
}
