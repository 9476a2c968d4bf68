//! Every wrong use gets a typed error that names the address and what was probably meant.

#![allow(clippy::unused_self, reason = "tasks that say what they say")]

use std::collections::BTreeMap;
use std::error::Error as _;

use looselycoupled::prelude::*;
use looselycoupled::{ArgumentError, EventError, LoopOptions, Overflow};
use looselycoupled_tests::{Gate, balanced, settle, within};

/// Cannot be turned into a value: keys must be texts or numbers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Unfit(BTreeMap<Vec<u8>, u8>);

impl Unfit {
    fn new() -> Self {
        Self(BTreeMap::from([(vec![1, 2], 3)]))
    }
}

#[derive(Debug, Default)]
struct Lamp {
    gate: Gate,
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8, #[default] rooms: Vec<u8>) -> u8 {
        self.level = level + rooms.len() as u8;
        self.level
    }

    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task(local)]
    fn secret(&self) -> u8 {
        7
    }

    #[task]
    fn odd(&self) -> Unfit {
        Unfit::new()
    }
}

#[derive(Debug, Default)]
struct Door;

#[module]
impl Door {
    #[task]
    fn open(&self) {}
}

async fn house() -> (App, Handle) {
    let app = App::builder().module("hall_lamp", Lamp::default()).module("door", Door).start().await.unwrap();
    let handle = app.handle();
    (app, handle)
}

async fn refused(address: &str, arguments: looselycoupled::Arguments) -> CallError {
    let (app, handle) = house().await;
    let enqueued = handle.enqueue_task(address, arguments.clone()).await.unwrap_err();
    let called = handle.exec_task(address, arguments).await.unwrap_err();
    assert_eq!(enqueued.to_string(), called.to_string(), "both verbs say the same");
    assert!(called.is_refusal());
    settle(&app).await;
    balanced(&handle);
    assert_eq!(handle.statistics().module("hall_lamp").unwrap().accepted, 0, "nothing is done instead");
    called
}

#[tokio::test]
async fn an_unknown_module_is_named_with_the_nearest() {
    let error = refused("hal_lamp.set_level", args! { level: 1 }).await;
    assert_eq!(error.to_string(), "unknown module `hal_lamp`; did you mean `hall_lamp`?");
    assert!(matches!(error, CallError::UnknownModule { module, suggestion: Some(near), .. }
        if &*module == "hal_lamp" && &*near == "hall_lamp"));
    let error = refused("garage.open", args! {}).await;
    assert_eq!(error.to_string(), "unknown module `garage`; known are `hall_lamp`, `door`");
    let CallError::UnknownModule { suggestion, known, .. } = error else { panic!("{error}") };
    assert_eq!((suggestion, known.names().collect::<Vec<_>>()), (None, vec!["hall_lamp", "door"]));
}

#[tokio::test]
async fn an_unknown_task_is_named_with_the_nearest() {
    let error = refused("hall_lamp.set_levl", args! { level: 1 }).await;
    assert_eq!(error.to_string(), "unknown task `hall_lamp.set_levl`; did you mean `hall_lamp.set_level`?");
    assert!(matches!(error, CallError::UnknownTask { .. }));
    let error = refused("hall_lamp.explode", args! {}).await;
    assert_eq!(
        error.to_string(),
        "unknown task `hall_lamp.explode`; known are `set_level`, `hold`, `secret`, `odd`"
    );
    let CallError::UnknownTask { known, .. } = error else { panic!("{error}") };
    assert_eq!(known.more(), 0);
}

#[tokio::test]
async fn of_very_many_modules_a_few_are_named_and_the_others_counted() {
    let names = (0..1000).map(|number| format!("lamp_{number}"));
    let app =
        names.fold(App::builder(), |app, name| app.module(&name, Lamp::default())).start().await.unwrap();
    let error = app.handle().exec_task("garage.open", args! {}).await.unwrap_err().to_string();
    assert!(error.starts_with("unknown module `garage`; known are `lamp_0`, `lamp_1`, "), "{error}");
    assert!(error.ends_with("`lamp_7` and 992 more"), "{error}");
    assert!(app.handle().stub::<LampStub>("garage").unwrap_err().to_string().ends_with(" and 992 more"));
}

