//! Functions that are called with events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::Subscription;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, Overlap, quiet, settle, within};

use super::{SensorStub, app, read, send};

/// Writes down which events come, gaps as `n missed`.
fn note(handle: &Handle, pattern: &str, journal: &Journal) -> Subscription {
    let journal = journal.clone();
    handle.on(pattern, move |event| {
        let journal = journal.clone();
        async move {
            match event.gap() {
                Some(missed) => journal.note(format!("{missed} missed")),
                None => journal.note(event.name()),
            }
        }
    })
}

#[tokio::test]
async fn a_callback_gets_the_events_that_match_in_their_order() {
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    let _subscription = note(&handle, "door_*", &journal);
    assert_eq!(handle.trigger_event("door_a", args! {}).await.unwrap(), 1, "it counts as one who hears");
    send(&handle, &["window", "door_b", "door_a"]).await;
    settle(&app).await;
    assert_eq!(journal.lines(), ["door_a", "door_b", "door_a"]);
}

#[tokio::test]
async fn the_more_urgent_event_goes_first() {
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    let _subscription = note(&handle, "*", &journal);
    handle.trigger_event("low", args! {}).priority(Priority::Low).await.unwrap();
    handle.trigger_event("high", args! {}).priority(Priority::High).await.unwrap();
    settle(&app).await;
    assert_eq!(journal.lines(), ["high", "low"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_calls_of_a_callback_follow_each_other() {
    let app = app().await;
    let (handle, overlap) = (app.handle(), Arc::new(Overlap::default()));
    let inside = Arc::clone(&overlap);
    let _subscription = handle.on("tick", move |_event| {
        let overlap = Arc::clone(&inside);
        async move {
            let _inside = overlap.enter();
            tokio::task::yield_now().await;
        }
    });
    send(&handle, &["tick"; 100]).await;
    settle(&app).await;
    assert_eq!((overlap.ever(), overlap.most()), (100, 1));
}

#[tokio::test]
async fn a_slow_callback_delays_nobody() {
    let app = app().await;
    let (handle, gate) = (app.handle(), Gate::default());
    let (noted, mut notes) = tokio::sync::mpsc::unbounded_channel();
    let waits = gate.clone();
    let _slow = handle.on("tick", move |_event| {
        let gate = waits.clone();
        async move { gate.pass().await }
    });
    let _quick = handle.on("tick", move |_event| std::future::ready(noted.send(())));
    send(&handle, &["tick"; 3]).await;
    for _ in 0..3 {
        within(notes.recv()).await.unwrap();
    }
    gate.open();
}

#[tokio::test]
async fn a_subscription_ends_when_it_is_dropped_unless_it_is_forever() {
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    drop(note(&handle, "tick", &journal));
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 0);
    let id = note(&handle, "tick", &journal).forever();
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 1);
    settle(&app).await;
    assert!(handle.unsubscribe(id) && !handle.unsubscribe(id));
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 0);
    assert_eq!(journal.lines(), ["tick"]);
}

#[tokio::test]
async fn what_waits_when_a_subscription_ends_is_not_called() {
    let app = app().await;
    let (handle, calls) = (app.handle(), Arc::new(AtomicU32::new(0)));
    let (called, own) = (Arc::clone(&calls), Arc::new(std::sync::Mutex::new(None::<Subscription>)));
    let itself = Arc::clone(&own);
    let subscription = handle.on("tick", move |_event| {
        called.fetch_add(1, Ordering::Relaxed);
        // In the function as well as in the future that it gives, it may end its own subscription.
        drop(itself.lock().unwrap().take());
        async {}
    });
    *own.lock().unwrap() = Some(subscription);
    send(&handle, &["tick"; 3]).await;
    settle(&app).await;
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert!(handle.subscriptions().is_empty());
    let lost = handle.dead_letters().letters;
    assert_eq!(lost.len(), 2, "what was accepted and not called is shown");
    assert_eq!(lost[0].to_string(), "event `tick#1.callback` undelivered");
}

