//! What becomes of the handler that fails, and of what waits behind it.

use looselycoupled::prelude::*;
use looselycoupled_tests::{balanced, settle, within};

use super::{Works, at_once, restarts};

#[tokio::test]
async fn a_module_that_panicked_is_made_again_and_its_caller_learns_why() {
    let works = Works::default();
    let (app, pump) = works.start(at_once()).await;
    pump.stroke().await.unwrap();
    let error = pump.burst().await.unwrap_err();
    assert_eq!(error.to_string(), "`pump.burst` panicked: burst on purpose");
    assert_eq!(within(pump.stroke()).await.unwrap(), 1, "the state is new");
    assert_eq!(works.journal.lines(), ["made", "dropped", "made"]);
    assert_eq!(restarts(&app, "pump"), 1);
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test]
async fn every_way_to_panic_has_the_module_made_again() {
    let works = Works::default();
    works.gate.open();
    let (app, pump) = works.start(at_once()).await;
    let handle = app.handle();
    within(pump.burst()).await.unwrap_err();
    within(pump.burst_later()).await.unwrap_err();
    within(pump.burst_apart()).await.unwrap_err();
    within(handle.exec_task("pump.burst", args! {})).await.unwrap_err();
    pump.burst().enqueue().await.unwrap();
    settle(&app).await;
    handle.trigger_event("flood", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(restarts(&app, "pump"), 6);
    assert_eq!(within(pump.stroke()).await.unwrap(), 1);
    balanced(&handle);
}

#[tokio::test]
async fn what_waits_is_served_by_the_new_instance_in_its_order() {
    let works = Works::default();
    let (app, pump) = works.start(at_once()).await;
    let handle = app.handle();
    let fails = tokio::spawn(pump.burst_later());
    works.gate.reached(1).await;
    pump.note("queued".to_owned()).enqueue().await.unwrap();
    handle.trigger_event("tide", args! { height: 2 }).await.unwrap();
    let call = tokio::spawn(pump.note("called".to_owned()));
    let urgent = tokio::spawn(pump.note("urgent".to_owned()).priority(Priority::High));
    while handle.statistics().module("pump").unwrap().queued < 4 {
        tokio::task::yield_now().await;
    }
    works.gate.open();
    within(fails).await.unwrap().unwrap_err();
    within(call).await.unwrap().unwrap();
    within(urgent).await.unwrap().unwrap();
    let lines = works.journal.lines();
    assert_eq!(lines, ["made", "dropped", "made", "urgent 1", "queued 2", "tide 2 3", "called 4"]);
    settle(&app).await;
    balanced(&handle);
}

#[tokio::test]
async fn a_failure_of_the_tasks_own_is_no_reason_to_make_the_module_again() {
    let works = Works::default();
    let (app, _) = works.start(at_once()).await;
    app.handle().exec_task("pump.note", args! { wrong: 1 }).await.unwrap_err();
    settle(&app).await;
    assert_eq!(restarts(&app, "pump"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_meets_the_state_that_a_panic_left() {
    let works = Works::default();
    let (app, pump) = works.start(at_once()).await;
    let callers = (0..4).map(|_| {
        let pump = pump.clone();
        tokio::spawn(async move {
            for _ in 0..200 {
                // Without a restart in between, a second stroke would find the one that the panic left.
                pump.burst().await.unwrap_err();
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        within(caller).await.unwrap();
    }
    settle(&app).await;
    assert_eq!(restarts(&app, "pump"), 800);
    assert_eq!(within(pump.stroke()).await.unwrap(), 1);
    assert_eq!(works.journal.count("made"), 801);
    assert_eq!(works.journal.count("dropped"), 800);
    balanced(&app.handle());
}
