//! One error for each code of calls and events.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use looselycoupled::interceptor::{Interceptor, Message, Rejection};
use looselycoupled::prelude::*;
use looselycoupled::provider::{
    Capabilities, Capability, Envelope, Link, Local, Provider, ProviderError, Subscription, Via,
};
use looselycoupled::{LoopOptions, Overflow};
use looselycoupled_tests::{Gate, quiet};

use crate::modules::DimmerStub;

#[derive(Default)]
struct Bulb {
    gate: Gate,
}

#[module]
impl Bulb {
    #[task]
    async fn set_level(&mut self, level: u8) -> Result<u8, String> {
        assert!(level != 13, "unlucky on purpose");
        if level > 100 { Err(format!("{level} % is too bright")) } else { Ok(level) }
    }

    #[task]
    async fn fade(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("attic_lamp.set_level", args! { level: 40 }).await?;
        Ok(())
    }

    #[task]
    async fn wait(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn history(&self) -> BTreeMap<(u8, u8), u8> {
        BTreeMap::from([((12, 30), 40)])
    }

    #[task(local)]
    fn secret(&self) -> u8 {
        7
    }
}

#[derive(Default)]
struct Hatch;

#[module]
impl Hatch {
    #[task]
    fn open(&self) {}

    #[on_event(elsewhere::HatchMoved)]
    fn on_moved(&mut self, _moved: &elsewhere::HatchMoved) {}
}

/// The same name for another type.
mod elsewhere {
    use looselycoupled::prelude::*;

    #[event(name = "moved")]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct HatchMoved;
}

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Moved {
    by: u8,
}

/// Acts before it may.
#[derive(Default, Clone)]
struct Hasty(Arc<Mutex<Vec<Error>>>);

#[module]
impl Hasty {
    #[initialize]
    async fn initialize(&mut self, ctx: &Context) {
        let refused = [
            ctx.exec_task("door.open", args! {}).await.map(drop).unwrap_err().into(),
            ctx.trigger_event("level_changed", args! {}).await.unwrap_err(),
        ];
        self.0.lock().unwrap().extend(refused);
    }
}

/// An error for each code.
pub async fn errors() -> Vec<Error> {
    quiet();
    let (lamp, hasty) = (Bulb::default(), Hasty::default());
    let gate = lamp.gate.clone();
    let app = App::builder()
        .partial()
        .module("attic_lamp", lamp)
        .event_loop("attic_lamp", LoopOptions::new().tasks(1).overflow(Overflow::Reject))
        .module("door", Hatch)
        .module("hasty", hasty.clone())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let mut errors = std::mem::take(&mut *hasty.0.lock().unwrap());
    errors.extend(of_tasks(&handle).await);
    errors.extend(of_verbs(&handle).await);
    errors.extend(of_stubs(&handle));
    errors.extend(of_events(&handle).await);
    errors.extend(of_a_held_lamp(&handle).await);
    let closing = tokio::spawn(app.shutdown());
    errors.extend(of_the_end(&handle).await);
    gate.open();
    closing.await.unwrap().unwrap();
    errors.push(by_name(&handle, "door.open", args! {}).await);
    errors.extend(of_an_interceptor().await);
    errors.push(of_another_process().await);
    errors.push(of_a_keeper_that_is_away().await);
    errors
}

async fn of_another_process() -> Error {
    let app =
        App::builder().partial().provider("home", Local::connect("errors")).route_module("pump", "home");
    let app = app.start().await.unwrap();
    let error = by_name(&app.handle(), "pump.liters", args! {}).await;
    app.shutdown().await.unwrap();
    error
}

/// Can keep events, but cannot be reached.
struct Away;

impl Provider for Away {
    fn kind(&self) -> &'static str {
        "away"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with(Capability::Durable)
    }

    async fn start(&self, _link: Link) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn publish(&self, _event: Envelope) -> Result<(), ProviderError> {
        Err(ProviderError::Unreachable("nobody is there yet".to_owned()))
    }

    async fn publish_durably(&self, event: Envelope) -> Result<(), ProviderError> {
        self.publish(event).await
    }

    async fn subscribe(&self, _subscription: &Subscription) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn unsubscribe(&self, _subscription: &Subscription) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn stop(&self) {}
}

