//! A restart and the end of the application.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, balanced, begin, quiet, within};
use tokio::time::Instant;

use super::{PumpStub, Works, after, at_once};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn the_end_does_not_wait_for_a_module_that_is_to_be_made_again() {
    let works = Works::default();
    let (app, pump) = works.start(after(HOUR)).await;
    let handle = app.handle();
    pump.burst().await.unwrap_err();
    let mut waiting = Box::pin(pump.stroke());
    assert!(begin(&mut waiting).await.is_pending());
    let begun = Instant::now();
    within(app.shutdown()).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let refused = waiting.await.unwrap_err();
    assert!(matches!(refused, CallError::ShuttingDown { begun: false, .. }), "{refused:?}");
    assert_eq!(works.journal.lines(), ["made", "dropped"]);
    assert_eq!(handle.statistics().module("pump").unwrap().undelivered, 1);
    balanced(&handle);
}

#[tokio::test]
async fn a_module_that_fails_while_the_application_ends_is_not_made_again() {
    let works = Works::default();
    let (app, pump) = works.start(at_once()).await;
    let handle = app.handle();
    let fails = tokio::spawn(pump.burst_later());
    works.gate.reached(1).await;
    let mut waiting = Box::pin(pump.stroke());
    assert!(begin(&mut waiting).await.is_pending());
    let ending = tokio::spawn(app.shutdown());
    within(async {
        while begin(&mut Box::pin(pump.stroke())).await.is_pending() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    works.gate.open();
    within(fails).await.unwrap().unwrap_err();
    let refused = within(waiting).await.unwrap_err();
    assert!(matches!(refused, CallError::ShuttingDown { begun: false, .. }), "{refused:?}");
    within(ending).await.unwrap().unwrap();
    assert_eq!(works.journal.lines(), ["made", "dropped"]);
    balanced(&handle);
}

/// Takes its time to become ready, from the second instance on.
#[derive(Debug)]
struct Slow {
    works: Works,
    initialize: Gate,
}

#[module]
impl Slow {
    #[initialize]
    async fn initialize(&mut self) -> Result<()> {
        self.initialize.pass().await;
        self.works.journal.note("initialized");
        Ok(())
    }

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }

    #[finalize]
    async fn finalize(&mut self) -> Result<()> {
        self.works.journal.note("finalized");
        Ok(())
    }
}

async fn start_slow(works: &Works, initialize: &Gate) -> (App, SlowStub) {
    quiet();
    initialize.let_one_pass();
    let (kept, gate) = (works.clone(), initialize.clone());
    let app = App::builder()
        .module_with("slow", move || Slow { works: kept.clone(), initialize: gate.clone() })
        .policy("slow", Policy::Restart(at_once()))
        .start()
        .await
        .unwrap();
    let slow = app.handle().stub("slow").unwrap();
    (app, slow)
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_is_nearly_ready_is_waited_for_and_finalised() {
    let (works, initialize) = (Works::default(), Gate::new());
    let (app, slow) = start_slow(&works, &initialize).await;
    slow.burst().await.unwrap_err();
    initialize.reached(2).await;
    let mut ending = Box::pin(app.shutdown());
    assert!(begin(&mut ending).await.is_pending());
    initialize.open();
    within(ending).await.unwrap();
    assert_eq!(works.journal.lines(), ["initialized", "initialized", "finalized"]);
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_does_not_become_ready_is_dropped_at_the_deadline_and_named() {
    let (works, initialize) = (Works::default(), Gate::new());
    let (app, slow) = start_slow(&works, &initialize).await;
    slow.burst().await.unwrap_err();
    initialize.reached(2).await;
    let error = within(app.shutdown()).await.unwrap_err();
    assert!(error.to_string().contains("slow.restart"), "{error}");
    assert_eq!(works.journal.lines(), ["initialized"]);
}

#[tokio::test]
async fn a_module_that_fails_before_all_are_active_becomes_active_with_them() {
    /// Makes the pump burst while the application starts.
    #[derive(Debug)]
    struct Saboteur;

    #[module]
    impl Saboteur {
        #[initialize]
        async fn initialize(&mut self, ctx: &Context) -> Result<()> {
            let pump: PumpStub = ctx.stub("pump")?;
            let outside = tokio::spawn(async move { pump.burst().await });
            assert!(outside.await.unwrap().is_err());
            Ok(())
        }
    }

    quiet();
    let works = Works::default();
    let app = App::builder()
        .module_with("pump", works.pump())
        .module("saboteur", Saboteur)
        .policy("pump", Policy::Restart(at_once()))
        .start()
        .await
        .unwrap();
    let pump: PumpStub = app.handle().stub("pump").unwrap();
    assert_eq!(within(pump.stroke()).await.unwrap(), 1);
    assert_eq!(app.handle().phase("pump").unwrap().to_string(), "active");
}
