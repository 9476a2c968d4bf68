//! Which modules the stub of an interface calls.

use looselycoupled::prelude::*;
use looselycoupled::{InterfaceFault, Module};

use super::contract::{DimmerStub, KeeperStub, NamedStub, ProbeStub, foreign, later};
use super::lit;
use super::providers::{Chandelier, Door, Lamp, Meter, Motor, Panel};

#[tokio::test]
async fn any_module_that_implements_it_is_called_whatever_its_kind() {
    let app = App::builder()
        .module("lamp", Lamp::default())
        .module("chandelier", Chandelier::default())
        .module_with("panel", Panel::default)
        .module("motor", Motor::default())
        .module("meter", Meter(3_u8))
        .start()
        .await
        .unwrap();
    for (name, second) in [("lamp", 40), ("chandelier", 40), ("panel", 40), ("motor", 40), ("meter", 60)] {
        let dimmer: DimmerStub = app.handle().stub(name).unwrap();
        dimmer.set_level(40).await.unwrap();
        assert_eq!(dimmer.set_level(60).await.unwrap(), second, "{name}");
        dimmer.off().await.unwrap();
    }
    let chandelier: DimmerStub = app.handle().stub("chandelier").unwrap();
    assert_eq!(chandelier.set_level(1).await.unwrap(), 0, "the task has the name, not the method");
}

#[tokio::test]
async fn a_module_implements_several() {
    let (app, dimmer) = lit(&Lamp::default()).await;
    let named: NamedStub = app.handle().stub("lamp").unwrap();
    let keeper: KeeperStub = app.handle().stub("lamp").unwrap();
    assert_eq!(dimmer.set_level(7).await.unwrap(), 0);
    assert_eq!(named.whereabouts("hall".to_owned(), None).await.unwrap(), "hall None");
    assert_eq!(format!("{dimmer:?} {keeper:?}"), "DimmerStub(Address(lamp)) KeeperStub(Address(lamp))");
}

#[tokio::test]
async fn a_module_says_which_interfaces_it_implements() {
    let facts: Vec<_> = Lamp::DESCRIPTOR.interfaces.iter().map(|known| (known.name, known.version)).collect();
    assert_eq!(facts, [("Dimmer", 1), ("Named", 3), ("Safe", 1)]);
    let dimmer = Lamp::DESCRIPTOR.interfaces[0];
    assert_eq!(dimmer.documentation, "What can be made brighter and darker.");
    assert!(dimmer.module_path.ends_with("contract"), "{}", dimmer.module_path);
    let method = dimmer.methods[0];
    assert_eq!((method.name, method.result), ("set_level", "Result<u8, CallError>"));
    assert_eq!(method.documentation, "Sets the brightness in percent and returns the one before.");
    assert_eq!((method.parameters[0].name, method.parameters[0].type_name), ("level", "u8"));
    assert_eq!(Door::DESCRIPTOR.interfaces.len(), 0);
}

/// Why the stub of an interface does not fit a module, and how that is said.
fn refusal<S: Stub + std::fmt::Debug>(app: &App, name: &str) -> (InterfaceFault, String) {
    let error = app.handle().stub::<S>(name).unwrap_err();
    assert!(error.is_refusal(), "{error}");
    let text = error.to_string();
    let CallError::WrongInterface { cause, .. } = error else { panic!("another error: {error}") };
    (*cause, text)
}

#[tokio::test]
async fn a_module_that_does_not_say_so_is_refused_even_if_its_tasks_fit() {
    let app = App::builder().module("door", Door).module("motor", Motor::default()).start().await.unwrap();
    let (fault, text) = refusal::<DimmerStub>(&app, "door");
    assert_eq!(text, "module `door`, a `Door`, does not implement `Dimmer`; it implements no interface");
    assert!(matches!(fault, InterfaceFault::Missing { interface: "Dimmer", .. }), "{fault:?}");
    let (_, text) = refusal::<NamedStub>(&app, "motor");
    assert_eq!(text, "module `motor`, a `Motor`, does not implement `Named`; it implements `Dimmer`");
    let unknown = app.handle().stub::<DimmerStub>("moter").unwrap_err();
    assert_eq!(unknown.to_string(), "unknown module `moter`; did you mean `motor`?");
}

#[tokio::test]
async fn another_version_is_refused_with_both_numbers() {
    let (app, _) = lit(&Lamp::default()).await;
    let (fault, text) = refusal::<later::DimmerStub>(&app, "lamp");
    assert_eq!(text, "module `lamp`, a `Lamp`, implements version 1 of `Dimmer`, the stub is for version 2");
    assert_eq!(fault, InterfaceFault::Version { interface: "Dimmer", expected: 2, found: 1 });
}

#[tokio::test]
async fn the_same_name_of_somebody_else_is_another_interface() {
    let (app, _) = lit(&Lamp::default()).await;
    let (_, text) = refusal::<foreign::DimmerStub>(&app, "lamp");
    let expected = "module `lamp`, a `Lamp`, implements `Dimmer` of `interfaces::contract`, the stub is for that of \
                    `interfaces::contract::foreign`";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn the_types_of_a_generic_module_are_compared_when_it_is_known_which() {
    let app = App::builder().module("u8", Meter(3_u8)).module("f32", Meter(3_f32)).start().await.unwrap();
    let probe: ProbeStub = app.handle().stub("u8").unwrap();
    assert_eq!(probe.read().await.unwrap(), 3);
    let (fault, text) = refusal::<ProbeStub>(&app, "f32");
    assert_eq!(fault, InterfaceFault::Types { interface: "Probe", method: "read" });
    let expected = "module `f32`, a `Meter`, implements `Probe`, but its task `read` has other types than the interface says";
    assert_eq!(text, expected);
}

#[looselycoupled::test]
async fn a_spy_implements_none() {
    let app = TestApp::new().spy("lamp", &["set_level", "off"]).start().await;
    let refused = app.stub::<DimmerStub>("lamp").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "module `lamp`, a `Spy`, does not implement `Dimmer`; it implements no interface"
    );
}