#[tokio::test]
async fn an_endless_name_is_cut_in_messages() {
    let endless = "x".repeat(1_000_000);
    let cut = format!("`{}…`", "x".repeat(60));
    for address in [format!("{endless}.open"), endless.clone()] {
        let error = refused(&address, args! {}).await.to_string();
        assert!(error.contains(&cut) && error.len() < 300, "{} bytes", error.len());
    }
    let error = refused(&format!("hall_lamp.{endless}"), args! {}).await.to_string();
    assert!(error.starts_with("unknown task `hall_lamp.xxx") && error.len() < 300, "{} bytes", error.len());
    let arguments = args! { level: 1 }.with(endless.clone(), &1);
    let error = refused("hall_lamp.set_level", arguments).await.to_string();
    assert!(error.contains(&cut) && error.len() < 300, "{} bytes", error.len());

    let app = App::builder().module(&endless, Lamp::default()).start().await;
    assert!(app.is_ok(), "long, but a name");
    let handle = app.unwrap().handle();
    let error = handle.trigger_event(&format!("{endless}*"), args! {}).await.unwrap_err().to_string();
    assert!(error.contains(&cut) && error.len() < 400, "{} bytes", error.len());
}

#[tokio::test]
async fn an_address_with_too_many_dots_is_an_unknown_task() {
    let error = refused("hall_lamp.set_level.now", args! { level: 1 }).await;
    assert!(
        matches!(error, CallError::UnknownTask { address, .. } if &*address == "hall_lamp.set_level.now")
    );
}

#[tokio::test]
async fn an_empty_address_is_refused() {
    for address in ["", ".", "hall_lamp.", ".set_level"] {
        let error = refused(address, args! {}).await;
        let fits = matches!(error, CallError::UnknownModule { .. } | CallError::UnknownTask { .. });
        assert!(fits, "`{address}`: {error:?}");
    }
}

#[tokio::test]
async fn an_address_of_a_module_alone_is_refused_with_the_way_out() {
    let error = refused("hall_lamp", args! {}).await;
    assert_eq!(error.to_string(), "`hall_lamp` is no address outside of a module; write `<module>.<task>`");
}

#[tokio::test]
async fn an_unknown_argument_is_named_with_the_nearest() {
    let error = refused("hall_lamp.set_level", args! { levle: 1 }).await;
    assert_eq!(error.to_string(), "`hall_lamp.set_level`: unknown argument `levle`; did you mean `level`?");
    let error = refused("hall_lamp.set_level", args! { level: 1, colour: "red" }).await;
    assert_eq!(
        error.to_string(),
        "`hall_lamp.set_level`: unknown argument `colour`; known are `level`, `rooms`"
    );
}

#[tokio::test]
async fn a_missing_argument_is_named_with_its_type() {
    let error = refused("hall_lamp.set_level", args! {}).await;
    assert_eq!(error.to_string(), "`hall_lamp.set_level`: missing argument `level` of type `u8`");
}

#[tokio::test]
async fn an_argument_that_is_given_twice_is_refused() {
    let error = refused("hall_lamp.set_level", args! { level: 1, level: 2 }).await;
    assert_eq!(error.to_string(), "`hall_lamp.set_level`: argument `level` is given twice");
}

#[tokio::test]
async fn an_argument_of_another_type_says_what_was_found_and_where() {
    let error = refused("hall_lamp.set_level", args! { level: "bright" }).await;
    assert!(error.to_string().starts_with("`hall_lamp.set_level`: invalid argument `level`: "), "{error}");
    assert!(error.to_string().contains("bright"), "{error}");
    let error = refused("hall_lamp.set_level", args! { level: 1, rooms: [1, 300] }).await;
    assert_eq!(
        error.to_string(),
        "`hall_lamp.set_level`: invalid argument `rooms`: 300 does not fit into u8 at `[1]`"
    );
}

#[tokio::test]
async fn an_argument_that_cannot_be_serialised_reaches_the_call_as_an_error() {
    let error = refused("hall_lamp.set_level", args! { level: Unfit::new() }).await;
    let prefix = "`hall_lamp.set_level`: argument `level` cannot be serialised: ";
    assert!(error.to_string().starts_with(prefix), "{error}");
    assert!(matches!(error, CallError::Argument { cause, .. }
        if matches!(*cause, ArgumentError::Unencodable { .. })));
}

