//! Addresses that stand in the code of modules.

use looselycoupled::LintCode::{LeadsNowhere, OtherStub};
use looselycoupled::prelude::*;

use super::lints;

#[interface]
pub trait Opener {
    async fn open(&self) -> Result<(), CallError>;
}

#[interface]
pub trait Locker {
    async fn lock(&self) -> Result<(), CallError>;
}

#[derive(Default)]
pub struct Garage;

#[module(implements(Opener))]
impl Garage {
    #[task]
    fn open(&self) {}

    #[task(local)]
    fn paint(&self, colour: String) {
        let _colour = colour;
    }
}

#[derive(Default)]
pub struct Door;

#[module]
impl Door {
    #[task]
    fn close(&self) {}
}

/// All of its addresses lead somewhere.
#[derive(Default)]
pub struct Butler;

#[module]
impl Butler {
    #[task]
    async fn leave(&self, ctx: &Context) -> Result<()> {
        ctx.exec_task("garage.open", args! {}).await?;
        ctx.stub::<OpenerStub>("garage")?.open().await?;
        ctx.stub::<GarageStub>("garage")?.paint("red".to_owned()).await?;
        let door: DoorStub = ctx.stub("door")?;
        door.close().await?;
        ctx.enqueue_task("rest", args! {}).await.map(drop)
    }

    #[task]
    fn rest(&self) {}
}

#[derive(Default)]
pub struct Clumsy;

#[module]
impl Clumsy {
    #[task]
    async fn leave(&self, ctx: &Context) -> Result<()> {
        ctx.exec_task("gaarge.open", args! {}).await?;
        ctx.enqueue_task("garage.opne", args! {}).await?;
        self.wait(ctx).await
    }

    async fn wait(&self, ctx: &Context) -> Result<()> {
        ctx.exec_task("rset", args! {}).timeout(Duration::from_secs(1)).await?;
        ctx.enqueue_task("garage.paint", args! { colour: "red" }).await.map(drop)
    }

    #[task]
    fn rest(&self) {}
}

fn house() -> AppBuilder {
    App::builder().module("garage", Garage).module("door", Door)
}

#[test]
fn addresses_that_lead_somewhere_are_no_lints() {
    assert_eq!(lints(house().module("butler", Butler)), []);
}

#[test]
fn literal_addresses_that_lead_nowhere_are_told_with_what_was_meant() {
    let told = lints(house().module("clumsy", Clumsy).module("again", Clumsy));
    let expected = [
        "`Clumsy` calls `gaarge.open`, but there is no module `gaarge`; did you mean `garage`?",
        "`Clumsy` calls `garage.opne`, but `garage: Garage` has no task `opne`; did you mean `open`?",
        "`Clumsy` calls `rset`, but `Clumsy` has no task `rset`; did you mean `rest`?",
        "`Clumsy` calls `garage.paint`, but `paint` is `local`: only its stub reaches it",
    ];
    assert_eq!(told, expected.map(|message| (LeadsNowhere, message.to_owned())));
}

#[derive(Default)]
pub struct Confused;

#[module]
impl Confused {
    #[task]
    async fn leave(&self, ctx: &Context) -> Result<()> {
        ctx.stub::<OpenerStub>("door")?.open().await?;
        ctx.stub::<LockerStub>("garage")?.lock().await?;
        ctx.stub::<DoorStub>("garage")?.close().await?;
        let door: DoorStub = ctx.stub("dor")?;
        Ok(door.close().await?)
    }
}

#[test]
fn a_stub_of_another_module_or_interface_is_told() {
    let expected = [
        (
            OtherStub,
            "`Confused` asks for the `OpenerStub` of `door`, but `door: Door` does not implement `Opener`; it implements no interface",
        ),
        (
            OtherStub,
            "`Confused` asks for the `LockerStub` of `garage`, but `garage: Garage` does not implement `Locker`; it implements `Opener`",
        ),
        (OtherStub, "`Confused` asks for the `DoorStub` of `garage`, but `garage: Garage` is no `Door`"),
        (
            LeadsNowhere,
            "`Confused` asks for the stub of `dor`, but there is no module `dor`; did you mean `door`?",
        ),
    ];
    let told = lints(house().module("confused", Confused));
    assert_eq!(told, expected.map(|(code, message)| (code, message.to_owned())));
}

mod aliases {
    pub use super::OpenerStub as GateStub;
}

/// What its code calls a stub is an alias.
#[derive(Default)]
pub struct Translator;

#[module]
impl Translator {
    #[task]
    async fn leave(&self, ctx: &Context) -> Result<()> {
        Ok(ctx.stub::<aliases::GateStub>("garage")?.open().await?)
    }
}

#[test]
fn a_stub_under_a_name_that_nothing_has_is_not_judged() {
    assert_eq!(lints(house().module("translator", Translator)), []);
}

#[tokio::test]
async fn code_that_leads_nowhere_starts_all_the_same() {
    let app = house().module("clumsy", Clumsy).start().await.unwrap();
    let error = app.handle().exec_task("clumsy.leave", args! {}).await.unwrap_err();
    assert!(error.to_string().contains("gaarge"), "{error}");
    assert_eq!(app.handle().describe().lints.len(), 4);
    app.shutdown().await.unwrap();
}

#[test]
fn a_part_of_an_application_may_name_what_is_elsewhere() {
    assert_eq!(lints(App::builder().partial().module("clumsy", Clumsy)), []);
}
