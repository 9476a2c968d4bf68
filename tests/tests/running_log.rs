//! The log while the program runs: whose line it is, from which level on, and what is kept.
//!
//! A program of its own, for it has a global subscriber; and one test at a time, for the log is one. `RUST_LOG` must not be set.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails fails its test")]

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use looselycoupled::LoopOptions;
use looselycoupled::log::{self, LevelFilter, LogFollower, LogLine, LogUpdate, Recorder};
use looselycoupled::prelude::*;
use looselycoupled_tests::{quiet, within};
use tracing::Level;
use tracing_subscriber::prelude::*;

/// The log to oneself, from here on.
struct Alone {
    _alone: MutexGuard<'static, ()>,
    begun: u64,
}

fn alone() -> Alone {
    static ONE: Mutex<()> = Mutex::new(());
    static SHOWN: LazyLock<()> = LazyLock::new(|| looselycoupled::log_to_stderr(Some("looselycoupled=warn")));
    assert!(std::env::var_os("RUST_LOG").is_none(), "these tests choose the levels: unset RUST_LOG");
    quiet();
    let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    LazyLock::force(&SHOWN);
    Alone { _alone: alone, begun: log::recent(None).next }
}

impl Alone {
    fn lines(&self) -> Vec<LogLine> {
        let lines = log::recent(Some(self.begun));
        assert!(lines.is_recorded && lines.missed == 0);
        lines.lines
    }

    /// What was said, and by whom.
    fn said(&self) -> Vec<(String, Option<String>)> {
        let lines = self.lines().into_iter();
        lines.map(|line| (line.message, line.module.map(|module| module.to_string()))).collect()
    }

    /// The instance that a line names.
    fn who_said(&self, message: &str) -> Option<String> {
        let said = self.said();
        let found = said.iter().find(|(said, _)| said == message);
        found.unwrap_or_else(|| panic!("nobody said {message}: {said:?}")).1.clone()
    }

    fn messages(&self) -> Vec<String> {
        self.said().into_iter().map(|(message, _)| message).collect()
    }
}

#[derive(Default)]
struct Lamp;

#[module]
impl Lamp {
    #[initialize]
    async fn initialize(&mut self) {
        tracing::info!("initialised");
    }

    #[task]
    async fn light(&mut self, level: u8) {
        tracing::info!(level, room = "hall", module = "bulb", "lit");
        tokio::task::yield_now().await;
        tracing::info!("still lit");
    }

    #[task]
    fn whisper(&self) {
        tracing::error!("error");
        tracing::info!("info");
        tracing::debug!("debug");
        tracing::trace!("trace");
    }

    #[task(blocking)]
    fn calibrate(&mut self) {
        tracing::info!("calibrated");
    }

    #[task]
    async fn spawn(&self, ctx: &Context) {
        let spawned = tokio::spawn(async { tracing::info!("spawned") });
        spawned.await.unwrap();
        tracing::info!("{} has spawned", ctx.name());
    }

    #[task]
    fn burst(&self) {
        panic!("glass everywhere, on purpose");
    }

    #[on_event(external = "the test is the sun")]
    fn on_sunset(&mut self) {
        tracing::info!("it gets dark");
    }

    #[run]
    async fn run(ctx: Context) {
        tracing::info!("runs");
        ctx.no_longer_active().await;
        tracing::info!("has run");
    }

    #[finalize]
    async fn finalize(&mut self) {
        tracing::info!("finalised");
    }
}

#[derive(Default)]
struct Door;

#[module(concurrent)]
impl Door {
    #[task]
    async fn open(&self) {
        tracing::info!("opens");
        tokio::task::yield_now().await;
        tracing::info!("is open");
    }

    /// What it calls is another's.
    #[task]
    async fn enter(&self, ctx: &Context) -> Result<()> {
        ctx.exec_task("hall_lamp.calibrate", args! {}).await?;
        tracing::info!("entered");
        Ok(())
    }
}

async fn house() -> (App, Handle) {
    let app = App::builder().module("hall_lamp", Lamp).module("door", Door).start().await.unwrap();
    let handle = app.handle();
    (app, handle)
}

async fn call(handle: &Handle, address: &str) {
    handle.exec_task(address, args! {}).await.unwrap();
}

#[tokio::test]
async fn a_line_names_the_instance_in_whose_handler_or_hook_it_is_logged() {
    let log = alone();
    let (app, handle) = house().await;
    handle.exec_task("hall_lamp.light", args! { level: 40 }).await.unwrap();
    call(&handle, "door.open").await;
    call(&handle, "door.enter").await;
    handle.trigger_event("sunset", args! {}).await.unwrap();
    app.quiesce().await;
    within(app.shutdown()).await.unwrap();
    let by_lamp =
        ["initialised", "lit", "still lit", "calibrated", "it gets dark", "runs", "has run", "finalised"];
    for message in by_lamp {
        assert_eq!(log.who_said(message).as_deref(), Some("hall_lamp"), "{message}");
    }
    for message in ["opens", "is open", "entered"] {
        assert_eq!(log.who_said(message).as_deref(), Some("door"), "{message}");
    }
    let lines = log.lines();
    let lit = lines.iter().find(|line| line.message == "lit").unwrap();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fields = [field("level", "40"), field("room", "hall"), field("module", "bulb")];
    assert_eq!((lit.level, lit.target.as_str()), (Level::INFO, "running_log"));
    assert_eq!(lit.fields, fields, "a field of others is their own");
    assert!(lines.windows(2).all(|pair| pair[0].sequence + 1 == pair[1].sequence));
}

