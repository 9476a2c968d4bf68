//! What is told of failures that nobody awaits: the event `exception` and the exception file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, quiet, settle, within};

use super::{Fragile, FragileStub, house, scratch};

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
    let folder = scratch("folder");
    std::fs::create_dir(&folder).unwrap();
    let app = App::builder()
        .module("fragile", Fragile::default())
        .exception_file(folder.join("exceptions.log"))
        .start()
        .await
        .unwrap();
    std::fs::remove_dir(&folder).unwrap();
    app.handle().enqueue_task("fragile.fail", args! {}).await.unwrap();
    settle(&app).await;
    let fragile: FragileStub = app.handle().stub("fragile").unwrap();
    assert_eq!(fragile.level().await.unwrap(), 0);
}

/// An error that is hard to tell of.
#[derive(Debug)]
enum Unspeakable {
    /// Its text panics.
    Mute,
    /// It is its own source.
    Circular,
}

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(!matches!(self, Self::Mute), "mute on purpose");
        f.write_str("turning round")
    }
}

impl std::error::Error for Unspeakable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        matches!(self, Self::Circular).then_some(self)
    }
}

#[derive(Debug, Default)]
struct Secretive;

#[module]
impl Secretive {
    #[task(local)]
    fn fail(&mut self, how: Unspeakable) -> Result<(), Unspeakable> {
        Err(how)
    }

    #[run]
    async fn run(ctx: Context) -> Result<(), Unspeakable> {
        if ctx.name() == "fatal" { Err(Unspeakable::Mute) } else { Ok(()) }
    }
}

#[tokio::test]
async fn an_error_that_cannot_be_told_of_is_told_all_the_same() {
    quiet();
    let keeper = Keeper::default();
    let app =
        App::builder().module("secretive", Secretive).module("keeper", keeper.clone()).start().await.unwrap();
    let secretive: SecretiveStub = app.handle().stub("secretive").unwrap();
    secretive.fail(Unspeakable::Mute).enqueue().await.unwrap();
    secretive.fail(Unspeakable::Circular).enqueue().await.unwrap();
    settle(&app).await;
    let lines = keeper.0.lines();
    assert_eq!(
        lines[0],
        "secretive.fail: an error that cannot be told of, for that panicked: mute on purpose [] false"
    );
    assert!(lines[1].starts_with("secretive.fail: turning round [\"turning round\", "), "{lines:?}");
    assert!(lines[1].ends_with("\"turning round\", \"and so on\"] false"), "{lines:?}");
}

#[tokio::test]
async fn an_error_that_cannot_be_told_of_ends_the_application_under_the_policy_exit() {
    quiet();
    let app = App::builder().module("fatal", Secretive).policy("fatal", Policy::Exit).start().await.unwrap();
    let error = within(app.ended()).await.unwrap_err();
    assert!(matches!(error, AppError::Failed(_)), "{error:?}");
}
