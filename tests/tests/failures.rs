//! A failure reaches its caller or everybody who cares, and never a neighbour.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail on purpose")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::{
    Gate, Journal, Relay, RelayStub, Witness, balanced, begin, quiet, settle, within,
};

#[derive(Debug, thiserror::Error)]
#[error("the lamp is dark")]
struct Dark(#[source] std::io::Error);

fn dark() -> Dark {
    Dark(std::io::Error::other("the bulb is gone"))
}

/// Panics when it is dropped, unless it was defused.
#[derive(Debug, Default)]
struct Bomb(bool);

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.0 {
            panic!("exploded on purpose");
        }
    }
}

#[derive(Debug, Default)]
struct Fragile {
    level: u8,
}

#[module]
impl Fragile {
    #[task]
    fn fail(&mut self) -> Result<(), Dark> {
        Err(dark())
    }

    #[task]
    fn burst(&mut self, level: u8) {
        self.level = level;
        panic!("burst on purpose at {level}");
    }

    #[task]
    async fn burst_later(&mut self) -> u8 {
        tokio::task::yield_now().await;
        self.level += 1;
        panic!("burst on purpose later");
    }

    #[task(blocking)]
    fn burst_apart(&mut self) {
        panic!("burst on purpose apart");
    }

    #[task]
    async fn burst_with_a_number(&mut self) {
        self.level += 1;
        std::panic::panic_any(7_u8);
    }

    #[task]
    async fn burst_while_dropping(&mut self) {
        let _bomb = Bomb(true);
        tokio::task::yield_now().await;
        self.level += 1;
    }

    #[task]
    fn burst_with_a_bomb(&mut self) {
        std::panic::panic_any(Bomb(true));
    }

    #[task]
    async fn burst_with_a_bomb_later(&mut self) {
        tokio::task::yield_now().await;
        std::panic::panic_any(Bomb(true));
    }

    #[task(blocking)]
    fn burst_with_a_bomb_apart(&mut self) {
        std::panic::panic_any(Bomb(true));
    }

    #[task(local)]
    async fn hold(&mut self, gate: Gate) {
        gate.pass().await;
    }

    #[task(local)]
    fn take(&mut self, bomb: Bomb) {
        drop(bomb);
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    /// The name of a hook, but a task.
    #[task]
    fn run(&mut self) -> Result<(), Dark> {
        Err(dark())
    }

    /// The name of a handler, but a task.
    #[task]
    fn on_exception(&mut self) -> Result<(), Dark> {
        Err(dark())
    }

    #[on_event("fail.please")]
    fn hear(&mut self, how: String) -> Result<(), Dark> {
        match how.as_str() {
            "panic" => panic!("heard on purpose"),
            _ => Err(dark()),
        }
    }
}

struct House {
    app: App,
    handle: Handle,
    fragile: FragileStub,
    witness: Witness,
}

async fn house() -> House {
    quiet();
    let witness = Witness::default();
    let app = App::builder()
        .module("fragile", Fragile::default())
        .module("witness", witness.clone())
        .module("neighbour", Relay::default())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let fragile = handle.stub("fragile").unwrap();
    House { app, handle, fragile, witness }
}

impl House {
    /// What the witness heard.
    async fn told(&self) -> Vec<String> {
        settle(&self.app).await;
        balanced(&self.handle);
        let neighbour: RelayStub = self.handle.stub("neighbour").unwrap();
        assert_eq!(neighbour.pass(Vec::new()).await.unwrap(), 1, "neighbours go on");
        self.witness.0.take()
    }

