//! What modules say they call.

use looselycoupled::prelude::*;
use looselycoupled::testing::TestApp;
use looselycoupled::{FaultCode, StartError};

use super::addresses::{Door, Garage, Opener};
use super::lints;

/// Its addresses are computed.
#[derive(Default)]
pub struct Alarm;

#[module(calls("garage.open", "door", garage: dyn Opener))]
impl Alarm {
    #[task]
    async fn flee(&self, ctx: &Context, way: String) -> Result<()> {
        ctx.enqueue_task(&format!("{way}.open"), args! {}).await.map(drop)
    }
}

/// The faults of an application, each with its first line, without the place.
fn faults(application: AppBuilder) -> Vec<(FaultCode, String)> {
    let Err(StartError::Check(faults)) = application.check() else { return Vec::new() };
    faults.into_iter().map(|fault| (fault.code, super::without_place(&fault.message))).collect()
}

fn alarmed() -> AppBuilder {
    App::builder().module("alarm", Alarm)
}

#[test]
fn what_is_there_is_no_fault() {
    assert_eq!(lints(alarmed().module("garage", Garage).module("door", Door)), []);
}

#[test]
fn an_address_that_leads_nowhere_is_a_fault_with_what_was_meant() {
    let no_module = |address: &str, module: &str| {
        let message = format!("`Alarm` says that it calls `{address}`, but there is no module `{module}`");
        (FaultCode::NoTarget, message)
    };
    let told = faults(alarmed().module("garden", Garage).module("again", Alarm));
    assert_eq!(told.len(), 3, "{told:?}");
    let (code, message) = no_module("garage.open", "garage");
    assert_eq!(told[0], (code, format!("{message}; did you mean `garden`?")));
    let (code, message) = no_module("door", "door");
    assert_eq!(told[1], (code, format!("{message}; known are `again`, `alarm`, `garden`")));
    assert!(
        told[2].1.starts_with("`Alarm` says that it calls `garage` as `dyn Opener`, but there is no"),
        "{told:?}"
    );
}

#[test]
fn an_instance_that_lacks_a_task_or_the_interface_is_a_fault_also_of_a_part() {
    let lacking = alarmed().module("garage", Door).module("door", Door);
    let expected = [
        (
            FaultCode::NoTarget,
            "`Alarm` says that it calls `garage.open`, but `garage: Door` has no task `open`; known are `close`".to_owned(),
        ),
        (
            FaultCode::NotImplemented,
            "`Alarm` says that it calls `garage` as `dyn Opener`, but `garage: Door` does not implement `Opener`; it \
             implements no interface"
                .to_owned(),
        ),
    ];
    assert_eq!(faults(lacking), expected);
    assert_eq!(faults(alarmed().partial().module("garage", Door)), expected);
}

#[test]
fn a_part_may_lack_modules() {
    assert_eq!(faults(alarmed().partial()), []);
}

#[tokio::test]
async fn a_spy_plays_what_a_module_says_it_calls() {
    let app = TestApp::new().module("alarm", Alarm).spy("garage", &["close"]);
    app.start().await.shutdown().await.unwrap();
}

/// Calls what runs elsewhere, by literals as well.
#[derive(Default)]
pub struct Estate;

#[module(calls(
    "cellar.pump", external = "it has a controller of its own",
    stable: dyn Opener, external = "the neighbour runs it",
))]
impl Estate {
    #[task]
    async fn look(&self, ctx: &Context) -> Result<()> {
        ctx.exec_task("cellar.pump", args! {}).await?;
        ctx.exec_task("stable.feed", args! {}).await.map(drop)?;
        ctx.stub::<super::addresses::OpenerStub>("stable")?.open().await?;
        ctx.exec_task("cellar.flood", args! {}).await.map(drop)?;
        Ok(())
    }
}

#[test]
fn what_runs_elsewhere_is_said_with_a_reason_once_for_a_module_or_for_a_task() {
    let told = lints(App::builder().module("estate", Estate));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].1.starts_with("`Estate` calls `cellar.flood`, but there is no module `cellar`"),
        "{told:?}"
    );
}
