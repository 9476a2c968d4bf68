//! What falls due before a full queue.

use super::*;
use looselycoupled::{LoopOptions, Loss, Overflow};
use looselycoupled_tests::{Witness, balanced};

/// A bell that is busy, with room for one more task.
async fn busy(overflow: Overflow) -> (Bell, Witness, App, BellStub) {
    let (bell, witness) = (Bell::new(), Witness::default());
    let options = LoopOptions::new().tasks(1).overflow(overflow);
    let module = witness.clone();
    let (app, stub) = bell.start_as(|app| app.event_loop("bell", options).module("witness", module)).await;
    stub.hold().enqueue().await.unwrap();
    bell.gate.reached(1).await;
    stub.ring("first".to_owned()).enqueue().await.unwrap();
    (bell, witness, app, stub)
}

fn of_bell(app: &App) -> looselycoupled::ModuleStatistics {
    app.handle().statistics().module("bell").unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn a_task_that_falls_due_waits_for_room() {
    let (bell, _, app, stub) = busy(Overflow::Wait).await;
    let timers = [
        stub.ring("second".to_owned()).after(SECOND).enqueue().await.unwrap(),
        stub.ring("third".to_owned()).after(SECOND).enqueue().await.unwrap(),
    ];
    tokio::time::sleep(2 * SECOND).await;
    let waiting = of_bell(&app);
    assert_eq!((waiting.queued, waiting.delayed, waiting.accepted), (1, 2, waiting.accounted()));
    assert!(timers.iter().all(|timer| !timer.is_over()));
    bell.gate.open();
    app.quiesce().await;
    assert_eq!(bell.journal.lines(), ["first 2000", "second 2000", "third 2000"]);
    assert!(timers.iter().all(|timer| timer.is_over() && counts(timer) == (1, 0)));
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_for_room_can_be_cancelled() {
    let (bell, _, app, stub) = busy(Overflow::Wait).await;
    let timer = stub.ring("never".to_owned()).after(SECOND).enqueue().await.unwrap();
    tokio::time::sleep(2 * SECOND).await;
    assert!(timer.cancel() && timer.is_over() && !timer.cancel());
    bell.gate.open();
    app.quiesce().await;
    assert_eq!(bell.journal.lines(), ["first 2000"]);
    assert_eq!(of_bell(&app).cancelled, 1);
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_refused_when_it_falls_due_is_told_of_and_counted() {
    let (bell, witness, app, stub) = busy(Overflow::Reject).await;
    stub.ring("never".to_owned()).after(SECOND).enqueue().await.unwrap();
    tokio::time::sleep(2 * SECOND).await;
    let lost = app.handle().dead_letters().letters;
    assert_eq!((lost[0].to_string(), lost[0].reason), ("task `bell.ring` dropped".into(), Loss::Dropped));
    assert_eq!((of_bell(&app).dropped, of_bell(&app).refused), (1, 0), "it had been accepted");
    bell.gate.open();
    app.quiesce().await;
    assert_eq!(bell.journal.lines(), ["first 2000"]);
    let told = witness.0.lines();
    assert!(told[0].starts_with("bell.ring: the queue before `bell.ring` is full"), "{told:?}");
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn ticks_are_missed_while_the_one_before_them_waits_for_room() {
    let (bell, _, app, stub) = busy(Overflow::Wait).await;
    let timer = stub.ring("tick".to_owned()).every(SECOND).enqueue().await.unwrap();
    tokio::time::sleep(Duration::from_millis(5_500)).await;
    assert_eq!(counts(&timer), (1, 4), "as they are missed");
    let waiting = of_bell(&app);
    assert_eq!((waiting.delayed, waiting.accepted), (2, waiting.accounted()), "it and the next");
    bell.gate.open();
    app.quiesce().await;
    assert_eq!(bell.journal.take(), ["first 5500", "tick 5500"]);
    pass(&app, SECOND).await;
    assert_eq!(bell.journal.take(), ["tick 6000"], "the grid is what it was");
    assert!(timer.cancel());
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn a_periodic_timer_that_is_cancelled_takes_back_what_waits_for_room() {
    let (bell, _, app, stub) = busy(Overflow::Wait).await;
    let timer = stub.ring("tick".to_owned()).every(SECOND).enqueue().await.unwrap();
    tokio::time::sleep(3 * SECOND).await;
    assert!(timer.cancel());
    bell.gate.open();
    pass(&app, 10 * SECOND).await;
    assert_eq!(bell.journal.lines(), ["first 3000"]);
    assert_eq!(of_bell(&app).cancelled, 2, "the one that waited and the next");
    balanced(&app.handle());
}
