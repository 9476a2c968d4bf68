//! How an application begins: in order, all or nothing.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};

use looselycoupled::prelude::*;
use looselycoupled::{EventError, Phase};
use looselycoupled_tests::{Gate, Journal, settle, within};

use super::{Friend, FriendStub, TEN_SECONDS, friends};

/// Notes all stages of its life.
#[derive(Debug, Clone, Default)]
struct Citizen {
    journal: Journal,
}

impl Citizen {
    fn note(&self, ctx: &Context, what: &str) {
        let phases: Vec<String> =
            ctx.modules().iter().filter_map(|name| Some(format!("{name}:{}", ctx.phase(name)?))).collect();
        self.journal.note(format!("{} {what} [{}]", ctx.name(), phases.join(" ")));
    }
}

#[module]
impl Citizen {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        tokio::task::yield_now().await;
        self.note(ctx, "initialize");
        Ok(())
    }

    #[finalize]
    async fn end(&mut self, ctx: &Context) {
        tokio::task::yield_now().await;
        self.note(ctx, "finalize");
    }
}

#[tokio::test]
async fn modules_start_in_their_order_and_end_in_reverse() {
    let journal = Journal::new();
    let citizen = || Citizen { journal: journal.clone() };
    let app = App::builder()
        .module("a", citizen())
        .module_on("bus", "b", citizen())
        .module("c", citizen())
        .start()
        .await
        .unwrap();
    let expected = [
        "a initialize [a:inactive b:inactive c:inactive]",
        "b initialize [a:passive b:inactive c:inactive]",
        "c initialize [a:passive b:passive c:inactive]",
    ];
    assert_eq!(journal.take(), expected);
    let handle = app.handle();
    assert!(["a", "b", "c"].iter().all(|name| handle.phase(name) == Some(Phase::Active)));
    within(app.shutdown()).await.unwrap();
    let expected = [
        "c finalize [a:passive b:passive c:passive]",
        "b finalize [a:passive b:passive c:inactive]",
        "a finalize [a:passive b:inactive c:inactive]",
    ];
    assert_eq!(journal.take(), expected);
    assert!(["a", "b", "c"].iter().all(|name| handle.phase(name) == Some(Phase::Inactive)));
    assert!(!handle.is_ready("a"));
}

/// Acts before it may.
#[derive(Debug, Clone, Default)]
struct Hasty {
    journal: Journal,
}

#[module]
impl Hasty {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        let call = ctx.exec_task("friend.greet", args! {}).await.unwrap_err();
        let stub: FriendStub = ctx.stub("friend")?;
        let by_stub = stub.greet().await.unwrap_err();
        let task = ctx.enqueue_task("friend.greet", args! {}).await.unwrap_err();
        let event = ctx.trigger_event("hello", args! {}).await.unwrap_err();
        let fits =
            matches!(&event, Error::Event { cause, .. } if matches!(**cause, EventError::NotActive { .. }));
        assert!(fits, "{event:?}");
        assert!(matches!(call, CallError::NotActive { .. }), "{call:?}");
        assert!(matches!(by_stub, CallError::NotActive { .. }), "{by_stub:?}");
        for error in [call.to_string(), task.to_string(), event.to_string()] {
            self.journal.note(error);
        }
        Ok(())
    }

    #[finalize]
    async fn end(&mut self, ctx: &Context) {
        for refused in [
            ctx.exec_task("friend.greet", args! {}).await.map(drop).map_err(Error::from),
            ctx.enqueue_task("friend.greet", args! {}).await.map(drop),
            ctx.trigger_event("hello", args! {}).await.map(drop),
        ] {
            self.journal.note(refused.unwrap_err());
        }
    }
}

#[tokio::test]
async fn a_module_that_is_not_active_must_not_act_on_its_own() {
    let (hasty, friend) = (Hasty::default(), Friend::default());
    let app =
        App::builder().module("friend", friend.clone()).module("hasty", hasty.clone()).start().await.unwrap();
    let lines = hasty.journal.take();
    let advice = "module `hasty` is inactive and must not call, send or notify on its own yet";
    assert_eq!(lines[..2], [advice, advice]);
    assert_eq!(
        lines[2],
        "event `hello` was not sent: module `hasty` is inactive and must not notify on its own yet"
    );
    within(app.shutdown()).await.unwrap();
    let lines = hasty.journal.take();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.contains("module `hasty` is passive and must not")), "{lines:?}");
    assert_eq!(friend.journal.lines(), ["finalised"]);
}