#[tokio::test]
async fn once_means_one_event() {
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    let noted = journal.clone();
    handle.once("tick", move |event| async move { noted.note(event.name()) });
    assert_eq!(handle.subscriptions().len(), 1);
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 1);
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 0);
    assert!(handle.subscriptions().is_empty());
    settle(&app).await;
    assert_eq!(journal.lines(), ["tick"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_means_one_event_however_many_come_at_once() {
    let app = app().await;
    let (handle, calls) = (app.handle(), Arc::new(AtomicU32::new(0)));
    for _ in 0..200 {
        let called = Arc::clone(&calls);
        handle.once("tick", move |_event| async move {
            called.fetch_add(1, Ordering::Relaxed);
        });
        let send = || tokio::spawn(handle.trigger_event("tick", args! {}));
        let (one, other) = (send(), send());
        let heard = one.await.unwrap().unwrap() + other.await.unwrap().unwrap();
        assert_eq!(heard, 1);
    }
    settle(&app).await;
    assert_eq!(calls.load(Ordering::Relaxed), 200);
}

#[tokio::test]
async fn a_once_that_was_removed_is_not_called() {
    let app = app().await;
    let handle = app.handle();
    let id = handle.once("tick", |_event| async { unreachable!("it was removed") as () });
    assert!(handle.unsubscribe(id));
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 0);
}

#[tokio::test]
async fn what_a_callback_sends_belongs_to_the_transaction_of_its_event() {
    let app = app().await;
    let handle = app.handle();
    let inner = handle.clone();
    let _subscription = handle.on("cause", move |_event| {
        let handle = inner.clone();
        async move { handle.trigger_event("effect", args! {}).await.map(drop) }
    });
    let (mut causes, mut effects) = (handle.subscribe("cause"), handle.subscribe("effect"));
    handle.trigger_event("cause", args! {}).priority(Priority::High).await.unwrap();
    let (cause, effect) = (within(causes.next()).await.unwrap(), within(effects.next()).await.unwrap());
    assert_eq!(cause.transaction(), effect.transaction());
    assert_eq!(effect.priority(), Priority::High);
    assert!(effect.parent().is_some());
}

#[tokio::test]
async fn a_callback_that_fails_is_an_exception_and_goes_on() {
    quiet();
    let app = app().await;
    let handle = app.handle();
    let mut exceptions = handle.subscribe("exception");
    let mut calls = 0;
    let subscription = handle.on("tick", move |_event| {
        calls += 1;
        assert_ne!(calls, 1, "the first in the function");
        async move {
            assert_ne!(calls, 2, "the second in its future");
            Err::<(), _>("the third by an error")
        }
    });
    send(&handle, &["tick"; 3]).await;
    for (message, panicked) in [("the first", true), ("the second", true), ("the third", false)] {
        let told = within(exceptions.next()).await.unwrap();
        let callback: (String, String) = (told.field("module").unwrap(), told.field("task").unwrap());
        assert_eq!(callback, (format!("tick#{}", subscription.id()), "callback".to_owned()));
        assert!(told.field::<String>("message").unwrap().contains(message));
        assert_eq!(told.field::<bool>("panic").unwrap(), panicked);
    }
}

#[tokio::test]
async fn a_callback_for_exceptions_that_fails_raises_none() {
    quiet();
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    let noted = journal.clone();
    let _subscription = handle.on("exception", move |_event| {
        noted.note("told");
        async { Err::<(), _>("as well") }
    });
    handle.enqueue_task("sensor.burst", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(journal.lines(), ["told"]);
}

#[tokio::test]
async fn a_callback_of_a_module_does_not_hear_that_module_nor_does_it_hear_the_callback() {
    let app = app().await;
    let (handle, sensor) = (app.handle(), app.handle().stub::<SensorStub>("sensor").unwrap());
    sensor.forward("sound".to_owned(), "echo".to_owned()).await.unwrap();
    sensor.listen("*".to_owned()).await.unwrap();
    let mut outside = handle.subscribe("echo");
    assert_eq!(sensor.send("sound".to_owned()).await.unwrap(), 0, "its own");
    send(&handle, &["sound", "end"]).await;
    let echo = within(outside.next()).await.unwrap();
    assert_eq!(echo.source(), Some("sensor"));
    assert_eq!(sensor.heard().await.unwrap().unwrap(), "sound");
    assert_eq!(sensor.heard().await.unwrap().unwrap(), "end", "not the echo");
}

#[tokio::test]
async fn a_callback_that_lags_is_told_how_many_it_missed() {
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    let subscription = note(&handle, "*", &journal).capacity(2);
    send(&handle, &["a", "b", "c", "d"]).await;
    settle(&app).await;
    send(&handle, &["e"]).await;
    settle(&app).await;
    assert_eq!(journal.lines(), ["a", "b", "2 missed", "e"]);
    let told = &handle.subscriptions()[0];
    assert_eq!((told.id, told.heard, told.missed, told.waiting), (subscription.id(), 5, 2, 0));
    assert_eq!(handle.dead_letters().letters.len(), 2);
}

#[tokio::test]
async fn rest_and_the_end_wait_for_callbacks() {
    let app = app().await;
    let (handle, gate, journal) = (app.handle(), Gate::default(), Journal::default());
    let (waits, noted) = (gate.clone(), journal.clone());
    note(&handle, "other", &journal).forever();
    handle
        .on("tick", move |_event| {
            let (gate, journal) = (waits.clone(), noted.clone());
            async move {
                gate.pass().await;
                journal.note("tick");
            }
        })
        .forever();
    send(&handle, &["tick"]).await;
    let busy = handle.quiesce_within(Duration::from_millis(1)).await.unwrap_err();
    assert!(busy.to_string().contains("tick#2.callback"), "{busy}");
    gate.open();
    app.shutdown().await.unwrap();
    assert_eq!(journal.lines(), ["tick"]);
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_does_not_end_is_named_and_dropped() {
    quiet();
    let app = app().await;
    let handle = app.handle();
    handle.on("tick", |_event| std::future::pending::<()>()).forever();
    send(&handle, &["tick"]).await;
    let late = app.shutdown().await.unwrap_err();
    assert!(late.to_string().contains("tick#1.callback"), "{late}");
}

#[tokio::test(start_paused = true)]
async fn the_callbacks_of_a_module_end_when_it_is_made_again() {
    quiet();
    let app = App::builder()
        .module_with("sensor", super::Sensor::default)
        .policy("sensor", Policy::Restart(Restart::default()))
        .start()
        .await
        .unwrap();
    let sensor: SensorStub = app.handle().stub("sensor").unwrap();
    sensor.forward("sound".to_owned(), "echo".to_owned()).await.unwrap();
    sensor.burst().await.unwrap_err();
    settle(&app).await;
    assert!(app.handle().subscriptions().is_empty());
}

/// What a callback holds goes with its subscription, and with the application.
#[tokio::test]
async fn what_a_callback_holds_is_dropped_when_its_subscription_ends() {
    let app = app().await;
    let (handle, held) = (app.handle(), Arc::new(()));
    let hold = |held: &Arc<()>| {
        let (held, handle) = (Arc::clone(held), handle.clone());
        move |_event| {
            let _both = (&held, &handle);
            async {}
        }
    };
    drop(handle.on("tick", hold(&held)));
    assert_eq!(Arc::strong_count(&held), 1);
    handle.on("tick", hold(&held)).forever();
    send(&handle, &["tick"]).await;
    app.shutdown().await.unwrap();
    assert_eq!(Arc::strong_count(&held), 1);
}

#[tokio::test]
async fn a_malformed_pattern_is_refused_where_it_stands() {
    quiet();
    let handle = app().await.handle();
    let listening = std::panic::AssertUnwindSafe(|| drop(handle.on("a..b", |_event| async {})));
    assert!(std::panic::catch_unwind(listening).is_err());
    let mut stream = handle.subscribe("tick");
    send(&handle, &["tick"]).await;
    assert_eq!(read(&mut stream, 1).await, ["tick"]);
}

#[tokio::test]
async fn an_event_that_has_come_to_once_is_handled_although_somebody_unsubscribes_too_late() {
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    let here = journal.clone();
    let id = handle.once("tick", move |_event| async move { here.note("called") });
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 1);
    assert!(!handle.unsubscribe(id), "it is over");
    settle(&app).await;
    assert_eq!(journal.lines(), ["called"]);
    let here = journal.clone();
    let id = handle.once("tick", move |_event| async move { here.note("never") });
    assert!(handle.unsubscribe(id) && !handle.unsubscribe(id));
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 0);
    settle(&app).await;
    assert_eq!(journal.lines(), ["called"]);
}

#[tokio::test]
async fn many_that_want_the_next_event_hear_it_and_go() {
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    let stays = handle.subscribe("tick");
    for pattern in ["tick", "t*"].iter().cycle().take(200) {
        let journal = journal.clone();
        handle.once(pattern, move |_event| async move { journal.note("called") });
    }
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 201);
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 1);
    settle(&app).await;
    assert_eq!((journal.count("called"), handle.subscriptions().len()), (200, 1));
    drop(stays);
}

#[tokio::test]
async fn a_function_that_does_not_look_at_a_gap_is_told_of_the_next_one_all_the_same() {
    let app = app().await;
    let (handle, journal) = (app.handle(), Journal::default());
    let here = journal.clone();
    let _subscription = handle
        .on("tick", move |event| {
            here.note(event.name());
            async {}
        })
        .capacity(1);
    for _ in 0..2 {
        send(&handle, &["tick"; 3]).await;
        settle(&app).await;
    }
    assert_eq!(journal.lines(), ["tick", "gap", "tick", "gap"]);
}
