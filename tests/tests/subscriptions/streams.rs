//! Streams of events.

use looselycoupled::prelude::*;
use looselycoupled_tests::{begin, panic_of, quiet, settle, within};

use super::{Motion, Sensor, SensorStub, app, motion, read, send};

#[tokio::test]
async fn a_stream_yields_the_events_that_match_in_their_order() {
    let handle = app().await.handle();
    let (mut all, mut some) = (handle.subscribe("sensor.**"), handle.subscribe("sensor.*"));
    let mut one = handle.subscribe("sensor.hall.level");
    send(&handle, &["sensor.hall.level", "sensor.door", "door", "sensor.hall.level"]).await;
    assert_eq!(read(&mut all, 3).await, ["sensor.hall.level", "sensor.door", "sensor.hall.level"]);
    assert_eq!(read(&mut some, 1).await, ["sensor.door"]);
    assert_eq!(read(&mut one, 2).await, ["sensor.hall.level"; 2]);
    assert!(begin(&mut Box::pin(some.next())).await.is_pending());
}

#[tokio::test]
async fn a_stream_has_the_content_in_both_forms() {
    let app = app().await;
    let handle = app.handle();
    let mut stream = handle.subscribe("motion");
    assert_eq!(handle.trigger(motion("hall")).await.unwrap(), 1, "it counts as one who hears");
    handle.trigger_event("motion", args! { room: "attic" }).await.unwrap();
    let record = within(stream.next()).await.unwrap();
    assert_eq!(record.field::<String>("room").unwrap(), "hall");
    let record = within(stream.next()).await.unwrap();
    assert_eq!(*record.typed::<Motion>().unwrap(), motion("attic"));
    assert_eq!(handle.statistics().unheard_events, 0);
}

#[tokio::test]
async fn a_subscription_ends_when_its_stream_is_dropped() {
    let app = app().await;
    let handle = app.handle();
    let stream = handle.subscribe("door");
    drop(stream);
    assert_eq!(handle.trigger_event("door", args! {}).await.unwrap(), 0);
    assert!(handle.subscriptions().is_empty());
}

#[tokio::test]
async fn a_stream_that_lags_tells_how_many_it_missed_and_goes_on() {
    let app = app().await;
    let handle = app.handle();
    let mut slow = handle.subscribe("**").capacity(2);
    let mut quick = handle.subscribe("**");
    send(&handle, &["a", "b", "c", "d", "e"]).await;
    assert_eq!(read(&mut slow, 2).await, ["3 missed", "d"]);
    send(&handle, &["f"]).await;
    assert_eq!(read(&mut slow, 2).await, ["e", "f"]);
    send(&handle, &["g", "h", "i"]).await;
    assert_eq!(read(&mut slow, 3).await, ["1 missed", "h", "i"]);
    assert_eq!(read(&mut quick, 9).await, ["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
}

#[tokio::test]
async fn a_gap_says_which_subscription_missed_how_many() {
    let app = app().await;
    let handle = app.handle();
    let mut stream = handle.subscribe("door.*").capacity(1);
    send(&handle, &["door.front", "door.back"]).await;
    let gap = within(stream.next()).await.unwrap();
    assert_eq!((gap.name(), gap.gap()), ("gap", Some(1)));
    assert_eq!(gap.field::<String>("event").unwrap(), "door.*");
    let next = within(stream.next()).await.unwrap();
    assert_eq!((next.name(), next.gap()), ("door.back", None));
}

#[tokio::test]
async fn what_waits_in_a_stream_is_no_work() {
    let app = app().await;
    let mut stream = app.handle().subscribe("door");
    send(&app.handle(), &["door"]).await;
    settle(&app).await;
    assert_eq!(read(&mut stream, 1).await, ["door"]);
}

#[tokio::test]
async fn a_filter_leaves_out_what_is_not_wanted() {
    let app = app().await;
    let handle = app.handle();
    let mut stream = handle.subscribe("*").matching(|event| event.name() != "noise");
    send(&handle, &["noise", "door", "noise", "window"]).await;
    assert_eq!(read(&mut stream, 2).await, ["door", "window"]);
}

#[tokio::test]
async fn the_frameworks_own_events_are_heard_by_their_names_only() {
    quiet();
    let app = app().await;
    let handle = app.handle();
    let (mut own, mut all) = (handle.subscribe("exception"), handle.subscribe("**"));
    handle.enqueue_task("sensor.burst", args! {}).await.unwrap();
    assert_eq!(read(&mut own, 1).await, ["exception"]);
    send(&handle, &["after"]).await;
    assert_eq!(read(&mut all, 1).await, ["after"]);
}

#[tokio::test]
async fn a_module_does_not_hear_itself() {
    let app = app().await;
    let handle = app.handle();
    let sensor: SensorStub = handle.stub("sensor").unwrap();
    sensor.listen("*".to_owned()).await.unwrap();
    let mut outside = handle.subscribe("*");
    assert_eq!(sensor.send("own".to_owned()).await.unwrap(), 1, "whoever is outside hears it");
    send(&handle, &["other"]).await;
    assert_eq!(sensor.heard().await.unwrap().unwrap(), "other");
    assert_eq!(read(&mut outside, 2).await, ["own", "other"]);
}

#[tokio::test]
async fn a_stream_ends_with_its_application_after_what_waits() {
    let app = app().await;
    let handle = app.handle();
    let mut stream = handle.subscribe("*");
    send(&handle, &["door"]).await;
    app.shutdown().await.unwrap();
    assert_eq!(read(&mut stream, 2).await, ["door", "exit"]);
    assert!(within(stream.next()).await.is_none());
    assert!(within(handle.subscribe("*").next()).await.is_none(), "nothing comes after the end");
}

#[tokio::test]
async fn a_stream_ends_with_its_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let app = runtime.spawn(app()).await.unwrap();
    let mut stream = app.handle().subscribe("*");
    runtime.shutdown_background();
    assert!(within(stream.next()).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_a_module_subscribed_to_ends_when_it_is_made_again() {
    quiet();
    let app = App::builder()
        .module_with("sensor", Sensor::default)
        .policy("sensor", Policy::Restart(Restart::default()))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let sensor: SensorStub = handle.stub("sensor").unwrap();
    sensor.listen("door".to_owned()).await.unwrap();
    let _outside = handle.subscribe("door");
    sensor.burst().await.unwrap_err();
    settle(&app).await;
    let owners: Vec<_> = handle.subscriptions().into_iter().map(|subscription| subscription.owner).collect();
    assert_eq!(owners, [None], "that of the old instance is gone");
}

#[tokio::test]
async fn a_malformed_pattern_is_refused_where_it_is_written() {
    let handle = app().await.handle();
    let (message, file, line) = panic_of(|| handle.subscribe("door..front"));
    assert!(message.contains("event pattern"), "{message}");
    assert_eq!((file.as_str(), line), (file!(), line!() - 2));
}

#[tokio::test]
async fn whoever_subscribes_to_becoming_idle_is_told_though_no_module_wants_to_know() {
    let app = app().await;
    let handle = app.handle();
    send(&handle, &["before"]).await;
    settle(&app).await;
    let mut stream = handle.subscribe("becoming_idle");
    handle.enqueue_task("sensor.send", args! { name: "tick" }).await.unwrap();
    assert_eq!(read(&mut stream, 1).await, ["becoming_idle"]);
    settle(&app).await;
}