/// Lets its handle out before it is active.
#[derive(Debug, Clone, Default)]
struct Leaky {
    leaked: Arc<Mutex<Option<Handle>>>,
    gate: Gate,
}

#[module]
impl Leaky {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) {
        if ctx.name() == "leaky" {
            self.leaked.lock().unwrap().replace(ctx.handle());
        } else {
            self.gate.pass().await;
        }
    }
}

#[tokio::test]
async fn a_handle_acts_in_the_name_of_its_module_and_so_only_while_that_is_active() {
    let leaky = Leaky::default();
    let builder = App::builder()
        .module("leaky", leaky.clone())
        .module("slow", leaky.clone())
        .module("friend", Friend::default());
    let starting = tokio::spawn(builder.start());
    leaky.gate.reached(1).await;
    let handle = leaky.leaked.lock().unwrap().clone().unwrap();
    assert_eq!(handle.phase("leaky"), Some(Phase::Passive));
    let error = handle.exec_task("friend.greet", args! {}).await.unwrap_err();
    assert!(matches!(error, CallError::NotActive { state: Phase::Passive, .. }), "{error:?}");
    leaky.gate.open();
    let app = within(starting).await.unwrap().unwrap();
    handle.exec_task("friend.greet", args! {}).await.unwrap();
    within(app.shutdown()).await.unwrap();
    assert!(handle.exec_task("friend.greet", args! {}).await.is_err());
}

/// Does not become passive.
#[derive(Debug, Default)]
struct Unwilling;

#[module]
impl Unwilling {
    #[initialize]
    async fn begin(&mut self) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(Error::other(std::io::Error::other("no sensor")))
    }

    #[finalize]
    async fn end(&mut self) {
        unreachable!("it never began");
    }
}

#[tokio::test]
async fn a_start_that_fails_ends_those_before_in_reverse() {
    let journal = Journal::new();
    let citizen = || Citizen { journal: journal.clone() };
    let starting = App::builder()
        .module("a", citizen())
        .module("b", citizen())
        .module("unwilling", Unwilling)
        .module("d", citizen())
        .start();
    let error = within(starting).await.unwrap_err();
    let StartError::Module { module, stage, source, elapsed } = &error else { panic!("{error:?}") };
    assert_eq!(
        (module.as_str(), *stage, source.to_string().as_str()),
        ("unwilling", "initialize", "no sensor")
    );
    assert!(*elapsed >= Duration::from_millis(20));
    assert!(error.to_string().starts_with("module `unwilling` failed in `initialize` after "), "{error}");
    let lines = journal.lines();
    let what: Vec<&str> = lines.iter().map(|line| line.split(" [").next().unwrap()).collect();
    assert_eq!(what, ["a initialize", "b initialize", "b finalize", "a finalize"]);
}

/// Takes calls while others start.
#[derive(Debug, Clone, Default)]
struct Early {
    gate: Gate,
    journal: Journal,
}

#[module(concurrent)]
impl Early {
    #[task]
    async fn hold(&self) {
        self.gate.pass().await;
        self.journal.note("let go");
    }

    #[task]
    async fn greet(&self) {}

    #[finalize]
    async fn end(&mut self) {
        self.journal.note("finalised");
    }
}

/// Lets out the way to a module that has started, and does not start itself.
#[derive(Debug, Clone, Default)]
struct Betrayer {
    leaked: Arc<Mutex<Option<EarlyStub>>>,
    gate: Gate,
}

#[module]
impl Betrayer {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        self.leaked.lock().unwrap().replace(ctx.stub("early")?);
        self.gate.pass().await;
        Err(Error::other("on second thoughts"))
    }
}

