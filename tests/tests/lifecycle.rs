//! Modules become passive in order, active at once, and end in reverse, within one deadline.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};

use looselycoupled::prelude::*;
use looselycoupled::{EventError, Phase};
use looselycoupled_tests::{Gate, Journal, balanced, begin, settle, within};
use tokio::time::Instant;

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

/// Notes when its hooks run.
#[derive(Debug, Clone)]
struct Runner;

static RUNS: Mutex<Option<Journal>> = Mutex::new(None);

fn note_run(ctx: &Context, what: &str) {
    let active = ctx.modules().iter().all(|name| ctx.phase(name) == Some(Phase::Active));
    if let Some(journal) = &*RUNS.lock().unwrap() {
        let flags = (active, ctx.is_active(), ctx.is_passive());
        journal.note(format!("{what} {flags:?}"));
    }
}

#[module]
impl Runner {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) {
        note_run(ctx, "initialize");
    }

    #[run_passively]
    async fn beside(ctx: Context) -> Result<()> {
        ctx.no_longer_passive().await;
        note_run(&ctx, "run_passively ends");
        Ok(())
    }

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        note_run(&ctx, "run begins");
        ctx.no_longer_active().await;
        note_run(&ctx, "run ends");
        Ok(())
    }

    #[on_event]
    fn on_exit(&mut self, ctx: &Context) {
        note_run(ctx, "exit");
    }

    #[finalize]
    async fn end(&mut self, ctx: &Context) {
        note_run(ctx, "finalize");
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

#[tokio::test]
async fn run_hooks_start_last_and_are_told_to_end_one_after_the_other() {
    let journal = Journal::new();
    RUNS.lock().unwrap().replace(journal.clone());
    let app = App::builder().module("runner", Runner).start().await.unwrap();
    settle(&app).await;
    tokio::task::yield_now().await;
    assert_eq!(journal.take(), ["initialize (false, false, true)", "run begins (true, true, true)"]);
    within(app.shutdown()).await.unwrap();
    let lines = journal.take();
    let position = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(position("run ends") < position("run_passively ends"), "{lines:?}");
    assert!(position("exit") < position("finalize"), "{lines:?}");
    assert_eq!(lines[3], "finalize (false, false, false)");
    assert!(lines.contains(&"run ends (true, false, true)".to_owned()), "{lines:?}");
    assert!(lines.contains(&"run_passively ends (true, false, false)".to_owned()), "{lines:?}");
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

#[derive(Debug, Clone, Default)]
struct Friend {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Friend {
    #[task]
    fn greet(&mut self) {
        self.journal.note("greeted");
    }

    #[task]
    async fn hold(&mut self) {
        self.journal.note("held");
        self.gate.pass().await;
        self.journal.note("let go");
    }

    /// Waits and then acts, noting what became of it.
    #[task]
    async fn hold_and_send(&mut self, ctx: &Context) {
        self.gate.pass().await;
        let sent = ctx.exec_task("friend.greet", args! {}).await.map(drop).map_err(Error::from);
        self.journal.note(sent.map_or_else(|error| error.to_string(), |()| "sent".to_owned()));
        let sent = ctx.enqueue_task("friend.greet", args! {}).await.map(drop);
        self.journal.note(sent.map_or_else(|error| error.to_string(), |()| "sent".to_owned()));
        let sent = ctx.trigger_event("greetings", args! {}).await.map(drop);
        self.journal.note(sent.map_or_else(|error| error.to_string(), |()| "sent".to_owned()));
    }

    /// Never comes to an end by itself.
    #[task]
    async fn go_on(&mut self, ctx: &Context) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(200)).await;
        ctx.enqueue_task("go_on", args! {}).await?;
        Ok(())
    }

    #[on_event]
    fn on_greetings(&mut self) {
        self.journal.note("heard");
    }

    #[finalize]
    fn end(&mut self) {
        self.journal.note("finalised");
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

#[tokio::test]
async fn a_start_that_is_refused_begins_nothing() {
    let journal = Journal::new();
    let builder =
        App::builder().module("a", Citizen { journal: journal.clone() }).module("not a name", Runner);
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

/// A run hook that still works while it is joined.
#[derive(Debug, Clone, Default)]
struct LastWords;

#[module]
impl LastWords {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.no_longer_active().await;
        ctx.exec_task("friend.greet", args! {}).await?;
        ctx.trigger_event("greetings", args! {}).await?;
        Ok(())
    }

    #[run_passively(thread)]
    fn beside(ctx: Context) -> Result<()> {
        assert!(!ctx.sleep_blocking(Duration::from_secs(3_600)), "it is told to end");
        ctx.exec_task_blocking("friend.greet", args! {})?;
        Ok(())
    }
}

#[tokio::test]
async fn run_hooks_are_joined_while_sends_are_still_allowed() {
    let friend = Friend::default();
    let app =
        App::builder().module("friend", friend.clone()).module("words", LastWords).start().await.unwrap();
    within(app.shutdown()).await.unwrap();
    let mut lines = friend.journal.lines();
    assert_eq!(lines.pop().unwrap(), "finalised");
    lines.sort();
    assert_eq!(lines, ["greeted", "greeted", "heard"]);
}

struct Bench {
    app: App,
    handle: Handle,
    friend: Friend,
    other: Friend,
}

/// Two friends; the second is the one that hooks and tests hold.
async fn friends(deadline: Duration) -> Bench {
    let (friend, other) = (Friend::default(), Friend::default());
    let app = App::builder()
        .module("friend", friend.clone())
        .module("other", other.clone())
        .shutdown_deadline(deadline)
        .start()
        .await
        .unwrap();
    Bench { handle: app.handle(), app, friend, other }
}

const TEN_SECONDS: Duration = Duration::from_secs(10);

#[tokio::test(start_paused = true)]
async fn what_waits_is_still_served_in_the_first_half() {
    let bench = friends(TEN_SECONDS).await;
    for _ in 0..100 {
        bench.handle.enqueue_task("friend.greet", args! {}).await.unwrap();
        bench.handle.trigger_event("greetings", args! {}).await.unwrap();
    }
    within(bench.app.shutdown()).await.unwrap();
    assert_eq!(bench.friend.journal.count("greeted"), 100);
    assert_eq!(bench.friend.journal.count("heard"), 100);
    assert_eq!(bench.friend.journal.lines().last().unwrap(), "finalised");
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn outsiders_are_refused_while_handlers_may_still_send() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("other.hold_and_send", args! {}));
    bench.other.gate.reached(1).await;
    let ending = tokio::spawn(bench.app.shutdown());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(bench.handle.phase("friend"), Some(Phase::Passive));
    let error = bench.handle.exec_task("friend.greet", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "`friend.greet` was not begun: the application is ending");
    assert!(matches!(error, CallError::ShuttingDown { begun: false, .. }));
    assert!(bench.handle.enqueue_task("friend.greet", args! {}).await.is_err());
    let error = bench.handle.trigger_event("greetings", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "event `greetings` was not sent: the application is ending");
    bench.other.gate.open();
    within(held).await.unwrap().unwrap();
    within(ending).await.unwrap().unwrap();
    assert_eq!(bench.other.journal.lines(), ["sent", "sent", "sent", "finalised"]);
    assert_eq!(bench.friend.journal.lines(), ["greeted", "greeted", "heard", "finalised"]);
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn handlers_are_refused_in_the_second_half() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("other.hold_and_send", args! {}));
    bench.other.gate.reached(1).await;
    let ending = tokio::spawn(bench.app.shutdown());
    tokio::time::sleep(Duration::from_secs(6)).await;
    bench.other.gate.open();
    within(held).await.unwrap().unwrap();
    within(ending).await.unwrap().unwrap();
    let lines = bench.other.journal.lines();
    assert_eq!(lines[0], "`friend.greet` was not begun: the application is ending");
    assert_eq!(lines[1], lines[0]);
    assert_eq!(lines[2], "event `greetings` was not sent: the application is ending");
    assert_eq!(lines[3], "finalised");
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn what_waits_at_half_of_the_deadline_is_undelivered_and_every_waiter_is_answered() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("friend.hold", args! {}));
    bench.friend.gate.reached(1).await;
    let mut by_name = bench.handle.exec_task("friend.greet", args! {});
    let stub: FriendStub = bench.handle.stub("friend").unwrap();
    let mut by_stub = stub.greet();
    assert!(begin(&mut by_name).await.is_pending() && begin(&mut by_stub).await.is_pending());
    bench.handle.enqueue_task("friend.greet", args! {}).await.unwrap();
    bench.handle.trigger_event("greetings", args! {}).await.unwrap();
    let started = Instant::now();
    let ending = tokio::spawn(bench.app.shutdown());
    let (one, two) = within(async { tokio::join!(by_name, by_stub) }).await;
    assert_eq!(started.elapsed().as_secs(), 5);
    for error in [one.unwrap_err().to_string(), two.unwrap_err().to_string()] {
        assert_eq!(error, "`friend.greet` was not begun: the application is ending");
    }
    bench.friend.gate.open();
    within(held).await.unwrap().unwrap();
    within(ending).await.unwrap().unwrap();
    let friend = bench.handle.statistics().module("friend").unwrap().clone();
    assert_eq!((friend.undelivered, friend.handled, friend.failed), (4, 1, 0));
    assert_eq!(bench.friend.journal.lines(), ["held", "let go", "finalised"]);
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn work_that_never_ends_is_cut_off_at_half_of_the_deadline() {
    let bench = friends(TEN_SECONDS).await;
    bench.handle.enqueue_task("friend.go_on", args! {}).await.unwrap();
    let started = Instant::now();
    within(bench.app.shutdown()).await.unwrap();
    let elapsed = started.elapsed();
    assert!((Duration::from_secs(5)..Duration::from_secs(6)).contains(&elapsed), "{elapsed:?}");
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_end_is_dropped_at_the_deadline_and_named() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("friend.hold", args! {}));
    bench.friend.gate.reached(1).await;
    let started = Instant::now();
    let error = within(bench.app.shutdown()).await.unwrap_err();
    assert_eq!(started.elapsed().as_secs(), 10);
    let AppError::Late(late) = &error else { panic!("{error:?}") };
    assert_eq!(late.len(), 1, "{error}");
    assert_eq!(
        (late[0].handler.as_str(), late[0].waited.as_secs(), late[0].abandoned),
        ("friend.hold", 10, false)
    );
    assert_eq!(
        error.to_string(),
        "the application did not end in order: `friend.hold` did not end within 10.0s; it was broken off"
    );
    let answer = within(held).await.unwrap().unwrap_err();
    assert_eq!(answer.to_string(), "`friend.hold` was broken off: the application ended by force");
    assert!(matches!(answer, CallError::ShuttingDown { begun: true, .. }));
    let friend = bench.handle.statistics().module("friend").unwrap().clone();
    assert_eq!((friend.handled, friend.failed), (0, 1));
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn a_shorter_deadline_ends_sooner() {
    let bench = friends(Duration::from_millis(300)).await;
    bench.handle.enqueue_task("friend.hold", args! {}).await.unwrap();
    bench.friend.gate.reached(1).await;
    let started = Instant::now();
    assert!(within(bench.app.shutdown()).await.is_err());
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
}

/// Its run hook does not listen.
#[derive(Debug, Clone, Default)]
struct Deaf;

#[module]
impl Deaf {
    #[run]
    async fn run(_ctx: Context) -> Result<()> {
        std::future::pending::<()>().await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_hook_that_does_not_end_is_named_and_the_modules_are_finalised_all_the_same() {
    let friend = Friend::default();
    let app = App::builder().module("friend", friend.clone()).module("deaf", Deaf).start().await.unwrap();
    let started = Instant::now();
    let error = within(app.shutdown()).await.unwrap_err();
    assert!(started.elapsed().as_secs() <= 10);
    let AppError::Late(late) = &error else { panic!("{error:?}") };
    assert_eq!(late.len(), 1, "{error}");
    assert_eq!(
        (late[0].handler.as_str(), late[0].waited.as_secs(), late[0].abandoned),
        ("deaf.run", 5, false)
    );
    assert_eq!(friend.journal.lines(), ["finalised"], "there was time enough");
}

/// Stays on its thread.
#[derive(Debug, Clone, Default)]
struct Stuck(Gate);

static STUCK: Mutex<Option<Gate>> = Mutex::new(None);

#[module]
impl Stuck {
    #[run(thread)]
    fn run(_ctx: Context) -> Result<()> {
        let gate = STUCK.lock().unwrap().clone();
        gate.unwrap_or_default().pass_blocking();
        Ok(())
    }

    #[task(blocking)]
    fn block(&mut self) {
        self.0.pass_blocking();
    }
}

#[tokio::test]
async fn a_thread_that_does_not_end_is_named_and_left_behind() {
    let gate = Gate::new();
    STUCK.lock().unwrap().replace(gate.clone());
    let app = App::builder()
        .module("stuck", Stuck(gate.clone()))
        .shutdown_deadline(Duration::from_millis(200))
        .start()
        .await
        .unwrap();
    gate.reached(1).await;
    let started = Instant::now();
    let error = within(app.shutdown()).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_millis(900), "{:?}", started.elapsed());
    let AppError::Late(late) = &error else { panic!("{error:?}") };
    assert_eq!((late[0].handler.as_str(), late[0].abandoned), ("stuck.run", true), "{error}");
    gate.open();
}

/// Like [`Stuck`], without a run hook; tells when it has worked and when it is dropped.
#[derive(Debug, Default)]
struct Slow(Gate, Journal);

impl Drop for Slow {
    fn drop(&mut self) {
        self.1.note("dropped");
    }
}

#[module]
impl Slow {
    #[task(blocking)]
    fn block(&mut self) {
        self.0.pass_blocking();
        self.1.note("worked");
    }
}

#[tokio::test]
async fn a_blocking_task_that_does_not_end_is_named_and_keeps_its_state_until_it_does() {
    let (gate, journal) = (Gate::new(), Journal::new());
    let app = App::builder()
        .module("slow", Slow(gate.clone(), journal.clone()))
        .shutdown_deadline(Duration::from_millis(200))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let blocked = tokio::spawn(handle.exec_task("slow.block", args! {}));
    gate.reached(1).await;
    let started = Instant::now();
    let error = within(app.shutdown()).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_millis(900), "{:?}", started.elapsed());
    assert!(error.to_string().contains("`slow.block` did not end"), "{error}");
    let AppError::Late(late) = &error else { panic!("{error:?}") };
    assert!(late[0].abandoned, "{error}");
    let answer = within(blocked).await.unwrap().unwrap_err();
    assert!(matches!(answer, CallError::ShuttingDown { begun: true, .. }), "{answer:?}");
    balanced(&handle);
    assert!(journal.lines().is_empty(), "its state is not dropped under it");
    gate.open();
    within(async {
        while journal.lines().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(journal.lines()[0], "worked", "it still has its state");
}

/// Hangs when it is finalised.
#[derive(Debug, Clone, Default)]
struct Lingering;

#[module]
impl Lingering {
    #[finalize]
    async fn end(&mut self) {
        std::future::pending::<()>().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_finalize_that_does_not_end_is_named() {
    let app = App::builder().module("lingering", Lingering).start().await.unwrap();
    let started = Instant::now();
    let error = within(app.shutdown()).await.unwrap_err();
    assert_eq!(started.elapsed().as_secs(), 10);
    assert!(error.to_string().contains("`lingering.finalize` did not end within 10.0s"), "{error}");
}

/// Cannot be finalised.
#[derive(Debug, Clone, Default)]
struct Stubborn(Journal);

#[module]
impl Stubborn {
    #[finalize]
    async fn end(&mut self) -> Result<()> {
        self.0.note("tried");
        Err(Error::other("stuck"))
    }
}

#[tokio::test]
async fn a_finalize_that_fails_does_not_keep_the_others_from_theirs() {
    let (stubborn, friend) = (Stubborn::default(), Friend::default());
    let app = App::builder()
        .module("friend", friend.clone())
        .module("stubborn", stubborn.clone())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    within(app.shutdown()).await.unwrap();
    assert_eq!(
        (stubborn.0.lines(), friend.journal.lines()),
        (vec!["tried".to_owned()], vec!["finalised".to_owned()])
    );
    assert_eq!(handle.phase("stubborn"), Some(Phase::Inactive));
}

/// Tells when it is dropped.
#[derive(Debug, Default)]
struct Mortal(Journal);

impl Drop for Mortal {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

#[module]
impl Mortal {
    #[finalize]
    fn end(&mut self) {
        self.0.note("finalised");
    }
}

#[derive(Debug, Default)]
struct MortalMany(Journal);

impl Drop for MortalMany {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

#[module(concurrent)]
impl MortalMany {
    #[finalize]
    fn end(&mut self) {
        self.0.note("finalised");
    }
}

#[tokio::test]
async fn the_state_of_a_module_is_dropped_at_the_end_although_handles_live_on() {
    let journal = Journal::new();
    let app = App::builder()
        .module("mortal", Mortal(journal.clone()))
        .module("many", MortalMany(journal.clone()))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let stub: MortalStub = handle.stub("mortal").unwrap();
    within(app.shutdown()).await.unwrap();
    let lines = journal.lines();
    assert_eq!(lines[..2], ["finalised", "finalised"]);
    assert_eq!(lines[2..], ["dropped", "dropped"]);
    drop((handle, stub));
}

#[tokio::test]
async fn a_handle_after_the_end_answers_and_never_hangs() {
    let bench = friends(TEN_SECONDS).await;
    let stub: FriendStub = bench.handle.stub("friend").unwrap();
    within(bench.app.shutdown()).await.unwrap();
    let handle = bench.handle;
    let refused = |error: CallError| {
        matches!(error, CallError::ShuttingDown { begun: false, .. } | CallError::NotReady { .. })
    };
    assert!(refused(within(handle.exec_task("friend.greet", args! {})).await.unwrap_err()));
    assert!(within(stub.greet()).await.is_err());
    assert!(within(stub.greet().enqueue()).await.is_err());
    assert!(within(handle.enqueue_task("friend.greet", args! {})).await.is_err());
    assert!(within(handle.trigger_event("greetings", args! {})).await.is_err());
    assert_eq!(handle.modules(), ["friend", "other"]);
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
    balanced(&handle);
}

#[tokio::test]
async fn dropping_an_application_ends_it_in_the_background() {
    let bench = friends(TEN_SECONDS).await;
    drop(bench.app);
    within(async {
        while bench.friend.journal.lines().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
}

#[tokio::test(start_paused = true)]
async fn the_end_goes_on_if_nobody_waits_for_it() {
    let bench = friends(TEN_SECONDS).await;
    let held = tokio::spawn(bench.handle.exec_task("friend.hold", args! {}));
    bench.friend.gate.reached(1).await;
    assert!(tokio::time::timeout(Duration::from_secs(1), bench.app.shutdown()).await.is_err());
    bench.friend.gate.open();
    within(held).await.unwrap().unwrap();
    while bench.handle.is_ready("friend") {
        within(tokio::time::sleep(Duration::from_millis(1))).await;
    }
    assert_eq!(bench.friend.journal.lines(), ["held", "let go", "finalised"]);
}

/// Ends the application from inside.
#[derive(Debug, Clone, Default)]
struct Quitter(Journal);

#[module]
impl Quitter {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.trigger_event("exit", args! {}).await?;
        ctx.no_longer_active().await;
        Ok(())
    }

    #[on_event]
    fn on_exit(&mut self, ctx: &Context) {
        self.0.note(format!("exit at {}", ctx.metadata().priority));
    }
}

#[tokio::test]
async fn the_event_exit_ends_a_running_application_and_reaches_the_modules() {
    let (quitter, friend) = (Journal::new(), Friend::default());
    let running = App::builder()
        .module("quitter", Quitter::default())
        .module("hears", Hears(quitter.clone()))
        .module("friend", friend.clone())
        .run();
    within(running).await.unwrap();
    assert_eq!(quitter.lines(), ["exit at highest"]);
    assert_eq!(friend.journal.lines(), ["finalised"]);
}

#[derive(Debug, Clone, Default)]
struct Hears(Journal);

#[module]
impl Hears {
    #[on_event]
    fn on_exit(&mut self, ctx: &Context) {
        self.0.note(format!("exit at {}", ctx.metadata().priority));
    }

    #[task]
    fn work(&mut self) {
        self.0.note("work");
    }
}

#[tokio::test]
async fn exit_overtakes_what_waits() {
    let journal = Journal::new();
    let app = App::builder().module("hears", Hears(journal.clone())).start().await.unwrap();
    for _ in 0..10 {
        app.handle().enqueue_task("hears.work", args! {}).await.unwrap();
    }
    app.handle().trigger_event("exit", args! {}).await.unwrap();
    within(app.shutdown()).await.unwrap();
    assert_eq!(journal.count("work"), 10);
    assert_eq!(journal.position("exit at highest"), Some(0));
    assert_eq!(journal.lines().len(), 11, "once");
}

#[tokio::test]
async fn the_event_exit_ends_an_embedded_application_too() {
    let bench = friends(TEN_SECONDS).await;
    bench.handle.trigger_event("exit", args! {}).await.unwrap();
    within(async {
        while bench.handle.is_ready("friend") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
    within(bench.app.shutdown()).await.unwrap();
}

#[tokio::test]
async fn a_program_that_does_not_start_says_why_by_its_code_as_well() {
    let error = within(App::builder().module("unwilling", Unwilling).run()).await.unwrap_err();
    assert!(matches!(error, AppError::Start(StartError::Module { .. })), "{error:?}");
    assert_eq!(error.code(), 1);
    let error = within(App::builder().module("not a name", Runner).run()).await.unwrap_err();
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

/// A task that occupies the thread of its caller.
#[derive(Debug, Clone, Default)]
struct Occupying(Gate, Journal);

#[module]
impl Occupying {
    #[task]
    fn occupy(&mut self) {
        self.0.pass_blocking();
        self.1.note("occupied");
    }

    #[finalize]
    fn end(&mut self) {
        self.1.note("finalised");
    }
}

#[derive(Debug, Clone, Default)]
struct OccupyingMany(Gate, Journal);

#[module(concurrent)]
impl OccupyingMany {
    #[task]
    fn occupy(&self) {
        self.0.pass_blocking();
        self.1.note("occupied");
    }

    #[finalize]
    fn end(&mut self) {
        self.1.note("finalised");
    }
}

async fn ends_after_its_handler<M: Module>(module: M, gate: Gate, journal: Journal) {
    let app = App::builder().module("occupying", module).start().await.unwrap();
    let handle = app.handle();
    tokio::task::yield_now().await;
    let occupied = tokio::spawn(handle.exec_task("occupying.occupy", args! {}));
    gate.reached(1).await;
    let ending = tokio::spawn(app.shutdown());
    within(async {
        while handle.phase("occupying") == Some(Phase::Active) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Nothing tells when an end that did not wait would have finalised the module. Time for that makes such an end more
    // likely to show; the right one waits however long this is.
    tokio::time::sleep(Duration::from_millis(50)).await;
    gate.open();
    within(ending).await.unwrap().unwrap();
    within(occupied).await.unwrap().unwrap();
    assert_eq!(journal.lines(), ["occupied", "finalised"]);
    balanced(&handle);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_handler_that_occupies_its_thread_ends_before_its_module_is_finalised() {
    let occupying = Occupying::default();
    ends_after_its_handler(occupying.clone(), occupying.0, occupying.1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_overlapping_handler_that_occupies_its_thread_ends_before_its_module_is_finalised() {
    let occupying = OccupyingMany::default();
    ends_after_its_handler(occupying.clone(), occupying.0, occupying.1).await;
}