#[tokio::test]
async fn what_runs_outside_of_a_handler_names_nobody() {
    let log = alone();
    let (app, handle) = house().await;
    tracing::info!("outside");
    call(&handle, "hall_lamp.spawn").await;
    let heard = handle.on("sunset", |_event| async { tracing::info!("heard") });
    let guest = handle.open_loop("bus", LoopOptions::new()).unwrap().host(1);
    guest.call(|_number| tracing::info!("visited")).await.unwrap();
    handle.trigger_event("sunset", args! {}).await.unwrap();
    app.quiesce().await;
    for message in ["outside", "spawned", "heard", "visited"] {
        assert_eq!(log.who_said(message), None, "{message}");
    }
    assert_eq!(log.who_said("hall_lamp has spawned").as_deref(), Some("hall_lamp"));
    drop(heard);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_line_of_the_framework_names_the_instance_that_it_is_about() {
    let log = alone();
    let (app, handle) = house().await;
    handle.exec_task("hall_lamp.burst", args! {}).await.unwrap_err();
    app.quiesce().await;
    let lines = log.lines();
    let told = lines.iter().find(|line| line.target == "looselycoupled").unwrap();
    assert_eq!((told.level, told.module.as_deref()), (Level::ERROR, Some("hall_lamp")));
    assert_eq!(told.message, "panicked: glass everywhere, on purpose");
    assert!(told.fields.iter().all(|(name, _)| name != "module"), "{told:?}");
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_level_holds_for_one_instance_until_it_is_taken_back() {
    let log = alone();
    let app = App::builder().module("hall_lamp", Lamp).module("attic_lamp", Lamp).start().await.unwrap();
    let handle = app.handle();
    let whispers = async |level: Option<LevelFilter>| {
        handle.set_log_level("hall_lamp", level).unwrap();
        let before = log.said().len();
        for lamp in ["hall_lamp", "attic_lamp"] {
            call(&handle, &format!("{lamp}.whisper")).await;
        }
        let said = log.said().split_off(before);
        let of = |lamp: &str| -> Vec<String> {
            let said = said.iter().filter(|(_, module)| module.as_deref() == Some(lamp));
            said.map(|(message, _)| message.clone()).collect()
        };
        assert_eq!(of("attic_lamp"), ["error", "info"], "the other one says what it always does");
        of("hall_lamp")
    };
    assert_eq!(whispers(None).await, ["error", "info"]);
    assert_eq!(whispers(Some(LevelFilter::TRACE)).await, ["error", "info", "debug", "trace"]);
    assert_eq!(whispers(Some(LevelFilter::DEBUG)).await, ["error", "info", "debug"]);
    assert_eq!(whispers(Some(LevelFilter::WARN)).await, ["error"]);
    assert_eq!(whispers(Some(LevelFilter::OFF)).await, [""; 0]);
    let levels = log::levels();
    assert_eq!(levels.directives, "info,looselycoupled=warn");
    assert_eq!(levels.modules.into_iter().collect::<Vec<_>>(), [("hall_lamp".to_owned(), LevelFilter::OFF)]);
    assert_eq!(whispers(None).await, ["error", "info"]);
    assert!(log::levels().modules.is_empty());
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_level_holds_for_what_the_framework_says_of_the_instance_as_well() {
    let log = alone();
    let (app, handle) = house().await;
    handle.set_log_level("hall_lamp", Some(LevelFilter::OFF)).unwrap();
    handle.set_log_level("door", Some(LevelFilter::DEBUG)).unwrap();
    handle.exec_task("hall_lamp.burst", args! {}).await.unwrap_err();
    app.quiesce().await;
    app.shutdown().await.unwrap();
    let about: Vec<_> = log.lines().into_iter().filter(|line| line.target == "looselycoupled").collect();
    assert!(!about.is_empty());
    assert!(
        about.iter().all(|line| line.message == "state changed" && line.module.as_deref() == Some("door")),
        "{about:?}"
    );
    log::set_level("hall_lamp", None);
    log::set_level("door", None);
}

#[tokio::test]
async fn a_level_for_a_module_that_does_not_exist_is_refused() {
    let _log = alone();
    let (app, handle) = house().await;
    let refused = handle.set_log_level("hall_lmap", Some(LevelFilter::DEBUG)).unwrap_err();
    assert!(matches!(refused, CallError::UnknownModule { .. }));
    assert_eq!(refused.to_string(), "unknown module `hall_lmap`; did you mean `hall_lamp`?");
    assert!(log::levels().modules.is_empty());
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn lines_that_nobody_wants_cost_nothing_while_no_level_is_set() {
    let _log = alone();
    log::set_level("hall_lamp", None);
    assert_eq!(LevelFilter::current(), LevelFilter::INFO);
    log::set_level("hall_lamp", Some(LevelFilter::DEBUG));
    assert_eq!(LevelFilter::current(), LevelFilter::DEBUG);
    log::set_level("hall_lamp", Some(LevelFilter::ERROR));
    assert_eq!(LevelFilter::current(), LevelFilter::INFO, "the others are as loud as before");
    log::set_level("hall_lamp", None);
    assert_eq!(LevelFilter::current(), LevelFilter::INFO);
}

#[tokio::test]
async fn two_applications_share_the_log() {
    let log = alone();
    let (one, first) = house().await;
    let other = App::builder().module("attic_lamp", Lamp).log_to_stderr().start().await.unwrap();
    call(&first, "hall_lamp.whisper").await;
    call(&other.handle(), "attic_lamp.whisper").await;
    let by = |lamp: &str| log.said().contains(&("info".to_owned(), Some(lamp.to_owned())));
    assert!(by("hall_lamp") && by("attic_lamp"));
    assert_eq!(log::levels().directives, "info,looselycoupled=warn", "the first one has chosen");
    one.shutdown().await.unwrap();
    other.shutdown().await.unwrap();
}

/// Logs so many lines without showing them.
fn flood(lines: usize) {
    let recorder = tracing_subscriber::registry().with(Recorder::new());
    tracing::subscriber::with_default(recorder, || {
        (0..lines).for_each(|number| tracing::info!("line {number}"))
    });
}

#[tokio::test]
async fn the_last_thousand_lines_are_kept() {
    let log = alone();
    flood(1_500);
    let kept = log::recent(Some(log.begun));
    assert_eq!((kept.lines.len(), kept.missed, kept.next), (1_000, 500, log.begun + 1_500));
    assert_eq!((kept.lines[0].message.as_str(), kept.lines[999].message.as_str()), ("line 500", "line 1499"));
    let all = log::recent(None);
    assert_eq!((all.lines.len(), all.missed, all.next), (1_000, 0, kept.next));
    let rest = log::recent(Some(kept.next - 2));
    assert_eq!((rest.lines.len(), rest.missed), (2, 0));
    assert!(log::recent(Some(kept.next)).lines.is_empty());
    let of_another_run = log::recent(Some(kept.next + 1));
    assert_eq!((of_another_run.lines.len(), of_another_run.missed), (1_000, kept.next - 1_000));
}

async fn next(follower: &mut LogFollower) -> Result<String, u64> {
    match within(follower.next()).await {
        LogUpdate::Line(line) => Ok(line.message),
        LogUpdate::Gap { missed } => Err(missed),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_follows_gets_each_line_and_is_told_what_is_missing() {
    let _log = alone();
    let mut follower = log::follow();
    tracing::info!("first");
    assert_eq!(next(&mut follower).await, Ok("first".to_owned()));
    let waiting = tokio::spawn(async move {
        let line = next(&mut follower).await;
        (line, follower)
    });
    tokio::task::yield_now().await;
    tracing::info!("second");
    let (line, mut follower) = waiting.await.unwrap();
    assert_eq!(line, Ok("second".to_owned()));
    flood(1_003);
    assert_eq!(next(&mut follower).await, Err(3));
    assert_eq!(next(&mut follower).await, Ok("line 3".to_owned()));
}

#[tokio::test]
async fn who_follows_can_begin_where_he_has_read_to() {
    let _log = alone();
    let so_far = log::recent(None).next;
    tracing::info!("in between");
    let mut follower = log::follow().after(so_far);
    assert_eq!(next(&mut follower).await, Ok("in between".to_owned()));
}

#[tokio::test]
async fn texts_without_end_are_cut_off() {
    let log = alone();
    let recorder = tracing_subscriber::registry().with(Recorder::new());
    tracing::subscriber::with_default(recorder, || {
        tracing::info!(short = "ö", long = "ö".repeat(100_000), last = "gone", "a word");
        tracing::info!("{}", "abc".repeat(100_000));
    });
    let lines = log.lines();
    let field = |place: usize| lines[0].fields[place].1.as_str();
    assert_eq!((lines[0].message.as_str(), field(0), field(2)), ("a word", "ö", "…"));
    assert!(field(1).len() < 17_000 && field(1).ends_with("ö…"), "{} bytes", field(1).len());
    let message = &lines[1].message;
    assert!(
        message.len() < 17_000 && message.starts_with("abcabc") && message.ends_with('…'),
        "{} bytes",
        message.len()
    );
}

#[tokio::test]
async fn a_value_that_logs_while_it_is_written_down_harms_nobody() {
    struct Talkative;

    impl std::fmt::Display for Talkative {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            tracing::warn!("inside");
            f.write_str("outside")
        }
    }

    let log = alone();
    tracing::warn!("{Talkative}");
    assert!(log.messages().contains(&"outside".to_owned()), "{:?}", log.messages());
}
