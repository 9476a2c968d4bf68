//! Hooks that run beside the handlers, and those that end a module.

use std::sync::Mutex;

use looselycoupled::prelude::*;
use looselycoupled::{AppError, Phase};
use looselycoupled_tests::{Journal, quiet, settle, within};
use tokio::time::Instant;

use super::Friend;

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

/// Fails when it is finalised, and before that if it is asked to.
#[derive(Debug, Clone, Default)]
struct Sour;

#[module]
impl Sour {
    #[task]
    fn fall(&mut self) {
        panic!("on purpose");
    }

    #[finalize]
    async fn end(&mut self) -> Result<()> {
        Err(Error::other("no more"))
    }
}

#[tokio::test(start_paused = true)]
async fn all_that_went_wrong_is_told_at_the_end_the_weightiest_first() {
    quiet();
    let app = App::builder().module("sour", Sour).module("deaf", Deaf).policy("sour", Policy::Exit);
    let app = app.start().await.unwrap();
    app.handle().enqueue_task("sour.fall", args! {}).await.unwrap();
    let error = within(app.ended()).await.unwrap_err();
    let AppError::Several(errors) = &error else { panic!("{error:?}") };
    assert!(
        matches!(&errors[..], [AppError::Failed(_), AppError::Late(_), AppError::Finalize(_)]),
        "{errors:?}"
    );
    assert_eq!(error.code(), 70);
    for part in ["`sour.fall` panicked: on purpose; ", "`deaf.run` did not end within 5.0s", "no more"] {
        assert!(error.to_string().contains(part), "{error}");
    }
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
    let error = within(app.shutdown()).await.unwrap_err();
    assert_eq!(error.to_string(), "the application ended, but `stubborn.finalize` failed: stuck");
    assert_eq!(
        (stubborn.0.lines(), friend.journal.lines()),
        (vec!["tried".to_owned()], vec!["finalised".to_owned()])
    );
    assert_eq!(handle.phase("stubborn"), Some(Phase::Inactive));
}

/// Reads events at its own pace until none come any more.
#[derive(Debug, Clone, Default)]
struct Reader {
    journal: Journal,
}

#[module]
impl Reader {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        let mut levels = ctx.subscribe("level");
        while let Some(level) = levels.next().await {
            ctx.exec_task("note", args! { line: level.name() }).await?;
        }
        ctx.wait_for_event("level").await.map(drop)
    }

    #[task]
    fn note(&mut self, line: String) {
        self.journal.note(line);
    }

    #[task]
    async fn wait(&mut self, ctx: &Context) -> Result<()> {
        ctx.wait_for_event("never").await.map(drop)
    }
}

#[tokio::test(start_paused = true)]
async fn what_modules_wait_for_ends_when_they_are_told_to_end() {
    let reader = Reader::default();
    let app = App::builder().module("reader", reader.clone()).module("friend", Friend::default());
    let app = app.start().await.unwrap();
    let handle = app.handle();
    let (mut outside, mut exceptions) = (handle.subscribe("level"), handle.subscribe("exception"));
    let waits = tokio::spawn(handle.exec_task("reader.wait", args! {}));
    while handle.subscriptions().len() < 4 {
        tokio::task::yield_now().await;
    }
    handle.trigger_event("level", args! {}).await.unwrap();
    let started = Instant::now();
    within(app.shutdown()).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 0);
    assert_eq!(reader.journal.lines(), ["level"]);
    assert!(
        exceptions.next().await.is_none(),
        "that the hook has nothing to wait for any more is no failure"
    );
    let refused = within(waits).await.unwrap().unwrap_err();
    assert!(refused.to_string().contains("none came before the end of the application"), "{refused}");
    assert_eq!(outside.next().await.unwrap().name(), "level");
    assert!(outside.next().await.is_none());
}
