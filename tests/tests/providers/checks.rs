//! What is wrong with providers and routes is told before anything starts.

use looselycoupled::prelude::*;
use looselycoupled::provider::{
    Capabilities, Envelope, Link, Local, Provider, ProviderError, Subscription, Via,
};
use looselycoupled::{FaultCode, StartError};
use looselycoupled_tests::within;

use crate::{Pump, config, hub, process};

/// Carries nothing but events.
struct Paper;

impl Provider for Paper {
    fn kind(&self) -> &'static str {
        "paper"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE
    }

    async fn start(&self, _link: Link) -> Result<(), ProviderError> {
        Err(ProviderError::Setup("there is no paper".to_owned()))
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

    async fn stop(&self) {}
}

#[track_caller]
fn faults(builder: AppBuilder) -> Vec<String> {
    let checked = builder.check();
    let Err(StartError::Check(faults)) = checked else { panic!("{checked:?}") };
    faults
        .iter()
        .map(|fault| {
            assert!(matches!(fault.code, FaultCode::Route | FaultCode::Provider), "{fault}");
            fault.message.clone()
        })
        .collect()
}

#[test]
fn every_fault_of_code_is_told() {
    let builder = App::builder()
        .process("my house")
        .provider("home", Local::connect("a"))
        .provider("home", Local::connect("b"))
        .provider("by hand", Paper)
        .provider("paper", Paper)
        .route_event("motion", "hoem")
        .route_event("door.*", "paper")
        .route_module("pump", "paper")
        .route_module("safe", "home")
        .route_module("safe", "home")
        .route_event("sunset", "home")
        .route_event("sunset", "home")
        .route_event("exception", "home")
        .route_event("a b", "home")
        .route_event("order", Via::provider("paper").durable().in_group("billing"))
        .route_event("bill", Via::provider("home").in_group("bil ling"))
        .route_module("a/b", "home");
    assert_eq!(
        faults(builder),
        [
            "the name of the process: module name `my house` has ` ` as character 3; allowed are letters, digits, `_` and `-`",
            "the provider `home` is given twice",
            "the name of a provider: module name `by hand` has ` ` as character 3; allowed are letters, digits, `_` and `-`",
            "there is no provider `hoem`; did you mean `home`?",
            "the module `safe` has a route already",
            "the event `sunset` has this route already",
            "`exception` is the framework's own event and stays in its process",
            "event pattern `a b` has ` ` as character 2; allowed are letters, digits, `_`, `-`, `*`, `**`, and `.` between segments",
            "the name of the group: module name `bil ling` has ` ` as character 4; allowed are letters, digits, `_` and `-`",
            "module name `a/b` has `/` as character 2; allowed are letters, digits, `_` and `-`",
            "the event `door.*` cannot go via `paper`: a provider of kind `paper` can do no patterns",
            "the event `order` cannot go via `paper`: a provider of kind `paper` can do no groups",
            "the event `order` cannot go via `paper`: a provider of kind `paper` can do no durable events",
            "the module `pump` cannot go via `paper`: a provider of kind `paper` can do no calls",
        ]
    );
}

#[test]
fn every_fault_of_a_file_is_told_with_its_place() {
    let text = "\
looselycoupled:
  providers:
    home: { kind: locl, name: house }
    shed: { kind: local }
    barn: {}
    garage: { kind: local, name: house }
  routes:
    - { event: motion, via: garaeg }
    - { event: motion, module: pump, via: garage }
    - { via: garage }
    - { event: motion, via: garage, priority: low }
    - { module: pump, via: garage, durable: true }
    - { event: motion, via: garage, durable: true }
";
    let faults = faults(App::builder().config(config(text)));
    for (fault, (words, place)) in faults.iter().zip([
        ("the provider `barn` needs a `kind`: amqp, local, ", "config.yaml:5"),
        ("there is no kind of providers `locl`; did you mean `local`?", "config.yaml:3"),
        ("the provider `shed` of kind `local` needs a `name`", "config.yaml:4"),
        ("a route is for an `event` or for a `module`", "config.yaml:9"),
        ("a route is for an `event` or for a `module`", "config.yaml:10"),
        ("a `priority` is for the calls of a module", "config.yaml:11"),
        ("`durable` and `group` are for events", "config.yaml:12"),
        ("there is no provider `garaeg`; did you mean `garage`?", "config.yaml:8"),
        ("`motion` would be kept under the name of this process", "config.yaml:13"),
    ]) {
        assert!(fault.contains(words) && fault.contains(place), "{words}: {fault}");
    }
    assert_eq!(faults.len(), 9, "{faults:#?}");
}

#[tokio::test]
async fn a_provider_that_can_never_work_fails_the_start() {
    let app = App::builder().module("pump", Pump::default()).provider("paper", Paper).start().await;
    let error = app.unwrap_err();
    assert_eq!(error.to_string(), "the provider `paper` cannot work: there is no paper");
    let hub = hub();
    let first = process("kitchen", &hub).start().await.unwrap();
    let error = process("kitchen", &hub).start().await.unwrap_err();
    assert!(error.to_string().contains("`kitchen` is connected"), "{error}");
    first.shutdown().await.unwrap();
}

#[derive(Default)]
struct Listener;

#[module(calls("pump.liters"), emits(sunset))]
impl Listener {
    #[on_event]
    fn on_pumped(&mut self, liters: u32) {
        let _heard = liters;
    }

    #[task]
    async fn ask(&self, ctx: &Context) -> Result<u32> {
        ctx.trigger_event("sunset", args! {}).await?;
        Ok(ctx.exec_task("pump.liters", args! {}).await?.get()?)
    }
}

#[test]
fn what_has_a_route_is_neither_missing_nor_a_lint() {
    let app = || App::builder().module("listener", Listener).provider("home", Local::connect("check"));
    let whole =
        app().route_module("pump", "home").route_event("pumped", "home").route_event("sunset", "home");
    assert!(whole.check().unwrap().is_empty());
    let part = app().route_module("pump", "home");
    assert_eq!(part.check().unwrap().len(), 2);
    assert!(app().check().is_err());
}

#[tokio::test]
async fn who_comes_under_a_name_that_is_taken_is_refused_and_the_first_goes_on() {
    let hub = hub();
    let attic = process("attic", &hub).module("pump", Pump::default()).route_module("pump", "home");
    let attic = attic.route_event("pumped", "home").start().await.unwrap();
    let cellar = process("cellar", &hub).route_module("pump", "home").route_event("pumped", "home");
    let cellar = cellar.start().await.unwrap();
    let second = process("attic", &hub).route_event("pumped", "home").start().await;
    let told = second.unwrap_err().to_string();
    assert!(told.contains(&format!("`attic` is connected to `{hub}` already")), "{told}");
    let mut heard = attic.handle().subscribe("pumped");
    cellar.handle().trigger_event("pumped", args! { liters: 3 }).await.unwrap();
    assert_eq!(within(heard.next()).await.unwrap().process(), Some("cellar"));
    let liters = cellar.handle().exec_task("pump.liters", args! {}).await.unwrap();
    assert_eq!(liters.get::<u32>().unwrap(), 0);
    assert!(told.contains("`AppBuilder::process`, or `process:` in the configuration"), "{told}");
    attic.shutdown().await.unwrap();
    let next = process("attic", &hub).start().await.unwrap();
    for app in [next, cellar] {
        app.shutdown().await.unwrap();
    }
}
