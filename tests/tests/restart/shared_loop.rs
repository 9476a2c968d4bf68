//! Modules that share a loop with one that is made again.

use looselycoupled::prelude::*;
use looselycoupled_tests::{balanced, quiet, settle, within};
use tokio::time::Instant;

use super::{PumpStub, Works, after, at_once, restarts};

/// Calls the pump again and again within one turn.
#[derive(Debug, Default)]
struct Operator {
    calls: u32,
}

#[module]
impl Operator {
    #[task]
    async fn insist(&mut self, ctx: &Context) -> Result<u32> {
        let pump: PumpStub = ctx.stub("pump")?;
        assert!(matches!(pump.burst().await, Err(CallError::Panicked { .. })));
        self.calls += 1;
        Ok(pump.stroke().await?)
    }

    #[task]
    async fn burst_below(&mut self, ctx: &Context) -> Result<()> {
        let pump: PumpStub = ctx.stub("pump")?;
        pump.stroke().await?;
        panic!("burst on purpose");
    }

    #[task]
    fn calls(&mut self) -> u32 {
        self.calls += 1;
        self.calls
    }
}

async fn start(works: &Works, restart: Restart) -> (App, PumpStub, OperatorStub) {
    quiet();
    let app = App::builder()
        .module_on_with("works", "pump", works.pump())
        .module_on_with("works", "operator", Operator::default)
        .policy("pump", Policy::Restart(restart))
        .policy("operator", Policy::Restart(restart))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let (pump, operator) = (handle.stub("pump").unwrap(), handle.stub("operator").unwrap());
    (app, pump, operator)
}

#[tokio::test]
async fn the_neighbours_keep_their_state() {
    let works = Works::default();
    let (app, pump, operator) = start(&works, at_once()).await;
    operator.calls().await.unwrap();
    pump.burst().await.unwrap_err();
    assert_eq!(within(operator.calls()).await.unwrap(), 2);
    assert_eq!((restarts(&app, "pump"), restarts(&app, "operator")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn the_neighbours_wait_for_the_restart_as_for_any_turn() {
    let works = Works::default();
    let (_app, pump, operator) = start(&works, after(Duration::from_secs(3))).await;
    pump.burst().await.unwrap_err();
    let begun = Instant::now();
    operator.calls().await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 3);
}

#[tokio::test]
async fn a_neighbour_that_calls_again_in_the_same_turn_meets_the_new_instance() {
    let works = Works::default();
    let (app, _, operator) = start(&works, at_once()).await;
    assert_eq!(within(operator.insist()).await.unwrap(), 1);
    assert_eq!(works.journal.lines(), ["made", "dropped", "made"]);
    assert_eq!(operator.calls().await.unwrap(), 2, "the caller is what it was");
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test]
async fn a_caller_that_panics_leaves_its_neighbour_as_it_is() {
    let works = Works::default();
    let (app, pump, operator) = start(&works, at_once()).await;
    operator.calls().await.unwrap();
    within(operator.burst_below()).await.unwrap_err();
    assert_eq!(within(operator.calls()).await.unwrap(), 1);
    assert_eq!(pump.stroke().await.unwrap(), 2);
    settle(&app).await;
    balanced(&app.handle());
}
