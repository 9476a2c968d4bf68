//! Who cancels in time has prevented it.

use super::*;
use looselycoupled::{Loss, MessageKind};
use looselycoupled_tests::balanced;

#[tokio::test(start_paused = true)]
async fn what_is_cancelled_in_time_is_never_sent() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let handle = app.handle();
    let task = stub.ring("never".to_owned()).after(SECOND).enqueue().await.unwrap();
    let event = handle.trigger_event("noon", args! { hour: 12 }).after(SECOND).await.unwrap();
    assert!(task.cancel() && event.clone().cancel(), "clones are the same timer");
    assert!(!task.cancel() && !event.cancel() && task.is_over() && event.is_over());
    pass(&app, 10 * SECOND).await;
    assert!(bell.journal.lines().is_empty());
    assert_eq!((counts(&task), counts(&event)), ((0, 0), (0, 0)));
    assert_eq!(handle.statistics().module("bell").unwrap().cancelled, 1);
    assert_eq!(handle.statistics().delayed_events.cancelled, 1);
    balanced(&handle);
}

#[tokio::test(start_paused = true)]
async fn what_is_cancelled_is_found_among_the_dead_letters() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let low = stub.ring("never".to_owned()).priority(Priority::Low).after(SECOND).enqueue();
    low.await.unwrap().cancel();
    app.handle().trigger(Dusk { level: 1 }).after(SECOND).await.unwrap().cancel();
    let dead = app.handle().dead_letters().letters;
    let told: Vec<String> = dead.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["task `bell.ring` cancelled", "event `dusk` cancelled"]);
    assert_eq!((dead[0].reason, dead[0].priority), (Loss::Cancelled, Priority::Low));
    assert_eq!(dead[1].kind, MessageKind::Event);
}

#[tokio::test(start_paused = true)]
async fn what_has_been_sent_cannot_be_cancelled() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let timer = stub.ring("once".to_owned()).after(SECOND).enqueue().await.unwrap();
    pass(&app, SECOND).await;
    assert!(!timer.cancel());
    assert_eq!(bell.journal.lines(), ["once 1000"]);
    assert_eq!(app.handle().statistics().module("bell").unwrap().cancelled, 0);
}

#[tokio::test(start_paused = true)]
async fn dropping_a_timer_cancels_nothing() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    drop(stub.ring("all the same".to_owned()).after(SECOND).enqueue().await.unwrap());
    pass(&app, SECOND).await;
    assert_eq!(bell.journal.lines(), ["all the same 1000"]);
}

#[tokio::test(start_paused = true)]
async fn a_periodic_timer_ends_when_it_is_cancelled() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let handle = app.handle();
    let timer = stub.ring("tick".to_owned()).every(SECOND).enqueue().await.unwrap();
    pass(&app, 3 * SECOND).await;
    assert!(handle.cancel_timer(timer.id()) && !timer.cancel());
    pass(&app, 10 * SECOND).await;
    assert_eq!(bell.journal.lines(), ["tick 1000", "tick 2000", "tick 3000"]);
    let counted = handle.statistics().module("bell").unwrap().clone();
    assert_eq!((counted.accepted, counted.handled, counted.cancelled), (4, 3, 1));
    balanced(&handle);
}

#[tokio::test(start_paused = true)]
async fn a_handler_can_cancel_the_timer_that_it_stems_from() {
    #[derive(Default)]
    struct Counter {
        timer: Option<Timer>,
        counted: u32,
    }

    #[module]
    impl Counter {
        #[task]
        async fn begin(&mut self, ctx: &Context) -> Result<()> {
            self.timer = Some(ctx.enqueue_task("count", args! {}).every(SECOND).await?);
            Ok(())
        }

        #[task]
        fn count(&mut self) {
            self.counted += 1;
            if self.counted == 3 {
                assert!(self.timer.take().is_some_and(|timer| timer.cancel()));
            }
        }

        #[task]
        fn counted(&self) -> u32 {
            self.counted
        }
    }

    let app = App::builder().module("counter", Counter::default()).start().await.unwrap();
    let counter: CounterStub = app.handle().stub("counter").unwrap();
    counter.begin().await.unwrap();
    pass(&app, 60 * SECOND).await;
    assert_eq!(counter.counted().await.unwrap(), 3);
}

/// Each one is either sent or cancelled, as the one who cancels is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_while_it_falls_due_has_one_outcome() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let mut cancelled = 0;
    for round in 0..400_u64 {
        let delay = Duration::from_micros(round % 4 * 500);
        let mut timers = Vec::new();
        for _ in 0..8 {
            timers.push(stub.ring("tick".to_owned()).after(delay).enqueue().await.unwrap());
        }
        let cancelling = move || timers.iter().filter(|timer| timer.cancel()).count();
        cancelled += tokio::task::spawn_blocking(cancelling).await.unwrap();
    }
    looselycoupled_tests::settle(&app).await;
    assert_eq!(bell.journal.lines().len() + cancelled, 3_200);
    let counted = app.handle().statistics().module("bell").unwrap().clone();
    assert_eq!(counted.cancelled, cancelled as u64);
    balanced(&app.handle());
}
