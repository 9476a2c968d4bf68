//! What a module in another process looks like, and whether that is what is expected of it.

use looselycoupled::Value;
use looselycoupled::prelude::*;
use looselycoupled::provider::{
    Answer, Capabilities, Capability, Envelope, Link, Provider, ProviderError, ProviderState, RouteOf,
    Subscription,
};
use looselycoupled_tests::Log;

use crate::{end, two};

/// Calls what the pump of the test does not have.
#[derive(Default)]
struct Gardener;

#[module(calls("pump": dyn Barrel, "pump.fil", "garage.open"))]
impl Gardener {
    #[task]
    async fn water(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("pump.drian", args! {}).await?;
        Ok(())
    }
}

#[derive(Default)]
struct Cook;

#[module(calls("pump": dyn crate::Tank))]
impl Cook {
    #[task]
    fn cook(&self) {}
}

/// Nobody implements it.
#[interface]
trait Barrel {
    async fn roll(&self) -> Result<(), CallError>;
}

/// A process of another version, with an older pump.
struct OldProcess;

impl Provider for OldProcess {
    fn kind(&self) -> &'static str {
        "old"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with(Capability::Calls)
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        link.tell_state(ProviderState::Connected, None);
        Ok(())
    }

    async fn publish(&self, _event: Envelope) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn subscribe(&self, _subscription: &Subscription) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn unsubscribe(&self, _subscription: &Subscription) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn request(&self, call: Envelope) -> Result<Answer, ProviderError> {
        if (&*call.name, call.headers.get("lc-mode")) != ("pump", Some("describe")) {
            return Err(ProviderError::Unreachable("nobody serves it".to_owned()));
        }
        let outline = r#"{
            "type_name": "OldPump",
            "tasks": [{
                "name": "fill",
                "parameters": [{ "name": "litres", "type_name": "u32", "required": true }],
                "result": "u32"
            }],
            "interfaces": [{ "name": "Tank", "version": 1 }]
        }"#;
        Ok(Ok(Value::from_json_text(outline).map_err(|error| ProviderError::Other(error.into()))?))
    }

    async fn stop(&self) {}
}

#[tokio::test]
async fn what_is_expected_of_a_module_elsewhere_is_compared_when_it_is_connected() {
    let log = Log::default();
    let _listening = log.listen();
    let garden = App::builder().process("garden").provider("home", OldProcess);
    let garden = garden.module("gardener", Gardener).module("cook", Cook);
    let garden = garden.route_module("pump", "home").route_module("garage", "home").start().await.unwrap();
    let expected = [
        "says that `pump` is a `Pump`, but in the other process its task is `fill(litres: u32)`, and \
         `fill(liters: u32, reason: Option<String>)` here",
        "calls `pump.drian`, but in the other process it has no task `drian`",
        "says that it calls `pump.fil`, but in the other process it has no task `fil`; did you mean `fill`?",
        "says that it calls `pump`, but in the other process it does not implement `Barrel`",
        "says that it calls `pump`, but in the other process it implements version 1 of `Tank`, not 2",
    ];
    while !expected.iter().all(|line| log.count(line) == 1) {
        tokio::task::yield_now().await;
    }
    assert_eq!(log.count("garage"), 0, "who is not there yet may come");
    garden.shutdown().await.unwrap();
}

#[tokio::test]
async fn nothing_is_said_where_everything_fits() {
    let log = Log::default();
    let _listening = log.listen();
    let both = two().await;
    let asked = both.1.handle().outline("pump").await.unwrap();
    assert_eq!(asked, both.0.handle().outline("pump").await.unwrap());
    assert_eq!((&*asked.type_name, asked.interfaces[0].version), ("Pump", 2));
    let fill = asked.task("fill").unwrap();
    assert_eq!((fill.parameters.len(), &*fill.parameters[1].type_name), (2, "Option<String>"));
    assert!(asked.task("connect").is_none(), "a local task is nobody's business");
    assert!(both.1.handle().is_ready("pump") && !both.1.handle().is_ready("pmup"));
    let unknown = both.1.handle().outline("pmup").await.unwrap_err();
    assert_eq!(unknown.to_string(), "unknown module `pmup`; did you mean `pump`?");
    end(both).await;
    assert_eq!(log.count("in the other process"), 0, "{}", log.text());
}

#[tokio::test]
async fn what_goes_to_other_processes_is_described() {
    let both = two().await;
    let there = both.1.handle().describe();
    assert_eq!(there.routes, both.1.handle().routes());
    assert_eq!((&there.routes[0].of, &*there.routes[0].via), (&RouteOf::Module("pump".to_owned()), "home"));
    assert!(!there.routes[0].here && both.0.handle().routes()[0].here);
    let page = there.to_markdown();
    assert!(page.contains("## Other processes\n\n- module `pump`, which is there, via `home`"), "{page}");
    end(both).await;
}
