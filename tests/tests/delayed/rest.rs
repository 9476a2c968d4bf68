//! What counts down is no work; what has fallen due is.

use super::*;
use looselycoupled_tests::{balanced, begin, within};

#[tokio::test(start_paused = true)]
async fn what_counts_down_is_no_work() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    stub.ring("later".to_owned()).after(SECOND).enqueue().await.unwrap();
    app.handle().trigger(Dusk { level: 1 }).every(SECOND).await.unwrap();
    within(app.quiesce()).await;
    assert_eq!(bell.made.elapsed(), Duration::ZERO, "rest is not waited for");
}

/// Whoever asks at the very instant at which something falls due must not find rest before it has been handled, although
/// nobody has run since the clock moved.
#[tokio::test(start_paused = true)]
async fn what_has_fallen_due_is_work_before_anybody_has_noticed() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    for number in 1..200 {
        stub.ring(number.to_string()).after(number * SECOND).enqueue().await.unwrap();
    }
    tokio::task::yield_now().await;
    for number in 1..200 {
        tokio::time::advance(SECOND).await;
        app.quiesce().await;
        assert_eq!(bell.journal.lines().len(), number);
    }
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn rest_does_not_wait_for_what_was_cancelled_when_it_was_due() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let timer = stub.ring("never".to_owned()).after(SECOND).enqueue().await.unwrap();
    tokio::time::sleep(SECOND).await;
    // It is due, but whoever sends it has not noticed yet.
    let mut rest = Box::pin(app.quiesce());
    assert!(begin(&mut rest).await.is_pending());
    assert!(timer.cancel());
    within(rest).await;
    assert!(bell.journal.lines().is_empty());
    balanced(&app.handle());
}

#[derive(Debug, Clone, Default)]
struct Idler(Journal);

#[module]
impl Idler {
    #[on_idle]
    fn rest(&mut self) {
        self.0.note("idle");
    }

    #[on_event]
    fn on_noon(&mut self) {
        self.0.note("noon");
    }
}

#[tokio::test(start_paused = true)]
async fn work_that_was_delayed_is_followed_by_an_idle_notice() {
    let idler = Idler::default();
    let app = App::builder().module("idler", idler.clone()).start().await.unwrap();
    app.handle().trigger_event("noon", args! {}).after(SECOND).every(SECOND).await.unwrap();
    app.quiesce().await;
    idler.0.take();
    pass(&app, 2 * SECOND).await;
    assert_eq!(idler.0.lines(), ["noon", "idle", "noon", "idle"]);
}
