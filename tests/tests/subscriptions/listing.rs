//! Subscriptions are known, and can be ended from elsewhere.

use looselycoupled::WaitError;
use looselycoupled::prelude::*;
use looselycoupled_tests::within;

use super::{SensorStub, app, read, send};

#[tokio::test]
async fn subscriptions_are_listed_with_what_became_of_their_events() {
    let app = app().await;
    let handle = app.handle();
    let sensor: SensorStub = handle.stub("sensor").unwrap();
    let mut stream = handle.subscribe("door_*").capacity(2);
    sensor.listen("**".to_owned()).await.unwrap();
    let wait = handle.wait_for_event("window");
    send(&handle, &["door_a", "door_b", "door_c"]).await;
    read(&mut stream, 2).await;
    let all = handle.subscriptions();
    let told: Vec<_> = all
        .iter()
        .map(|one| (one.pattern.as_str(), one.owner.as_deref(), one.heard, one.missed, one.waiting))
        .collect();
    let expected = [("door_*", None, 3, 1, 1), ("**", Some("sensor"), 3, 0, 3), ("window", None, 0, 0, 0)];
    assert_eq!(told, expected);
    assert_eq!((all[0].id, Some(all[2].id)), (stream.id(), wait.id()));
}

#[tokio::test]
async fn nothing_is_read_from_a_subscription_that_was_removed() {
    let app = app().await;
    let handle = app.handle();
    let mut stream = handle.subscribe("door");
    let wait = handle.wait_for_event("door");
    let other = handle.wait_for_event("window");
    send(&handle, &["door"]).await;
    assert!(handle.unsubscribe(stream.id()) && handle.unsubscribe(wait.id().unwrap()));
    assert!(!handle.unsubscribe(stream.id()), "it is gone");
    assert!(within(stream.next()).await.is_none(), "what waited is not read either");
    let Err(Error::Wait { cause, .. }) = within(wait).await else { panic!("nothing came") };
    assert!(matches!(*cause, WaitError::Unsubscribed));
    assert_eq!(handle.trigger_event("door", args! {}).await.unwrap(), 0);
    drop(other);
    assert!(handle.subscriptions().is_empty());
}

#[tokio::test]
async fn nothing_is_read_of_a_gap_either_once_a_subscription_was_removed() {
    let app = app().await;
    let handle = app.handle();
    let mut stream = handle.subscribe("tick").capacity(1);
    let wait = handle.wait_for_event("tick");
    send(&handle, &["tick"; 3]).await;
    assert_eq!(handle.unsubscribe_named("tick"), 2);
    assert!(within(stream.next()).await.is_none());
    let Err(Error::Wait { cause, .. }) = within(wait).await else { panic!("it was removed") };
    assert!(matches!(*cause, WaitError::Unsubscribed), "{cause}");
}

#[tokio::test]
async fn subscriptions_are_removed_by_name_and_by_owner() {
    let app = app().await;
    let handle = app.handle();
    let sensor: SensorStub = handle.stub("sensor").unwrap();
    sensor.forward("door_*".to_owned(), "echo".to_owned()).await.unwrap();
    sensor.listen("window".to_owned()).await.unwrap();
    let mut own = handle.subscribe("door_*");
    let _other = handle.subscribe("door_a");
    assert_eq!(handle.unsubscribe_of("sensor").unwrap(), 2);
    assert_eq!(
        handle.unsubscribe_of("snesor").unwrap_err().to_string(),
        "unknown module `snesor`; did you mean `sensor`?"
    );
    assert_eq!(handle.unsubscribe_named("door_*"), 1);
    assert!(within(own.next()).await.is_none());
    assert_eq!(handle.unsubscribe_named("door_*"), 0);
    let left: Vec<_> = handle.subscriptions().into_iter().map(|one| one.pattern).collect();
    assert_eq!(left, ["door_a"]);
}