#[tokio::test]
async fn a_start_that_fails_lets_handlers_end_before_their_module() {
    let (early, betrayer) = (Early::default(), Betrayer::default());
    let builder = App::builder().module("early", early.clone()).module("betrayer", betrayer.clone());
    let starting = tokio::spawn(builder.start());
    betrayer.gate.reached(1).await;
    let stub = betrayer.leaked.lock().unwrap().clone().unwrap();
    let held = tokio::spawn(stub.hold());
    early.gate.reached(1).await;
    betrayer.gate.open();
    while stub.greet().await.is_ok() {
        tokio::task::yield_now().await;
    }
    early.gate.open();
    within(held).await.unwrap().unwrap();
    within(starting).await.unwrap().unwrap_err();
    assert_eq!(early.journal.lines(), ["let go", "finalised"]);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_does_not_wait_for_ever_for_a_handler_of_those_before() {
    let (early, betrayer) = (Early::default(), Betrayer::default());
    let builder = App::builder()
        .module("early", early.clone())
        .module("betrayer", betrayer.clone())
        .shutdown_deadline(Duration::from_secs(2));
    let starting = tokio::spawn(builder.start());
    betrayer.gate.reached(1).await;
    let stub = betrayer.leaked.lock().unwrap().clone().unwrap();
    let held = tokio::spawn(stub.hold());
    early.gate.reached(1).await;
    betrayer.gate.open();
    let error = within(starting).await.unwrap().unwrap_err();
    assert!(matches!(&error, StartError::Module { module, .. } if module == "betrayer"), "{error:?}");
    let answer = within(held).await.unwrap();
    assert!(matches!(answer, Err(CallError::ShuttingDown { begun: true, .. })), "{answer:?}");
    assert_eq!(early.journal.count("let go"), 0);
}

#[tokio::test]
async fn a_start_that_is_refused_begins_nothing() {
    let journal = Journal::new();
    let builder = App::builder()
        .module("a", Citizen { journal: journal.clone() })
        .module("not a name", Friend::default());
    assert!(matches!(builder.start().await, Err(StartError::Check(_))));
    assert!(journal.lines().is_empty());
}

#[test]
fn a_start_without_a_runtime_says_what_to_do() {
    let mut starting = pin!(App::builder().module("friend", Friend::default()).start());
    let polled = starting.as_mut().poll(&mut TaskContext::from_waker(Waker::noop()));
    let Poll::Ready(Err(error)) = polled else { panic!("it started, or waits") };
    assert!(matches!(error, StartError::NoRuntime));
    assert!(error.to_string().contains("#[looselycoupled::main]"), "{error}");
}

#[test]
fn without_timers_nothing_starts() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = runtime.block_on(App::builder().module("friend", Friend::default()).start()).unwrap_err();
    assert!(matches!(error, StartError::NoTimers), "{error:?}");
    assert!(error.to_string().contains("enable_time"), "{error}");
}

#[tokio::test]
async fn a_program_that_does_not_start_says_why_by_its_code_as_well() {
    let error = within(App::builder().module("unwilling", Unwilling).run()).await.unwrap_err();
    assert!(matches!(error, AppError::Start(StartError::Module { .. })), "{error:?}");
    assert_eq!(error.code(), 1);
    let error = within(App::builder().module("not a name", Friend::default()).run()).await.unwrap_err();
    assert!(matches!(error, AppError::Start(StartError::Check(_))), "{error:?}");
    assert_eq!(error.code(), 78);
}

#[tokio::test]
async fn two_applications_in_one_process_live_and_end_apart() {
    let (one, two) = (friends(TEN_SECONDS).await, friends(TEN_SECONDS).await);
    assert_eq!(one.handle.trigger_event("greetings", args! {}).await.unwrap(), 2);
    settle(&one.app).await;
    within(one.app.shutdown()).await.unwrap();
    two.handle.exec_task("friend.greet", args! {}).await.unwrap();
    settle(&two.app).await;
    assert_eq!(one.friend.journal.lines(), ["heard", "finalised"]);
    assert_eq!(two.friend.journal.lines(), ["greeted"]);
    within(two.app.shutdown()).await.unwrap();
}

#[tokio::test]
async fn an_application_without_modules_starts_and_ends() {
    let app = App::builder().start().await.unwrap();
    app.quiesce().await;
    assert!(app.handle().modules().is_empty());
    within(app.shutdown()).await.unwrap();
}