#[tokio::test]
async fn an_event_with_an_argument_that_cannot_be_serialised_is_not_sent() {
    let (_app, handle) = house().await;
    let error = handle.trigger_event("lit", args! { by: Unfit::new() }).await.unwrap_err();
    assert!(error.to_string().starts_with("event `lit` was not sent: argument `by` cannot"), "{error}");
    assert_eq!(handle.statistics().unheard_events, 0);
}

#[tokio::test]
async fn an_event_with_an_impossible_name_is_not_sent() {
    let (_app, handle) = house().await;
    for name in ["", "door opened", "door..opened", "door_*"] {
        let error = handle.trigger_event(name, args! {}).await.unwrap_err();
        assert!(matches!(&error, Error::Event { cause, .. } if matches!(**cause, EventError::Name(_))));
        assert!(error.to_string().starts_with(&format!("event `{name}` was not sent: ")), "{error}");
    }
}

#[tokio::test]
async fn a_local_task_is_for_stubs_only() {
    let (_app, handle) = house().await;
    let error = handle.exec_task("hall_lamp.secret", args! {}).await.unwrap_err();
    assert!(matches!(&error, CallError::LocalTask { address } if &**address == "hall_lamp.secret"));
    assert!(error.to_string().contains("through the module's stub"), "{error}");
    let lamp: LampStub = handle.stub("hall_lamp").unwrap();
    assert_eq!(lamp.secret().await.unwrap(), 7);
}

#[tokio::test]
async fn a_stub_for_another_type_is_refused() {
    let (_app, handle) = house().await;
    let error = handle.stub::<DoorStub>("hall_lamp").unwrap_err();
    assert_eq!(error.to_string(), "module `hall_lamp` is of type `Lamp`, the stub is for `Door`");
    let error = handle.stub::<DoorStub>("dor").unwrap_err();
    assert_eq!(error.to_string(), "unknown module `dor`; did you mean `door`?");
}

#[tokio::test]
async fn a_result_that_is_no_value_fails_by_name_only() {
    let (_app, handle) = house().await;
    let lamp: LampStub = handle.stub("hall_lamp").unwrap();
    assert_eq!(lamp.odd().await.unwrap().0.len(), 1);
    let error = handle.exec_task("hall_lamp.odd", args! {}).await.unwrap_err();
    assert!(error.to_string().starts_with("the result of `hall_lamp.odd` is no value: "), "{error}");
    assert!(matches!(error, CallError::Result { .. }));
}

#[tokio::test]
async fn a_reply_is_not_turned_into_a_default_of_another_type() {
    let (_app, handle) = house().await;
    let reply = handle.exec_task("hall_lamp.set_level", args! { level: 3 }).await.unwrap();
    let error = reply.clone().get::<String>().unwrap_err().to_string();
    assert!(error.starts_with("the result of `set_level`, a `u8` (tests/tests/errors.rs:"), "{error}");
    assert!(error.ends_with("): expected a string, found 3"), "{error}");
    assert!(reply.clone().get::<()>().is_err());
    assert!(reply.clone().get::<Option<String>>().is_err());
    assert_eq!(reply.get::<u64>().unwrap(), 3, "a larger type takes it");
}

#[tokio::test]
async fn a_full_queue_that_rejects_says_whose_it_is() {
    let gate = Gate::new();
    let app = App::builder()
        .module("hall_lamp", Lamp { gate: gate.clone(), level: 0 })
        .event_loop("hall_lamp", LoopOptions::new().tasks(1).overflow(Overflow::Reject))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let lamp: LampStub = handle.stub("hall_lamp").unwrap();
    let held = tokio::spawn(lamp.hold());
    gate.reached(1).await;
    lamp.set_level(1, vec![]).enqueue().await.unwrap();
    let error = handle.exec_task("hall_lamp.set_level", args! { level: 2 }).await.unwrap_err();
    let full = "the queue before `hall_lamp.set_level` is full: loop `hall_lamp` has room for 1; raise \
                `looselycoupled.loops.hall_lamp.tasks.capacity`, or `LoopOptions::tasks` in code";
    assert_eq!(error.to_string(), full);
    assert!(matches!(error, CallError::QueueFull { path: None, .. }));
    let error = lamp.set_level(3, vec![]).enqueue().await.unwrap_err();
    assert_eq!(error.to_string(), full);
    assert!(matches!(lamp.hold().await, Err(CallError::QueueFull { .. })));
    assert_eq!(handle.statistics().module("hall_lamp").unwrap().refused, 3);
    gate.open();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    balanced(&handle);
}

