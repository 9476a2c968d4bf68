//! Waiting for rest, and who is named if it does not come.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, begin, settle, within};

use super::{Helper, Waiter, bench};

#[tokio::test]
async fn quiesce_returns_at_once_when_nothing_is_to_be_done() {
    let app = App::builder().module("waiter", Waiter::default()).start().await.unwrap();
    assert!(begin(&mut Box::pin(app.quiesce())).await.is_ready());
}

#[tokio::test(start_paused = true)]
async fn quiesce_waits_for_everything_that_follows() {
    let app = App::builder().module("helper", Helper).start().await.unwrap();
    app.quiesce().await;
    app.handle().enqueue_task("helper.hop", args! { hops: 20 }).await.unwrap();
    app.handle().trigger_event("chore", args! {}).await.unwrap();
    settle(&app).await;
    let helper = app.handle().statistics().module("helper").unwrap().clone();
    assert_eq!((helper.accepted, helper.handled), (23, 23));
}

/// Overlapping handlers.
#[derive(Debug, Clone, Default)]
struct Many(Gate);

#[module(concurrent)]
impl Many {
    #[task]
    async fn quick(&self) {
        tokio::task::yield_now().await;
    }

    #[task]
    async fn hold(&self) {
        self.0.pass().await;
    }
}

#[tokio::test(start_paused = true)]
async fn quiesce_within_a_time_names_what_is_busy() {
    let bench = bench().await;
    bench.worker.hold().enqueue().await.unwrap();
    bench.worker.hop(0).enqueue().await.unwrap();
    bench.gate.reached(1).await;
    let busy = bench.app.quiesce_within(Duration::from_secs(2)).await.unwrap_err();
    assert_eq!(busy.waited, Duration::from_secs(2));
    assert_eq!(busy.busy.len(), 1, "{busy}");
    assert!(busy.to_string().contains("`worker.hold` (1 waiting)"), "{busy}");
    bench.gate.open();
    bench.app.quiesce_within(Duration::from_secs(2)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn quiesce_within_a_time_names_the_busy_handler_of_a_concurrent_module() {
    let many = Many::default();
    let app = App::builder().module("many", many.clone()).start().await.unwrap();
    app.handle().exec_task("many.quick", args! {}).await.unwrap();
    let held = tokio::spawn(app.handle().exec_task("many.hold", args! {}));
    many.0.reached(1).await;
    let busy = app.quiesce_within(Duration::from_secs(2)).await.unwrap_err();
    assert!(busy.to_string().contains("many.hold"), "{busy}");
    many.0.open();
    within(held).await.unwrap().unwrap();
}

/// Calls a co-tenant and then stays.
#[derive(Debug, Clone, Default)]
struct Stayer(Gate);

#[module]
impl Stayer {
    #[task]
    async fn call_and_stay(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("mate.hop", args! { hops: 0 }).await?;
        self.0.pass().await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn quiesce_within_a_time_names_the_handler_that_stays_and_not_the_one_that_it_called() {
    let stayer = Stayer::default();
    let app = App::builder()
        .module_on("bus", "stayer", stayer.clone())
        .module_on("bus", "mate", Helper)
        .start()
        .await
        .unwrap();
    let mut call = app.handle().exec_task("stayer.call_and_stay", args! {});
    assert!(begin(&mut call).await.is_pending());
    stayer.0.reached(1).await;
    let busy = app.quiesce_within(Duration::from_secs(2)).await.unwrap_err();
    assert!(busy.to_string().contains("stayer.call_and_stay"), "{busy}");
    stayer.0.open();
    within(call).await.unwrap();
}
