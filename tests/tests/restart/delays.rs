//! How long a restart waits, and how often there may be one.

use looselycoupled::prelude::*;
use looselycoupled_tests::{balanced, settle, within};
use tokio::time::Instant;

use super::{Works, after, restarts};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn each_restart_waits_twice_as_long_up_to_the_longest() {
    let works = Works::default();
    let restart = Restart::default().budget(4, 600 * SECOND).delay(SECOND, 3 * SECOND);
    let (_app, pump) = works.start(restart).await;
    let mut waited = Vec::new();
    for _ in 0..4 {
        let begun = Instant::now();
        pump.burst().await.unwrap_err();
        pump.stroke().await.unwrap();
        waited.push(begun.elapsed().as_secs());
    }
    assert_eq!(waited, [1, 2, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_through_the_delay_up_to_its_deadline() {
    let works = Works::default();
    let (app, pump) = works.start(after(10 * SECOND)).await;
    pump.burst().await.unwrap_err();
    let (patient, hasty) = tokio::join!(pump.stroke(), pump.stroke().timeout(SECOND));
    assert!(matches!(hasty, Err(CallError::Timeout { begun: false, .. })), "{hasty:?}");
    assert_eq!(patient.unwrap(), 1);
    settle(&app).await;
    assert_eq!(app.handle().statistics().module("pump").unwrap().expired, 1);
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn a_module_that_is_made_again_is_passive_meanwhile() {
    let works = Works::default();
    let (app, pump) = works.start(after(10 * SECOND)).await;
    let handle = app.handle();
    pump.burst().await.unwrap_err();
    assert_eq!(handle.phase("pump").unwrap().to_string(), "passive");
    assert!(handle.is_ready("pump"));
    pump.stroke().await.unwrap();
    assert_eq!(handle.phase("pump").unwrap().to_string(), "active");
}

#[tokio::test(start_paused = true)]
async fn a_restart_is_work_that_rest_waits_for() {
    let works = Works::default();
    let (app, pump) = works.start(after(10 * SECOND)).await;
    pump.burst().await.unwrap_err();
    let busy = app.quiesce_within(SECOND).await.unwrap_err();
    assert!(busy.to_string().contains("pump.restart"), "{busy}");
    app.quiesce().await;
    assert_eq!(restarts(&app, "pump"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_used_up_budget_ends_the_application_with_the_cause() {
    let works = Works::default();
    let restart = Restart::default().budget(2, 60 * SECOND).delay(SECOND, SECOND);
    let (app, pump) = works.start(restart).await;
    let handle = app.handle();
    for _ in 0..2 {
        pump.burst().await.unwrap_err();
        pump.stroke().await.unwrap();
    }
    let held = tokio::spawn(pump.burst_later());
    works.gate.reached(1).await;
    let waiting = tokio::spawn(pump.stroke());
    pump.note("queued".to_owned()).enqueue().await.unwrap();
    works.gate.open();
    within(held).await.unwrap().unwrap_err();
    let refused = within(waiting).await.unwrap().unwrap_err();
    assert!(matches!(refused, CallError::ShuttingDown { begun: false, .. }), "{refused:?}");
    let error = within(app.ended()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the application ended because `pump.burst_later` panicked: burst on purpose later; the restarts of module \
         `pump` are used up (2 within 60s)"
    );
    assert_eq!(restarts(&app, "pump"), 2);
    assert_eq!(handle.statistics().module("pump").unwrap().undelivered, 2);
    balanced(&handle);
}

#[tokio::test(start_paused = true)]
async fn restarts_that_lie_behind_use_up_no_budget() {
    let works = Works::default();
    let restart = Restart::default().budget(1, 60 * SECOND).delay(SECOND, SECOND);
    let (app, pump) = works.start(restart).await;
    for _ in 0..5 {
        pump.burst().await.unwrap_err();
        pump.stroke().await.unwrap();
        tokio::time::sleep(60 * SECOND).await;
    }
    assert_eq!(restarts(&app, "pump"), 5);
}
