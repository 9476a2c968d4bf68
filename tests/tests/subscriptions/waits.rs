//! Waiting for the next event.

use std::thread;

use looselycoupled::prelude::*;
use looselycoupled::{TypedEvent, WaitError};
use looselycoupled_tests::within;

use super::{Motion, app, motion, send};

fn cause<T: std::fmt::Debug>(waited: Result<T>) -> WaitError {
    match waited.unwrap_err() {
        Error::Wait { cause, .. } => *cause,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_wait_begins_when_it_is_made() {
    let handle = app().await.handle();
    let opened = handle.wait_for_event("door_opened");
    handle.trigger_event("door_opened", args! { door: 3 }).await.unwrap();
    handle.trigger_event("door_opened", args! { door: 4 }).await.unwrap();
    assert_eq!(within(opened).await.unwrap().field::<u8>("door").unwrap(), 3, "the first counts");
    assert!(handle.subscriptions().is_empty(), "nothing is left behind");
}

#[tokio::test]
async fn an_event_is_waited_for_by_its_type_however_it_is_sent() {
    let app = app().await;
    let handle = app.handle();
    let waiting = [handle.wait_for::<Motion>(), handle.wait_for::<Motion>()];
    handle.trigger(motion("hall")).await.unwrap();
    for wait in waiting {
        let event: TypedEvent<Motion> = within(wait).await.unwrap();
        assert_eq!((event.room.as_str(), event.record().name()), ("hall", "motion"));
    }
    let waiting = handle.wait_for::<Motion>();
    handle.trigger_event("motion", args! { room: "attic" }).await.unwrap();
    assert_eq!(*within(waiting).await.unwrap(), motion("attic"));
}

#[tokio::test]
async fn an_event_that_does_not_fit_is_an_error_that_names_the_field() {
    let app = app().await;
    let handle = app.handle();
    let waiting = handle.wait_for::<Motion>();
    handle.trigger_event("motion", args! { place: "hall" }).await.unwrap();
    let error = within(waiting).await.unwrap_err().to_string();
    assert!(error.starts_with("waited for event `motion`: the one that came does not fit: "), "{error}");
    assert!(error.contains("room"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_takes_too_long_fails_and_leaves_nothing_behind() {
    let app = app().await;
    let handle = app.handle();
    let begun = tokio::time::Instant::now();
    let waited = handle.wait_for_event("door").timeout(Duration::from_secs(60)).await;
    assert!(matches!(cause(waited), WaitError::Timeout { after } if after.as_secs() == 60));
    assert_eq!(begun.elapsed().as_secs(), 60);
    assert!(handle.subscriptions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_wait_counts_from_when_it_is_stated() {
    let app = app().await;
    let waiting = app.handle().wait_for_event("door").timeout(Duration::from_secs(60));
    tokio::time::sleep(Duration::from_secs(50)).await;
    let begun = tokio::time::Instant::now();
    waiting.await.unwrap_err();
    assert_eq!(begun.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn a_filter_waits_for_the_event_that_is_wanted() {
    let app = app().await;
    let handle = app.handle();
    let third =
        handle.wait_for_event("door").matching(|event| event.field("number").is_ok_and(|n: u8| n == 3));
    for number in 1_u8..5 {
        handle.trigger_event("door", args! { number: number }).await.unwrap();
    }
    assert_eq!(within(third).await.unwrap().field::<u8>("number").unwrap(), 3);
}

#[tokio::test]
async fn a_filter_that_comes_too_late_for_all_events_says_so() {
    let app = app().await;
    let handle = app.handle();
    let never = handle.wait_for_event("door").matching(|_| false);
    for _ in 0..65_540 {
        handle.trigger_event("door", args! {}).await.unwrap();
    }
    assert!(matches!(cause(within(never).await), WaitError::Overrun { missed: 4 }));
}

#[tokio::test]
async fn a_wait_ends_with_its_application() {
    let app = app().await;
    let handle = app.handle();
    let waiting = tokio::spawn(handle.wait_for_event("door"));
    app.shutdown().await.unwrap();
    assert!(matches!(cause(within(waiting).await.unwrap()), WaitError::Ended));
    assert!(matches!(cause(within(handle.wait_for_event("door")).await), WaitError::Ended));
}

#[tokio::test]
async fn a_wait_for_a_malformed_name_fails_and_says_why() {
    let app = app().await;
    let waited = within(app.handle().wait_for_event("door opened")).await;
    assert!(matches!(cause(waited), WaitError::Name(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn plain_threads_wait_by_blocking() {
    let app = app().await;
    let handle = app.handle();
    let waiting = handle.wait_for_event("door");
    let waiting = thread::spawn(move || waiting.blocking().map(|event| event.name().to_owned()));
    send(&handle, &["door"]).await;
    let waited = tokio::task::spawn_blocking(|| waiting.join().unwrap()).await.unwrap();
    assert_eq!(waited.unwrap(), "door");
    assert!(matches!(cause(handle.wait_for_event("door").blocking()), WaitError::WrongThread));
}