    fn counted(&self) -> (u64, u64, u64) {
        let fragile = self.handle.statistics().module("fragile").unwrap().clone();
        (fragile.handled, fragile.failed, fragile.panicked)
    }
}

#[tokio::test]
async fn an_error_goes_to_its_caller_and_to_nobody_else() {
    let house = house().await;
    assert!(matches!(house.fragile.fail().await, Err(CallError::Failed(Dark(_)))));
    let error = house.handle.exec_task("fragile.fail", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "the lamp is dark");
    assert!(house.told().await.is_empty());
    assert_eq!(house.counted(), (0, 2, 0));
}

#[tokio::test]
async fn an_error_of_a_queued_task_becomes_an_exception() {
    let house = house().await;
    house.fragile.fail().enqueue().await.unwrap();
    house.handle.enqueue_task("fragile.fail", args! {}).await.unwrap();
    assert_eq!(house.told().await, ["fragile.fail: the lamp is dark"; 2]);
}

#[tokio::test]
async fn an_error_of_an_event_handler_becomes_an_exception() {
    let house = house().await;
    house.handle.trigger_event("fail.please", args! { how: "error" }).await.unwrap();
    house.handle.trigger_event("fail.please", args! { how: "panic" }).await.unwrap();
    let told = house.told().await;
    assert_eq!(told, ["fragile.hear: the lamp is dark", "fragile.hear: heard on purpose"]);
    assert_eq!(house.counted(), (0, 2, 1));
}

#[tokio::test]
async fn a_panic_reaches_its_caller_as_an_error_and_the_module_goes_on() {
    let house = house().await;
    let error = house.fragile.burst(7).await.unwrap_err();
    assert_eq!(error.to_string(), "`fragile.burst` panicked: burst on purpose at 7");
    assert!(matches!(error, CallError::Panicked { .. }));
    assert_eq!(house.fragile.level().await.unwrap(), 7, "with the state as the panic left it");
    let error = house.handle.exec_task("fragile.burst_later", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "`fragile.burst_later` panicked: burst on purpose later");
    let error = within(house.fragile.burst_apart()).await.unwrap_err();
    assert_eq!(error.to_string(), "`fragile.burst_apart` panicked: burst on purpose apart");
    assert_eq!(house.fragile.level().await.unwrap(), 8);
    assert!(house.told().await.is_empty(), "the callers know");
    assert_eq!(house.counted(), (2, 3, 3));
}

#[tokio::test]
async fn a_panic_of_a_queued_task_becomes_an_exception() {
    let house = house().await;
    house.fragile.burst(1).enqueue().await.unwrap();
    house.fragile.burst_later().enqueue().await.unwrap();
    house.fragile.burst_apart().enqueue().await.unwrap();
    let expected = [
        "fragile.burst: burst on purpose at 1",
        "fragile.burst_later: burst on purpose later",
        "fragile.burst_apart: burst on purpose apart",
    ];
    assert_eq!(house.told().await, expected);
    assert_eq!(house.counted(), (0, 3, 3));
}

#[tokio::test]
async fn a_panic_without_words_is_a_panic_all_the_same() {
    let house = house().await;
    let error = house.fragile.burst_with_a_number().await.unwrap_err();
    assert!(matches!(&error, CallError::Panicked { message, .. } if !message.is_empty()), "{error:?}");
    assert_eq!(house.fragile.level().await.unwrap(), 1);
}

#[tokio::test]
async fn a_panic_while_a_handler_is_dropped_is_one_of_the_handler() {
    let house = house().await;
    let error = house.fragile.burst_while_dropping().await.unwrap_err();
    assert_eq!(error.to_string(), "`fragile.burst_while_dropping` panicked: exploded on purpose");
    assert_eq!(house.fragile.level().await.unwrap(), 1);
    house.told().await;
}

#[tokio::test]
async fn a_panic_whose_payload_panics_when_it_is_dropped_harms_nobody() {
    let house = house().await;
    for _ in 0..3 {
        let errors = [
            within(house.fragile.burst_with_a_bomb()).await.unwrap_err(),
            within(house.fragile.burst_with_a_bomb_later()).await.unwrap_err(),
            within(house.fragile.burst_with_a_bomb_apart()).await.unwrap_err(),
        ];
        assert!(errors.iter().all(|error| matches!(error, CallError::Panicked { .. })), "{errors:?}");
        house.fragile.burst_with_a_bomb().enqueue().await.unwrap();
        house.fragile.burst_with_a_bomb_later().enqueue().await.unwrap();
        house.fragile.burst_with_a_bomb_apart().enqueue().await.unwrap();
        assert_eq!(within(house.fragile.level()).await.unwrap(), 0);
    }
    assert_eq!(house.told().await.len(), 9);
    assert_eq!(house.counted(), (3, 18, 18));
}

#[tokio::test(start_paused = true)]
async fn arguments_that_panic_when_they_are_dropped_harm_nobody() {
    let house = house().await;
    let gate = Gate::default();
    house.fragile.hold(gate.clone()).enqueue().await.unwrap();
    gate.reached(1).await;
    let mut expired = house.fragile.take(Bomb(true)).timeout(Duration::from_millis(30));
    assert!(begin(&mut expired).await.is_pending());
    let cancelled = house.fragile.take(Bomb(true)).enqueue().await.unwrap();
    assert!(cancelled.cancel());
    tokio::time::sleep(Duration::from_secs(1)).await;
    gate.open();
    assert_eq!(within(house.fragile.level()).await.unwrap(), 0, "the loop goes on");
    assert!(matches!(within(expired).await, Err(CallError::Timeout { begun: false, .. })));
    let gate = Gate::default();
    house.fragile.hold(gate.clone()).enqueue().await.unwrap();
    gate.reached(1).await;
    for _ in 0..3 {
        house.fragile.take(Bomb(true)).enqueue().await.unwrap();
    }
    let House { app, handle, .. } = house;
    let ending = tokio::spawn(app.shutdown());
    tokio::time::sleep(Duration::from_secs(6)).await;
    gate.open();
    within(ending).await.unwrap().unwrap();
    balanced(&handle);
    let fragile = handle.statistics().module("fragile").unwrap().clone();
    assert_eq!((fragile.expired, fragile.cancelled, fragile.undelivered), (1, 1, 3), "{fragile:?}");
}

#[tokio::test]
async fn a_hundred_panics_in_a_row_harm_nobody() {
    let house = house().await;
    for level in 0..100 {
        assert!(house.fragile.burst(level).await.is_err());
        house.fragile.burst_later().enqueue().await.unwrap();
    }
    assert_eq!(house.told().await.len(), 100);
    assert_eq!(house.counted(), (0, 200, 200));
}

/// All that the framework tells about a failure.
#[event]
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    module: String,
    task: String,
    message: String,
    causes: Vec<String>,
    panic: bool,
    transaction: looselycoupled::TransactionId,
}

