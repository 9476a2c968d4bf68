//! Callbacks that name the loop on which they run.

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, Overlap, quiet, settle, within};

use super::{Meter, MeterStub, app};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callbacks_on_one_loop_and_its_modules_never_overlap() {
    let overlap = Overlap::default();
    let app = app(Meter { overlap: overlap.clone(), ..Meter::default() }).await;
    let (handle, bus) = (app.handle(), app.handle().event_loop("bus").unwrap());
    let listen = |pattern: &str| {
        let overlap = overlap.clone();
        bus.on(pattern, move |_event| {
            let overlap = overlap.clone();
            async move {
                let _inside = overlap.enter();
                tokio::task::yield_now().await;
            }
        })
    };
    let _both = (listen("tick"), listen("t*"));
    let meter: MeterStub = handle.stub("meter").unwrap();
    for _ in 0..50 {
        handle.trigger_event("tick", args! {}).await.unwrap();
        meter.read().enqueue().await.unwrap();
    }
    settle(&app).await;
    assert_eq!((overlap.ever(), overlap.most()), (150, 1));
}

#[tokio::test]
async fn a_callback_runs_on_the_thread_of_its_loop() {
    let app = App::builder().start().await.unwrap();
    let io = app.handle().open_loop("io", LoopOptions::new().thread(true)).unwrap();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let again = told.clone();
    let here = || std::thread::current().name().map(str::to_owned);
    io.once("tick", move |_event| async move { told.send(here()).unwrap() });
    let _subscription = io.on("tick", move |_event| {
        let told = again.clone();
        async move { told.send(here()).unwrap() }
    });
    for _ in 0..2 {
        app.handle().trigger_event("tick", args! {}).await.unwrap();
    }
    for _ in 0..3 {
        assert_eq!(within(heard.recv()).await.unwrap().as_deref(), Some("io"));
    }
    settle(&app).await;
    assert!(heard.is_empty());
}

#[tokio::test]
async fn a_callback_that_is_removed_is_called_no_more_while_its_loop_goes_on() {
    let gate = Gate::default();
    let app = app(Meter { gate: gate.clone(), ..Meter::default() }).await;
    let (handle, bus, journal) = (app.handle(), app.handle().event_loop("bus").unwrap(), Journal::default());
    let listen = |word: &'static str| {
        let journal = journal.clone();
        bus.on("tick", move |_event| {
            journal.note(word);
            async {}
        })
    };
    let (goes, stays) = (listen("goes"), listen("stays"));
    handle.enqueue_task("meter.hold", args! {}).await.unwrap();
    within(gate.reached(1)).await;
    handle.trigger_event("tick", args! {}).await.unwrap();
    drop(goes);
    gate.open();
    settle(&app).await;
    assert_eq!(journal.lines(), ["stays"]);
    let guests = bus.guests();
    assert_eq!((guests.handled, guests.undelivered), (1, 1), "what was accepted and not called is shown");
    assert_eq!(handle.dead_letters().letters[0].to_string(), "event `bus.callback` undelivered");
    drop(stays);
}

/// What is full is the callback's own line: it drives out nobody else's events, and nobody drives out its.
#[tokio::test]
async fn a_callback_has_a_bound_of_its_own() {
    quiet();
    let gate = Gate::default();
    let app = app(Meter { gate: gate.clone(), ..Meter::default() }).await;
    let (handle, bus, journal) = (app.handle(), app.handle().event_loop("bus").unwrap(), Journal::default());
    let listen = |name: &'static str| {
        let journal = journal.clone();
        bus.on("tick", move |event| {
            journal.note(
                event.gap().map_or_else(|| name.to_owned(), |missed| format!("{name} missed {missed}")),
            );
            async {}
        })
    };
    let (_small, _large) = (listen("small").capacity(1), listen("large"));
    handle.enqueue_task("meter.hold", args! {}).await.unwrap();
    within(gate.reached(1)).await;
    for _ in 0..3 {
        handle.trigger_event("tick", args! {}).await.unwrap();
    }
    gate.open();
    settle(&app).await;
    assert_eq!(journal.lines(), ["small", "large", "small missed 2", "large", "large"]);
    let guests = handle.event_loop("bus").unwrap().guests();
    assert_eq!((guests.accepted, guests.handled, guests.dropped), (7, 5, 2), "what came is accounted for");
}

#[tokio::test]
async fn an_object_that_connects_itself_is_sequential_with_its_events() {
    let app = App::builder().start().await.unwrap();
    let bus = app.handle().open_loop("bus", LoopOptions::new()).unwrap();
    let total = bus.host(0_u32);
    let adding = total.clone();
    let _subscription = app.handle().on("number", move |event| {
        let total = adding.clone();
        async move {
            let number: u32 = event.field("number")?;
            total.call(move |total| *total += number).await?;
            Ok::<_, Error>(())
        }
    });
    for number in 1..=10 {
        app.handle().trigger_event("number", args! { number: number }).await.unwrap();
    }
    settle(&app).await;
    assert_eq!(total.call(|total| *total).await.unwrap(), 55);
}
