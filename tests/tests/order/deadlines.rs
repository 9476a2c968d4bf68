//! How long a call may take that says nothing about it.

use looselycoupled::prelude::*;
use looselycoupled_tests::{balanced, begin, settle, within};
use tokio::time::Instant;

const DEFAULT: Duration = Duration::from_secs(25);

/// Never answers.
#[derive(Debug, Default)]
struct Sleeper;

#[module]
impl Sleeper {
    #[task]
    async fn sleep(&mut self) {
        std::future::pending::<()>().await;
    }

    #[task(timeout = "2s")]
    async fn sleep_briefly(&mut self) {
        std::future::pending::<()>().await;
    }
}

/// Waits for the sleeper.
#[derive(Debug, Default)]
struct Asker;

#[module]
impl Asker {
    /// Answers after how many seconds it gave up.
    #[task]
    async fn ask(&mut self, ctx: &Context, #[default] timeout: Option<Duration>) -> u64 {
        waited(ctx, "sleeper.sleep", timeout).await
    }

    /// Tells everybody after how many seconds it gave up.
    #[on_event]
    async fn on_asked(&mut self, ctx: &Context) -> Result<()> {
        let seconds = waited(ctx, "sleeper.sleep", None).await;
        ctx.trigger_event("gave_up", args! { seconds: seconds }).await?;
        Ok(())
    }
}

/// Hears of it.
#[derive(Debug, Clone, Default)]
struct Ear(looselycoupled_tests::Journal);

#[module]
impl Ear {
    #[on_event]
    fn on_gave_up(&mut self, seconds: u64) {
        self.0.note(seconds);
    }
}

async fn waited(handle: &Handle, address: &str, timeout: Option<Duration>) -> u64 {
    let (begun, mut call) = (Instant::now(), handle.exec_task(address, args! {}));
    if let Some(timeout) = timeout {
        call = call.timeout(timeout);
    }
    let error = call.await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { .. }), "{error:?}");
    begun.elapsed().as_secs()
}

async fn start(default: Duration, ear: &Ear) -> App {
    App::builder()
        .module("sleeper", Sleeper)
        .module("asker", Asker)
        .module("ear", ear.clone())
        .default_timeout(default)
        .shutdown_deadline(Duration::from_millis(1))
        .start()
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_deadline_gets_the_default_one() {
    let app = start(DEFAULT, &Ear::default()).await;
    let handle = app.handle();
    assert_eq!(patiently(waited(&handle, "sleeper.sleep", None)).await, 25, "one that has begun");
    let begun = Instant::now();
    let error = patiently(handle.stub::<SleeperStub>("sleeper").unwrap().sleep()).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: false, .. }), "one that waits: {error:?}");
    assert_eq!(begun.elapsed(), DEFAULT);
    assert_eq!(handle.statistics().module("sleeper").unwrap().expired, 1);
}

/// Longer than any deadline here.
async fn patiently<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(100), future).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn its_own_timeout_and_that_of_its_task_win() {
    let app = start(DEFAULT, &Ear::default()).await;
    let handle = app.handle();
    assert_eq!(patiently(waited(&handle, "sleeper.sleep_briefly", None)).await, 2);
    let longer = Some(Duration::from_secs(60));
    assert_eq!(patiently(waited(&handle, "sleeper.sleep", longer)).await, 60);
    assert_eq!(patiently(waited(&handle, "sleeper.sleep_briefly", longer)).await, 60);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_its_caller_wins() {
    let app = start(DEFAULT, &Ear::default()).await;
    let call = app.handle().exec_task("asker.ask", args! {}).timeout(Duration::from_secs(60));
    let (begun, error) = (Instant::now(), patiently(call).await.unwrap_err());
    assert!(matches!(error, CallError::Timeout { begun: true, .. }), "{error:?}");
    assert_eq!(begun.elapsed().as_secs(), 60, "the call that it makes is not cut short by the default");
}

#[tokio::test(start_paused = true)]
async fn it_is_one_deadline_for_all_calls_that_stem_from_the_first() {
    let app = start(DEFAULT, &Ear::default()).await;
    let (begun, call) = (Instant::now(), app.handle().exec_task("asker.ask", args! {}));
    assert!(patiently(call).await.is_err());
    assert_eq!(begun.elapsed(), DEFAULT);
    // The asker's own call ended at the same time, so the asker is free again.
    tokio::task::yield_now().await;
    let error = patiently(app.handle().exec_task("asker.ask", args! {})).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: true, .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_has_no_deadline_gives_its_calls_the_default_one() {
    let ear = Ear::default();
    let app = start(DEFAULT, &ear).await;
    app.handle().trigger_event("asked", args! {}).await.unwrap();
    tokio::time::sleep(Duration::from_secs(26)).await;
    assert_eq!(ear.0.lines(), ["25"]);
}

#[tokio::test(start_paused = true)]
async fn unless_stated_a_call_waits_for_ever() {
    let app = start(Duration::ZERO, &Ear::default()).await;
    let mut call = app.handle().exec_task("sleeper.sleep", args! {});
    assert!(begin(&mut call).await.is_pending());
    tokio::time::sleep(Duration::from_secs(100_000)).await;
    assert!(begin(&mut call).await.is_pending());
    let silent = App::builder().module("sleeper", Sleeper).start().await.unwrap();
    let mut call = silent.handle().exec_task("sleeper.sleep", args! {});
    assert!(begin(&mut call).await.is_pending());
    tokio::time::sleep(Duration::from_secs(100_000)).await;
    assert!(begin(&mut call).await.is_pending());
}

#[tokio::test]
async fn a_call_that_is_answered_in_time_knows_nothing_of_the_default() {
    let ear = Ear::default();
    let app = start(Duration::from_secs(1), &ear).await;
    app.handle().trigger_event("gave_up", args! { seconds: 1 }).await.unwrap();
    within(settle(&app)).await;
    balanced(&app.handle());
    assert_eq!(ear.0.lines(), ["1"]);
}