/// Keeps whole exceptions.
#[derive(Debug, Clone, Default)]
struct Keeper(Journal);

#[module]
impl Keeper {
    #[on_event(Exception)]
    fn keep(&mut self, ctx: &Context, told: &Exception) {
        let Exception { module, task, message, causes, panic, transaction } = told;
        assert_eq!(*transaction, ctx.metadata().transaction, "it belongs to its cause");
        self.0.note(format!("{module}.{task}: {message} {causes:?} {panic}"));
    }
}

#[tokio::test]
async fn an_exception_tells_who_failed_and_why() {
    quiet();
    let keeper = Keeper::default();
    let app = App::builder()
        .module("fragile", Fragile::default())
        .module("keeper", keeper.clone())
        .start()
        .await
        .unwrap();
    app.handle().enqueue_task("fragile.fail", args! {}).await.unwrap();
    app.handle().enqueue_task("fragile.burst", args! { level: 3 }).await.unwrap();
    settle(&app).await;
    let expected = [
        r#"fragile.fail: the lamp is dark ["the bulb is gone"] false"#,
        "fragile.burst: burst on purpose at 3 [] true",
    ];
    assert_eq!(keeper.0.lines(), expected);
}

/// Fails while it hears of failures, at most so often.
#[derive(Debug, Clone)]
struct Clumsy(Arc<AtomicU32>);

#[module]
impl Clumsy {
    #[on_event("exception")]
    fn stumble(&mut self) -> Result<(), String> {
        if self.0.fetch_add(1, Ordering::Relaxed) < 100 { Err("stumbled".to_owned()) } else { Ok(()) }
    }
}

/// The same under the usual name.
#[derive(Debug, Clone)]
struct Usual(Arc<AtomicU32>);

#[module]
impl Usual {
    #[on_event]
    fn on_exception(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("stumbled on purpose");
    }
}

