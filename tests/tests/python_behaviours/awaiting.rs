//! `MrEventLoop`: awaiting the next event (`test_sync_event.py`).

use looselycoupled::Signal;
use looselycoupled::prelude::*;
use looselycoupled_tests::within;

async fn handle() -> (App, Handle) {
    let app = App::builder().start().await.unwrap();
    let handle = app.handle();
    (app, handle)
}

#[tokio::test]
async fn the_first_emission_counts_that_comes_after_the_wait_was_made() {
    let signal = Signal::<&str>::default();
    let next = signal.next();
    signal.emit("foo");
    signal.emit("bar");
    assert_eq!(within(next).await, Some("foo"));

    let (_app, handle) = handle().await;
    let next = handle.wait_for_event("told");
    for word in ["foo", "bar"] {
        handle.trigger_event("told", args! { word: word }).await.unwrap();
    }
    assert_eq!(within(next).await.unwrap().field::<String>("word").unwrap(), "foo");
}

#[tokio::test]
async fn an_emission_of_another_task_is_awaited() {
    let (_app, handle) = handle().await;
    let next = handle.wait_for_event("told");
    tokio::spawn(handle.trigger_event("told", args! { word: "foo" }));
    assert_eq!(within(next).await.unwrap().field::<String>("word").unwrap(), "foo");
}

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pair(String, String);

#[tokio::test]
async fn several_values_come_by_place() {
    let (_app, handle) = handle().await;
    let next = handle.wait_for::<Pair>();
    let again = handle.wait_for_event("pair");
    tokio::spawn(handle.trigger(Pair("foo".into(), "bar".into())));
    let pair = within(next).await.unwrap();
    assert_eq!((&*pair.0, &*pair.1), ("foo", "bar"));
    let record = within(again).await.unwrap();
    assert_eq!(
        (record.field::<String>("0").unwrap(), record.field::<String>("1").unwrap()),
        ("foo".into(), "bar".into())
    );
}

#[tokio::test]
async fn several_values_come_by_name() {
    let (_app, handle) = handle().await;
    let next = handle.wait_for_event("told");
    tokio::spawn(handle.trigger_event("told", args! { first: "foo", second: "bar" }));
    let record = within(next).await.unwrap();
    let words: (String, String) = (record.field("first").unwrap(), record.field("second").unwrap());
    assert_eq!(words, ("foo".to_owned(), "bar".to_owned()));
}

/// What comes by place there is a list beside the names here: an event has one content.
#[tokio::test]
async fn values_by_place_and_by_name_come_together() {
    let (_app, handle) = handle().await;
    let next = handle.wait_for_event("told");
    tokio::spawn(handle.trigger_event("told", args! { items: ["bar", "foo"], first: "foo" }));
    let record = within(next).await.unwrap();
    assert_eq!(record.field::<Vec<String>>("items").unwrap(), ["bar", "foo"]);
    assert_eq!(record.field::<String>("first").unwrap(), "foo");
}
