//! Whether the application goes on: the policies, for handlers and run hooks.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Witness, begin, quiet, settle, within};

use super::{Fragile, FragileStub, dark, scratch};

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