#[tokio::test]
async fn a_failure_while_handling_an_exception_raises_none() {
    quiet();
    let heard = [(); 4].map(|()| Arc::new(AtomicU32::new(0)));
    let app = App::builder()
        .module("fragile", Fragile::default())
        .module("usual", Usual(Arc::clone(&heard[0])))
        .module("other", Usual(Arc::clone(&heard[1])))
        .start()
        .await
        .unwrap();
    app.handle().enqueue_task("fragile.fail", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(heard.each_ref().map(|count| count.load(Ordering::Relaxed)), [1, 1, 0, 0]);
    let app = App::builder()
        .module("fragile", Fragile::default())
        .module("clumsy", Clumsy(Arc::clone(&heard[2])))
        .module("other", Clumsy(Arc::clone(&heard[3])))
        .start()
        .await
        .unwrap();
    app.handle().enqueue_task("fragile.fail", args! {}).await.unwrap();
    settle(&app).await;
    let heard = heard.map(|count| count.load(Ordering::Relaxed));
    assert_eq!(heard, [1, 1, 1, 1], "whatever the handler is called");
}

#[tokio::test]
async fn a_task_that_is_called_like_the_handler_of_exceptions_is_reported_like_any_other() {
    let house = house().await;
    house.fragile.on_exception().enqueue().await.unwrap();
    assert_eq!(house.told().await, ["fragile.on_exception: the lamp is dark"]);
}

fn scratch(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("looselycoupled-{}-{name}", std::process::id()));
    let _absent = std::fs::remove_file(&path);
    path
}

#[tokio::test]
async fn failures_that_nobody_awaits_and_panics_are_written_to_the_exception_file() {
    quiet();
    let path = scratch("exceptions");
    let app =
        App::builder().module("fragile", Fragile::default()).exception_file(&path).start().await.unwrap();
    let fragile: FragileStub = app.handle().stub("fragile").unwrap();
    assert!(fragile.fail().await.is_err());
    fragile.fail().enqueue().await.unwrap();
    settle(&app).await;
    assert!(fragile.burst(1).await.is_err());
    app.shutdown().await.unwrap();
    let written = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines.len(), 3, "{written}");
    assert!(lines[0].ends_with("fragile.fail failed: the lamp is dark"), "{written}");
    assert_eq!(lines[1].trim(), "caused by: the bulb is gone");
    assert!(lines[2].ends_with("fragile.burst panicked: burst on purpose at 1"), "{written}");
    let stamp = lines[0].split(' ').next().unwrap();
    assert!(stamp.parse::<looselycoupled::TransactionId>().is_ok(), "a time stamp comes first: {written}");
}

#[tokio::test]
async fn an_exception_file_that_cannot_be_written_harms_nobody() {
    let app = App::builder()
        .module("fragile", Fragile::default())
        .exception_file("/nowhere/at/all/exceptions.log")
        .start()
        .await
        .unwrap();
    app.handle().enqueue_task("fragile.fail", args! {}).await.unwrap();
    settle(&app).await;
    let fragile: FragileStub = app.handle().stub("fragile").unwrap();
    assert_eq!(fragile.level().await.unwrap(), 0);
}

async fn under_policy(policy: Policy) -> (App, FragileStub) {
    quiet();
    let app =
        App::builder().module("fragile", Fragile::default()).policy("fragile", policy).start().await.unwrap();
    let fragile = app.handle().stub("fragile").unwrap();
    (app, fragile)
}

#[tokio::test]
async fn a_panic_under_the_policy_exit_ends_the_application_with_its_cause() {
    let (app, fragile) = under_policy(Policy::Exit).await;
    assert!(matches!(fragile.burst(1).await, Err(CallError::Panicked { .. })));
    while app.handle().is_ready("fragile") {
        within(tokio::task::yield_now()).await;
    }
    let error = within(app.shutdown()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the application ended because `fragile.burst` panicked: burst on purpose at 1"
    );
    assert!(matches!(error, AppError::Failed(_)));
    assert_eq!(error.code(), 70);
}