async fn of_a_keeper_that_is_away() -> Error {
    let app = App::builder().partial().process("hall").provider("home", Away);
    let app = app.route_event("level_changed", Via::provider("home").durable()).start().await.unwrap();
    let error = app.handle().trigger_event("level_changed", args! {}).await.unwrap_err();
    app.shutdown().await.unwrap();
    error
}

/// Lets nothing pass.
struct Curfew;

impl Interceptor for Curfew {
    async fn sending(&self, _message: &mut Message) -> Result<(), Rejection> {
        Err("it is late".into())
    }
}

async fn of_an_interceptor() -> Vec<Error> {
    let app = App::builder().partial().module("door", Hatch).interceptor(Curfew).start().await.unwrap();
    let handle = app.handle();
    let errors = vec![
        by_name(&handle, "door.open", args! {}).await,
        handle.trigger_event("level_changed", args! {}).await.unwrap_err(),
    ];
    app.shutdown().await.unwrap();
    errors
}

async fn by_name(handle: &Handle, address: &str, arguments: Arguments) -> Error {
    handle.exec_task(address, arguments).await.map(drop).unwrap_err().into()
}

/// The error that a task passes on.
fn inner(error: CallError) -> Error {
    let CallError::Failed(failure) = error else { panic!("{error}") };
    *failure.into_inner().downcast().unwrap()
}

async fn of_tasks(handle: &Handle) -> Vec<Error> {
    vec![
        by_name(handle, "attic_lamp.set_level", args! { level: 120 }).await,
        by_name(handle, "attic_lamp.set_level", args! { level: 13 }).await,
        inner(handle.exec_task("attic_lamp.fade", args! {}).await.map(drop).unwrap_err()),
        by_name(handle, "attic_lmap.set_level", args! { level: 40 }).await,
        by_name(handle, "attic_lamp.set_levl", args! { level: 40 }).await,
        by_name(handle, "attic_lamp.secret", args! {}).await,
        by_name(handle, "attic_lamp.set_level", args! { level: "bright" }).await,
        by_name(handle, "attic_lamp.history", args! {}).await,
    ]
}

async fn of_verbs(handle: &Handle) -> Vec<Error> {
    let door: HatchStub = handle.stub("door").unwrap();
    let bus = handle.open_loop("bus", LoopOptions::new()).unwrap();
    let hosted = bus.host(1).call(|number| *number);
    bus.close().await;
    vec![
        door.open().every(Duration::ZERO).enqueue().await.map(drop).unwrap_err(),
        door.open().blocking().unwrap_err().into(),
        hosted.await.unwrap_err().into(),
    ]
}

fn of_stubs(handle: &Handle) -> Vec<Error> {
    vec![
        handle.stub::<HatchStub>("attic_lamp").map(drop).unwrap_err().into(),
        handle.stub::<DimmerStub>("door").map(drop).unwrap_err().into(),
    ]
}

async fn of_events(handle: &Handle) -> Vec<Error> {
    let odd = BTreeMap::from([((12, 30), 40)]);
    vec![
        handle.trigger_event("level_changed", args! { levels: odd }).await.unwrap_err(),
        handle.trigger_event("loud noise", args! {}).await.unwrap_err(),
        handle.trigger(Moved { by: 1 }).await.unwrap_err(),
        handle.trigger_event("level_changed", args! {}).every(Duration::ZERO).await.map(drop).unwrap_err(),
        handle.trigger_event_blocking("level_changed", args! {}).unwrap_err(),
    ]
}

/// Leaves it held, with one task in line.
async fn of_a_held_lamp(handle: &Handle) -> Vec<Error> {
    let late = handle.exec_task("attic_lamp.wait", args! {}).timeout(Duration::from_secs(2)).await;
    handle.enqueue_task("attic_lamp.wait", args! {}).await.unwrap();
    vec![late.map(drop).unwrap_err().into(), by_name(handle, "attic_lamp.wait", args! {}).await]
}

/// What somebody from outside is told once the modules are ending.
async fn of_the_end(handle: &Handle) -> Vec<Error> {
    let call = loop {
        match handle.exec_task("door.open", args! {}).await {
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => break error.into(),
        }
    };
    vec![call, handle.trigger_event("level_changed", args! {}).await.unwrap_err()]
}
