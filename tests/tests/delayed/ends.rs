//! What becomes of delayed work when its target is made again, or the application ends.

use super::*;
use looselycoupled_tests::{balanced, begin, within};

#[tokio::test(start_paused = true)]
async fn what_is_delayed_survives_the_restart_of_its_target() {
    let bell = Bell::new();
    let made = bell.clone();
    let app = App::builder()
        .module_with("bell", move || made.clone())
        .policy("bell", Policy::Restart(Restart::default().delay(5 * SECOND, 5 * SECOND)))
        .start()
        .await
        .unwrap();
    let stub: BellStub = app.handle().stub("bell").unwrap();
    stub.ring("during".to_owned()).after(2 * SECOND).enqueue().await.unwrap();
    stub.ring("after".to_owned()).after(10 * SECOND).enqueue().await.unwrap();
    stub.ring("tick".to_owned()).after(20 * SECOND).every(SECOND).enqueue().await.unwrap();
    stub.burst().enqueue().await.unwrap();
    pass(&app, 20 * SECOND).await;
    assert_eq!(bell.journal.lines(), ["during 5000", "after 10000", "tick 20000"]);
    assert_eq!(app.handle().statistics().module("bell").unwrap().restarts, 1);
}

/// Begins a timer when it begins to run.
#[derive(Debug, Clone)]
struct Clockwork(Bell);

#[module]
impl Clockwork {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.enqueue_task("tick", args! {}).every(10 * SECOND).await?;
        ctx.trigger_event("noon", args! { hour: 1 }).every(10 * SECOND).await?;
        ctx.enqueue_task("tick", args! {}).after(30 * SECOND).await?;
        Ok(())
    }

    #[task]
    fn tick(&mut self) {
        self.0.note("tick");
    }

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_module_sends_again_and_again_ends_when_it_is_made_again() {
    let bell = Bell::new();
    let made = Clockwork(bell.clone());
    let app = App::builder()
        .module_with("clock", move || made.clone())
        .policy("clock", Policy::Restart(Restart::default().delay(SECOND, SECOND)))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    tokio::time::sleep(14 * SECOND).await;
    handle.enqueue_task("clock.burst", args! {}).await.unwrap();
    pass(&app, 12 * SECOND).await;
    assert_eq!(bell.journal.take(), ["tick 10000", "tick 25000"], "that of the new instance alone");
    // What it sent once is a message like any other.
    pass(&app, 4 * SECOND).await;
    assert_eq!(bell.journal.take(), ["tick 30000"]);
    assert_eq!((handle.statistics().delayed_events.cancelled, handle.timers().len()), (1, 3));
    app.shutdown().await.unwrap();
    balanced(&handle);
}

#[tokio::test(start_paused = true)]
async fn what_still_counts_down_at_the_end_is_undelivered() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let handle = app.handle();
    let once = stub.ring("never".to_owned()).after(SECOND).enqueue().await.unwrap();
    let periodic = stub.ring("never".to_owned()).every(SECOND).enqueue().await.unwrap();
    let event = handle.trigger(Dusk { level: 1 }).after(SECOND).await.unwrap();
    app.shutdown().await.unwrap();
    tokio::time::sleep(10 * SECOND).await;
    assert!(bell.journal.lines().is_empty());
    let told: Vec<String> = handle.dead_letters().letters.iter().map(ToString::to_string).collect();
    let (task, dusk) = ("task `bell.ring` undelivered", "event `dusk` undelivered");
    assert_eq!(told, [task, task, dusk]);
    assert_eq!(handle.statistics().module("bell").unwrap().undelivered, 2);
    assert_eq!(handle.statistics().delayed_events.undelivered, 1);
    for timer in [once, periodic, event] {
        assert!(timer.is_over() && !timer.cancel());
    }
    balanced(&handle);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_room_at_the_end_is_served_or_undelivered_like_what_is_not_delayed() {
    for (opens_after, expected) in [(2, vec!["first", "second"]), (20, vec![])] {
        let bell = Bell::new();
        let options = looselycoupled::LoopOptions::new().tasks(1);
        let (app, stub) = bell.start_as(|app| app.event_loop("bell", options)).await;
        let handle = app.handle();
        stub.hold().enqueue().await.unwrap();
        bell.gate.reached(1).await;
        stub.ring("first".to_owned()).enqueue().await.unwrap();
        stub.ring("second".to_owned()).after(SECOND).enqueue().await.unwrap();
        stub.ring("never".to_owned()).after(4 * SECOND).enqueue().await.unwrap();
        tokio::time::sleep(2 * SECOND).await;
        let ending = tokio::spawn(app.shutdown());
        tokio::time::sleep(opens_after * SECOND).await;
        bell.gate.open();
        let _late_or_not = within(ending).await.unwrap();
        let words: Vec<String> =
            bell.journal.lines().iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(words, expected);
        let undelivered = handle.statistics().module("bell").unwrap().undelivered;
        assert_eq!(undelivered, 3 - expected.len() as u64);
        balanced(&handle);
    }
}

#[test]
fn what_is_delayed_goes_with_its_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (handle, timer) = runtime.block_on(async {
        let bell = Bell::new();
        let (app, stub) = bell.start().await;
        let timer = stub.ring("never".to_owned()).after(3600 * SECOND).enqueue().await.unwrap();
        let handle = app.handle();
        let mut ended = Box::pin(async move { app.ended().await });
        assert!(begin(&mut ended).await.is_pending());
        std::mem::forget(ended);
        (handle, timer)
    });
    drop(runtime);
    assert!(timer.is_over() && !timer.cancel());
    assert_eq!(handle.statistics().module("bell").unwrap().undelivered, 1);
    balanced(&handle);
}
