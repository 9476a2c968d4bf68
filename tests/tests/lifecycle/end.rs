//! The end: what is still served, what is refused, and by when.

use looselycoupled::Phase;
use looselycoupled::prelude::*;
use looselycoupled_tests::{balanced, begin, within};
use tokio::time::Instant;

use super::{FriendStub, TEN_SECONDS, friends};

#[tokio::test(start_paused = true)]
async fn what_waits_is_still_served_in_the_first_half() {
    let bench = friends(TEN_SECONDS).await;
    for _ in 0..100 {
        bench.handle.enqueue_task("friend.greet", args! {}).await.unwrap();
        bench.handle.trigger_event("greetings", args! {}).await.unwrap();
    }
    within(bench.app.shutdown()).await.unwrap();
    assert_eq!(bench.friend.journal.count("greeted"), 100);
    assert_eq!(bench.friend.journal.count("heard"), 100);
    assert_eq!(bench.friend.journal.lines().last().unwrap(), "finalised");
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn outsiders_are_refused_while_handlers_may_still_send() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("other.hold_and_send", args! {}));
    bench.other.gate.reached(1).await;
    let ending = tokio::spawn(bench.app.shutdown());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(bench.handle.phase("friend"), Some(Phase::Passive));
    let error = bench.handle.exec_task("friend.greet", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "`friend.greet` was not begun: the application is ending");
    assert!(matches!(error, CallError::ShuttingDown { begun: false, .. }));
    assert!(bench.handle.enqueue_task("friend.greet", args! {}).await.is_err());
    let error = bench.handle.trigger_event("greetings", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "event `greetings` was not sent: the application is ending");
    bench.other.gate.open();
    within(held).await.unwrap().unwrap();
    within(ending).await.unwrap().unwrap();
    assert_eq!(bench.other.journal.lines(), ["sent", "sent", "sent", "finalised"]);
    assert_eq!(bench.friend.journal.lines(), ["greeted", "greeted", "heard", "finalised"]);
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn handlers_are_refused_in_the_second_half() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("other.hold_and_send", args! {}));
    bench.other.gate.reached(1).await;
    let ending = tokio::spawn(bench.app.shutdown());
    tokio::time::sleep(Duration::from_secs(6)).await;
    bench.other.gate.open();
    within(held).await.unwrap().unwrap();
    within(ending).await.unwrap().unwrap();
    let lines = bench.other.journal.lines();
    assert_eq!(lines[0], "`friend.greet` was not begun: the application is ending");
    assert_eq!(lines[1], lines[0]);
    assert_eq!(lines[2], "event `greetings` was not sent: the application is ending");
    assert_eq!(lines[3], "finalised");
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn what_waits_at_half_of_the_deadline_is_undelivered_and_every_waiter_is_answered() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("friend.hold", args! {}));
    bench.friend.gate.reached(1).await;
    let mut by_name = bench.handle.exec_task("friend.greet", args! {});
    let stub: FriendStub = bench.handle.stub("friend").unwrap();
    let mut by_stub = stub.greet();
    assert!(begin(&mut by_name).await.is_pending() && begin(&mut by_stub).await.is_pending());
    bench.handle.enqueue_task("friend.greet", args! {}).await.unwrap();
    bench.handle.trigger_event("greetings", args! {}).await.unwrap();
    let started = Instant::now();
    let ending = tokio::spawn(bench.app.shutdown());
    let (one, two) = within(async { tokio::join!(by_name, by_stub) }).await;
    assert_eq!(started.elapsed().as_secs(), 5);
    for error in [one.unwrap_err().to_string(), two.unwrap_err().to_string()] {
        assert_eq!(error, "`friend.greet` was not begun: the application is ending");
    }
    bench.friend.gate.open();
    within(held).await.unwrap().unwrap();
    within(ending).await.unwrap().unwrap();
    let friend = bench.handle.statistics().module("friend").unwrap().clone();
    assert_eq!((friend.undelivered, friend.handled, friend.failed), (4, 1, 0));
    assert_eq!(bench.friend.journal.lines(), ["held", "let go", "finalised"]);
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn work_that_never_ends_is_cut_off_at_half_of_the_deadline() {
    let bench = friends(TEN_SECONDS).await;
    bench.handle.enqueue_task("friend.go_on", args! {}).await.unwrap();
    let started = Instant::now();
    within(bench.app.shutdown()).await.unwrap();
    let elapsed = started.elapsed();
    assert!((Duration::from_secs(5)..Duration::from_secs(6)).contains(&elapsed), "{elapsed:?}");
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_end_is_dropped_at_the_deadline_and_named() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("friend.hold", args! {}));
    bench.friend.gate.reached(1).await;
    let started = Instant::now();
    let error = within(bench.app.shutdown()).await.unwrap_err();
    assert_eq!(started.elapsed().as_secs(), 10);
    let AppError::Late(late) = &error else { panic!("{error:?}") };
    assert_eq!(
        (late[0].handler.as_str(), late[0].waited.as_secs(), late[0].abandoned),
        ("friend.hold", 10, false)
    );
    let all_told: Vec<_> = late.iter().map(|late| (late.handler.as_str(), late.begun)).collect();
    assert_eq!(all_told[0], ("friend.hold", true));
    assert!(all_told[1..].iter().all(|(handler, begun)| handler.ends_with(".finalize") && !begun), "{error}");
    assert_eq!(all_told.len(), 3, "{error}");
    assert!(
        error.to_string().starts_with(
            "the application did not end in order: `friend.hold` did not end within 10.0s; it was broken off; `"
        ) && error.to_string().ends_with(".finalize` did not begin: after 10.0s there was no time left"),
        "{error}"
    );
    let answer = within(held).await.unwrap().unwrap_err();
    assert_eq!(answer.to_string(), "`friend.hold` was broken off: the application ended by force");
    assert!(matches!(answer, CallError::ShuttingDown { begun: true, .. }));
    let friend = bench.handle.statistics().module("friend").unwrap().clone();
    assert_eq!((friend.handled, friend.failed), (0, 1));
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn a_shorter_deadline_ends_sooner() {
    let bench = friends(Duration::from_millis(300)).await;
    bench.handle.enqueue_task("friend.hold", args! {}).await.unwrap();
    bench.friend.gate.reached(1).await;
    let started = Instant::now();
    assert!(within(bench.app.shutdown()).await.is_err());
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
}

#[tokio::test]
async fn dropping_an_application_ends_it_in_the_background() {
    let bench = friends(TEN_SECONDS).await;
    drop(bench.app);
    within(async {
        while bench.friend.journal.lines().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
}

#[tokio::test(start_paused = true)]
async fn the_end_goes_on_if_nobody_waits_for_it() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("friend.hold", args! {}));
    bench.friend.gate.reached(1).await;
    assert!(tokio::time::timeout(Duration::from_secs(1), bench.app.shutdown()).await.is_err());
    bench.friend.gate.open();
    within(held).await.unwrap().unwrap();
    while bench.handle.is_ready("friend") {
        within(tokio::time::sleep(Duration::from_millis(1))).await;
    }
    assert_eq!(bench.friend.journal.lines(), ["held", "let go", "finalised"]);
}
