//! Spies take the place of modules.

use looselycoupled::prelude::*;
use looselycoupled::testing::TestAppBuilder;

use super::Pump;

fn with_valve() -> TestAppBuilder {
    TestApp::new().module("pump", Pump::default()).spy("valve", &["open", "close"])
}

#[looselycoupled::test]
async fn a_spy_keeps_calls_with_their_arguments_in_order() {
    let app = with_valve().start().await;
    app.exec_task("valve.open", args! { litres: 3, how: "fast" }).await.unwrap();
    app.enqueue_task("valve.close", args! {}).await.unwrap();
    app.exec_task("valve.open", args! { litres: 4 }).await.unwrap();
    app.quiesce().await;
    let calls = app.calls("valve.open");
    let litres: Vec<u8> = calls.iter().map(|call| call.get("litres").unwrap()).collect();
    assert_eq!(litres, [3, 4]);
    assert_eq!(calls[0].get::<String>("how").unwrap(), "fast");
    assert_eq!(calls[0].arguments().to_string(), "litres: 3, how: \"fast\"");
    let all: Vec<_> = app.calls("valve").iter().map(|call| call.task().to_owned()).collect();
    assert_eq!(all, ["open", "close", "open"]);
}

#[looselycoupled::test]
async fn an_argument_that_a_call_lacks_is_told_with_those_that_it_has() {
    let app = with_valve().start().await;
    app.exec_task("valve.open", args! { litres: "many" }).await.unwrap();
    let call = &app.calls("valve.open")[0];
    let said = call.get::<u8>("seconds").unwrap_err().to_string();
    assert_eq!(said, "`valve.open` was called with `litres: \"many\"`: there is no argument `seconds`");
    let said = call.get::<u8>("litres").unwrap_err().to_string();
    assert!(said.ends_with("argument `litres`: expected u8, found \"many\""), "{said}");
}

#[looselycoupled::test]
async fn a_call_knows_who_made_it_and_what_it_stems_from() {
    let app = with_valve().start().await;
    app.trigger_event("soil_dry", args! {}).priority(Priority::High).await.unwrap();
    app.quiesce().await;
    app.exec_task("valve.open", args! {}).await.unwrap();
    let calls = app.calls("valve.open");
    assert_eq!(calls[0].source(), Some("pump"));
    assert_eq!(calls[0].metadata().priority, Priority::High);
    assert_eq!(calls[0].metadata().transaction, app.emitted_event("soil_dry")[0].transaction());
    assert_eq!(calls[1].source(), None);
}

#[looselycoupled::test]
async fn a_spy_answers_with_what_it_was_told_to() {
    let mut level = 40;
    let tank = Spy::new("tank")
        .task("level", move || {
            level += 2;
            level
        })
        .failing_task("jam", || "jammed");
    let app = TestApp::new().module("pump", Pump::default()).with_spy(tank).start().await;
    for expected in [42, 44] {
        let answered = app.exec_task("pump.drain", args! { through: "tank.level" }).await.unwrap();
        assert_eq!(answered.get::<u8>().unwrap(), expected);
    }
    let refused = app.exec_task("pump.drain", args! { through: "tank.jam" }).await.unwrap_err();
    assert_eq!(refused.to_string(), "jammed");
    assert!(matches!(app.exec_task("tank.jam", args! {}).await, Err(CallError::Failed(_))));
    app.enqueue_task("tank.jam", args! {}).await.unwrap();
    app.quiesce().await;
    assert_eq!(app.emitted_event("exception")[0].field::<String>("task").unwrap(), "jam");
    assert_eq!(app.calls("tank.jam").len(), 3);
}

#[looselycoupled::test]
async fn a_task_that_is_named_again_answers_otherwise() {
    let tank = Spy::new("tank").task("level", || 1).task("drain", || ()).task("level", || 2);
    let app = TestApp::new().with_spy(tank).start().await;
    assert_eq!(app.exec_task("tank.level", args! {}).await.unwrap().get::<u8>().unwrap(), 2);
    app.exec_task("tank.drain", args! {}).await.unwrap();
    assert_eq!((app.calls("tank.level").len(), app.calls("tank.drain").len()), (1, 1));
}

#[looselycoupled::test]
async fn a_spy_refuses_what_every_module_refuses() {
    let app = with_valve().start().await;
    let unknown = app.exec_task("valve.opne", args! {}).await.unwrap_err();
    assert_eq!(unknown.to_string(), "unknown task `valve.opne`; did you mean `valve.open`?");
    let unknown = app.enqueue_task("vlave.open", args! {}).await.unwrap_err();
    assert_eq!(unknown.to_string(), "unknown module `vlave`; did you mean `valve`?");
    let twice = app.exec_task("valve.open", args! { litres: 1, litres: 2 }).await.unwrap_err();
    assert_eq!(twice.to_string(), "`valve.open`: argument `litres` is given twice");
    let twice = app.enqueue_task("valve.open", args! { litres: 1, litres: 2 }).await.unwrap_err();
    assert_eq!(twice.to_string(), "`valve.open`: argument `litres` is given twice");
    assert_eq!(app.calls("valve").len(), 0);
    let statistics = app.statistics();
    assert_eq!(statistics.modules[1].refused, 3);
}

#[looselycoupled::test]
async fn a_result_of_another_type_names_the_task_and_the_place_of_the_spy() {
    let app = TestApp::new().with_spy(Spy::new("tank").task("level", || "full")).start().await;
    let error = app.exec_task("tank.level", args! {}).await.unwrap().get::<u8>().unwrap_err().to_string();
    assert!(error.contains("the result of `level`") && error.contains("spies.rs:"), "{error}");
}

/// A module of which a spy takes the place.
#[derive(Debug, Default)]
struct Valve;

#[module]
impl Valve {
    #[task]
    fn open(&mut self) {}
}

#[looselycoupled::test]
async fn a_typed_stub_does_not_lead_to_a_spy() {
    let app = with_valve().start().await;
    let refused = app.stub::<ValveStub>("valve").unwrap_err();
    assert!(matches!(refused, CallError::WrongType { found: "Spy", expected: "Valve", .. }), "{refused}");
}

#[looselycoupled::test]
async fn the_section_of_the_module_may_stay_where_a_spy_takes_its_place() {
    let app = with_valve().config_yaml("valve: { line: 4 }\n").start().await;
    assert_eq!(app.with_config(|config| config.get::<u8>("valve.line").unwrap()), Some(4));
}

#[looselycoupled::test]
#[should_panic(expected = "no spy takes calls of `valve.opne`; did you mean `valve.open`?")]
async fn calls_of_a_task_that_no_spy_has_are_not_asked_for() {
    let _none = with_valve().start().await.calls("valve.opne");
}

#[looselycoupled::test]
#[should_panic(expected = "no spy takes calls of `pump`; known are `valve`")]
async fn calls_of_a_module_that_is_no_spy_are_not_asked_for() {
    let _none = with_valve().start().await.calls("pump");
}

#[looselycoupled::test]
#[should_panic(expected = "module `valve` is listed twice")]
async fn a_spy_beside_its_module_does_not_start() {
    let _never = with_valve().module("valve", Valve).start().await;
}