/// Telling of a panic takes as long as nobody reads the exception file, so its caller is answered in between.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_knows_of_a_panic_under_the_policy_exit_cannot_end_the_application_well() {
    quiet();
    let path = scratch("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let app = App::builder()
        .module("fragile", Fragile::default())
        .policy("fragile", Policy::Exit)
        .exception_file(&path)
        .start()
        .await
        .unwrap();
    let fragile: FragileStub = app.handle().stub("fragile").unwrap();
    let error = within(fragile.burst_apart()).await.unwrap_err();
    assert!(matches!(error, CallError::Panicked { .. }), "{error:?}");
    let mut ending = Box::pin(app.shutdown());
    assert!(begin(&mut ending).await.is_pending());
    let written = tokio::task::spawn_blocking({
        let path = path.clone();
        move || std::fs::read_to_string(path).unwrap()
    });
    let error = within(ending).await.unwrap_err();
    assert!(matches!(error, AppError::Failed(_)), "{error:?}");
    assert!(within(written).await.unwrap().contains("burst on purpose apart"));
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn an_error_under_the_policy_exit_ends_nothing() {
    let (app, fragile) = under_policy(Policy::Exit).await;
    assert!(fragile.fail().await.is_err());
    fragile.fail().enqueue().await.unwrap();
    settle(&app).await;
    assert_eq!(fragile.level().await.unwrap(), 0);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_task_that_is_called_like_a_hook_does_not_fall_under_the_hooks_policy() {
    let (app, fragile) = under_policy(Policy::Exit).await;
    fragile.run().enqueue().await.unwrap();
    settle(&app).await;
    tokio::task::yield_now().await;
    assert_eq!(fragile.level().await.unwrap(), 0);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_panic_under_the_policy_report_ends_nothing() {
    let (app, fragile) = under_policy(Policy::Report).await;
    fragile.burst(1).enqueue().await.unwrap();
    settle(&app).await;
    assert_eq!(fragile.level().await.unwrap(), 1);
    app.shutdown().await.unwrap();
}

/// Run hooks that end badly, each in its own way.
#[derive(Debug, Clone, Default)]
struct Hooked(Gate);

#[module]
impl Hooked {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        match ctx.name() {
            "fails" => Err(Error::other(dark())),
            "bursts" => panic!("the hook burst on purpose"),
            _ => Ok(()),
        }
    }

    #[task]
    fn answer(&mut self) -> bool {
        self.0.arrived() == 0
    }
}

#[derive(Debug, Clone, Default)]
struct ThreadHooked;

#[module]
impl ThreadHooked {
    #[run(thread)]
    fn run(ctx: Context) -> Result<()> {
        match ctx.name() {
            "fails_on_a_thread" => Err(Error::other(dark())),
            _ => panic!("the thread burst on purpose"),
        }
    }

    #[run_passively]
    async fn beside(_ctx: Context) -> Result<()> {
        Err(Error::other(dark()))
    }
}

#[tokio::test]
async fn a_run_hook_that_fails_is_reported_and_its_module_stays_active() {
    quiet();
    let witness = Witness::default();
    let app = App::builder()
        .module("fails", Hooked::default())
        .module("bursts", Hooked::default())
        .module("ends", Hooked::default())
        .module("witness", witness.clone())
        .start()
        .await
        .unwrap();
    while witness.0.lines().len() < 2 {
        within(tokio::task::yield_now()).await;
    }
    settle(&app).await;
    assert_eq!(witness.0.lines(), ["fails.run: the lamp is dark", "bursts.run: the hook burst on purpose"]);
    for name in ["fails", "bursts", "ends"] {
        assert_eq!(app.handle().phase(name), Some(looselycoupled::Phase::Active));
        let reply = app.handle().exec_task(&format!("{name}.answer"), args! {}).await.unwrap();
        assert!(reply.get::<bool>().unwrap());
    }
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_run_hook_on_a_thread_that_fails_is_reported_likewise() {
    quiet();
    let witness = Witness::default();
    let app = App::builder()
        .module("fails_on_a_thread", ThreadHooked)
        .module("bursts_on_a_thread", ThreadHooked)
        .module("witness", witness.clone())
        .start()
        .await
        .unwrap();
    within(async {
        while witness.0.lines().len() < 4 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    app.shutdown().await.unwrap();
    let mut told = witness.0.lines();
    told.sort();
    let expected = [
        "bursts_on_a_thread.run: the thread burst on purpose",
        "bursts_on_a_thread.run_passively: the lamp is dark",
        "fails_on_a_thread.run: the lamp is dark",
        "fails_on_a_thread.run_passively: the lamp is dark",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_run_hook_that_fails_under_the_policy_exit_ends_the_application() {
    quiet();
    for (name, cause) in [
        ("fails", "`fails.run` failed: the lamp is dark"),
        ("bursts", "`bursts.run` panicked: the hook burst on purpose"),
    ] {
        let builder = App::builder().module(name, Hooked::default()).policy(name, Policy::Exit);
        let error = within(builder.run()).await.unwrap_err();
        assert_eq!(error.to_string(), format!("the application ended because {cause}"));
    }
}

/// Its life is full of panics.
#[derive(Debug)]
struct Doomed {
    journal: Journal,
    /// The hook that panics.
    fatal: &'static str,
    #[expect(dead_code, reason = "matters when it is dropped")]
    bomb: Bomb,
}

fn doomed(journal: &Journal, fatal: &'static str) -> Doomed {
    Doomed { journal: journal.clone(), fatal, bomb: Bomb(fatal == "drop") }
}

impl Drop for Doomed {
    fn drop(&mut self) {
        self.journal.note("dropped");
    }
}

#[module]
impl Doomed {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        assert!(self.fatal != "initialize", "could not begin on purpose");
        self.journal.note(format!("{} began", ctx.name()));
        Ok(())
    }

    #[finalize]
    async fn end(&mut self, ctx: &Context) {
        assert!(self.fatal != "finalize", "could not end on purpose");
        self.journal.note(format!("{} ended", ctx.name()));
    }
}

#[tokio::test]
async fn a_panic_in_initialize_is_a_start_error_and_finalises_those_before() {
    quiet();
    let journal = Journal::new();
    let error = within(
        App::builder()
            .module("one", doomed(&journal, ""))
            .module("two", doomed(&journal, "initialize"))
            .module("three", doomed(&journal, ""))
            .start(),
    )
    .await
    .unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("module `two` failed in `initialize` after "), "{text}");
    assert!(text.ends_with("panicked: could not begin on purpose"), "{text}");
    assert_eq!(journal.lines()[..2], ["one began", "one ended"]);
    assert_eq!(journal.count("dropped"), 3, "all states are given back");
}

#[tokio::test]
async fn a_panic_in_a_constructor_is_a_start_error() {
    quiet();
    let journal = Journal::new();
    let builder =
        App::builder().module("before", doomed(&journal, "")).module_with::<Fragile>("fragile", || {
            panic!("no module on purpose");
        });
    let error = within(builder.start()).await.unwrap_err();
    let StartError::Module { module, stage, source, .. } = error else { panic!("{error:?}") };
    assert_eq!((module.as_str(), stage), ("fragile", "construction"));
    assert_eq!(source.to_string(), "panicked: no module on purpose");
    assert_eq!(journal.lines(), ["dropped"], "nothing began");
}

#[tokio::test]
async fn a_panic_in_finalize_and_in_drop_lets_the_others_end() {
    quiet();
    let journal = Journal::new();
    let app = App::builder()
        .module("one", doomed(&journal, ""))
        .module("bomb", doomed(&journal, "drop"))
        .module("two", doomed(&journal, "finalize"))
        .module("three", doomed(&journal, ""))
        .start()
        .await
        .unwrap();
    within(app.shutdown()).await.unwrap();
    let lines = journal.lines();
    let ended: Vec<&String> = lines.iter().filter(|line| line.ends_with("ended")).collect();
    assert_eq!(ended, ["three ended", "bomb ended", "one ended"]);
    assert_eq!(journal.count("dropped"), 4);
}

/// Builds a program whose panics abort, with whatever the tests depend on as it has been built for them.
#[test]
fn a_program_that_aborts_on_panic_does_not_start() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let build = ["build", "--offline", "--quiet", "--package", env!("CARGO_PKG_NAME"), "--example", "starts"];
    let built = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(build)
        .arg("--target-dir")
        .arg(target)
        .env("RUSTC_WORKSPACE_WRAPPER", env!("CARGO_BIN_EXE_rustc-that-aborts"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let program = target.join("debug/examples/starts").with_extension(std::env::consts::EXE_EXTENSION);
    let ended = Command::new(program).output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert_eq!(said, "", "it has not started");
    assert!(complained.contains("this program is built with `panic = \"abort\"`"), "{complained}");
    assert_eq!(ended.status.code(), Some(78));
}