#[tokio::test]
async fn a_blocking_verb_on_a_runtime_thread_is_refused_and_says_what_to_do() {
    let (app, handle) = house().await;
    let lamp: LampStub = handle.stub("hall_lamp").unwrap();
    let advice = "`hall_lamp.set_level` was called by a blocking verb on a thread of the runtime; await the call \
                  instead";
    let error = handle.exec_task_blocking("hall_lamp.set_level", args! { level: 1 }).unwrap_err();
    assert_eq!(error.to_string(), advice);
    assert!(matches!(error, CallError::WrongThread { .. }));
    assert_eq!(lamp.set_level(1, vec![]).blocking().unwrap_err().to_string(), advice);
    let error = handle.enqueue_task_blocking("hall_lamp.set_level", args! { level: 1 }).unwrap_err();
    assert_eq!(error.to_string(), advice);
    assert_eq!(lamp.set_level(1, vec![]).enqueue().blocking().unwrap_err().to_string(), advice);
    let error = handle.trigger_event_blocking("lit", args! {}).unwrap_err();
    assert!(error.to_string().starts_with("event `lit` was not sent: a blocking verb"), "{error}");
    settle(&app).await;
    assert_eq!(handle.statistics().module("hall_lamp").unwrap().accepted, 0);
}

#[tokio::test]
async fn a_typo_is_told_to_a_blocking_verb_as_well() {
    let (_app, handle) = house().await;
    let told = std::thread::spawn(move || handle.exec_task_blocking("hal_lamp.set_level", args! {}));
    let error = tokio::task::spawn_blocking(|| told.join().unwrap()).await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "unknown module `hal_lamp`; did you mean `hall_lamp`?");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_not_ready() {
    let (_app, handle) = house().await;
    assert!(handle.is_ready("hall_lamp"));
    assert!(!handle.is_ready("hal_lamp"));
    assert_eq!(handle.phase("hal_lamp"), None);
    assert_eq!(handle.modules(), ["hall_lamp", "door"]);
}

#[tokio::test]
async fn no_text_of_an_error_is_printed_twice_along_its_sources() {
    let (_app, handle) = house().await;
    let error: Error =
        handle.exec_task("hall_lamp.set_level", args! { level: "x" }).await.unwrap_err().into();
    let message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        assert!(!message.contains(&cause.to_string()), "`{cause}` is said in `{message}` already");
        source = cause.source();
    }
}

#[tokio::test]
async fn refusals_are_counted_apart_from_the_balance() {
    let (app, handle) = house().await;
    for arguments in [args! {}, args! { level: "x" }, args! { levle: 1 }] {
        handle.exec_task("hall_lamp.set_level", arguments).await.unwrap_err();
    }
    handle.exec_task("hall_lamp.nothing", args! {}).await.unwrap_err();
    settle(&app).await;
    let lamp = handle.statistics().module("hall_lamp").unwrap().clone();
    assert_eq!((lamp.refused, lamp.accepted, lamp.accounted()), (4, 0, 0));
}

/// Cannot be read.
#[derive(Debug, Serialize)]
struct Odd;

impl<'de> Deserialize<'de> for Odd {
    fn deserialize<D: serde::Deserializer<'de>>(_deserializer: D) -> Result<Self, D::Error> {
        panic!("odd on purpose");
    }
}

#[derive(Debug, Default)]
struct Even(u32);

#[module]
impl Even {
    #[task]
    fn take(&mut self, odd: Odd) {
        let Odd = odd;
        self.0 += 1;
    }
}

#[tokio::test]
async fn an_argument_that_panics_while_it_is_read_is_told_to_its_caller_and_harms_nobody() {
    looselycoupled_tests::quiet();
    let app =
        App::builder().module("even", Even::default()).policy("even", Policy::Exit).start().await.unwrap();
    let handle = app.handle();
    let expected = "`even.take` panicked: an argument could not be read: odd on purpose";
    let error = handle.exec_task("even.take", args! { odd: 1 }).await.unwrap_err();
    assert_eq!(error.to_string(), expected);
    let error = handle.enqueue_task("even.take", args! { odd: 1 }).await.unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert_eq!(handle.statistics().module("even").unwrap().refused, 2);
    app.shutdown().await.unwrap();
}
