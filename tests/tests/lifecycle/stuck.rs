//! Threads and handlers that hold up the end.

use std::sync::Mutex;

use looselycoupled::Phase;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, balanced, within};
use tokio::time::Instant;

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
    assert!(started.elapsed() < Duration::from_secs(5), "not the usual deadline: {:?}", started.elapsed());
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
    assert!(started.elapsed() < Duration::from_secs(5), "not the usual deadline: {:?}", started.elapsed());
    assert!(error.to_string().contains("`slow.block` did not end"), "{error}");
    let AppError::Late(late) = &error else { panic!("{error:?}") };
    assert!(late[0].abandoned, "{error}");
    let answer = within(blocked).await.unwrap().unwrap_err();
    assert!(matches!(answer, CallError::ShuttingDown { begun: true, .. }), "{answer:?}");
    balanced(&handle);
    assert!(journal.lines().is_empty(), "its state is not dropped under it");
    gate.open();
    within(async {
        while journal.lines().len() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(journal.lines(), ["worked", "dropped"], "it has its state until it ends, and no longer");
}

/// As [`Slow`], shared.
#[derive(Debug, Default)]
struct SlowAndConcurrent(Gate, Journal);

impl Drop for SlowAndConcurrent {
    fn drop(&mut self) {
        self.1.note("dropped");
    }
}

#[module(concurrent)]
impl SlowAndConcurrent {
    #[task(blocking)]
    fn block(&self) {
        self.0.pass_blocking();
        self.1.note("worked");
    }

    #[task]
    async fn wait(&self) {
        self.0.pass().await;
    }
}

#[tokio::test]
async fn of_overlapping_handlers_only_those_that_block_leave_a_thread_behind() {
    let gate = Gate::new();
    let app = App::builder()
        .module("slow", SlowAndConcurrent(gate.clone(), Journal::new()))
        .shutdown_deadline(Duration::from_millis(200))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let calls = ["slow.block", "slow.wait"].map(|task| tokio::spawn(handle.exec_task(task, args! {})));
    gate.reached(2).await;
    let error = within(app.shutdown()).await.unwrap_err();
    let AppError::Late(late) = &error else { panic!("{error:?}") };
    let mut told: Vec<_> = late.iter().map(|late| (late.handler.as_str(), late.abandoned)).collect();
    told.sort_unstable();
    assert_eq!(told, [("slow.block", true), ("slow.wait", false)], "{error}");
    gate.open();
    for call in calls {
        within(call).await.unwrap().unwrap_err();
    }
}

#[tokio::test]
async fn blocking_tasks_of_a_concurrent_module_keep_their_state_until_they_end() {
    let (gate, journal) = (Gate::new(), Journal::new());
    let app = App::builder()
        .module("slow", SlowAndConcurrent(gate.clone(), journal.clone()))
        .shutdown_deadline(Duration::from_millis(200))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let calls = [(); 2].map(|()| tokio::spawn(handle.exec_task("slow.block", args! {})));
    gate.reached(2).await;
    within(app.shutdown()).await.unwrap_err();
    for call in calls {
        let answer = within(call).await.unwrap().unwrap_err();
        assert!(matches!(answer, CallError::ShuttingDown { begun: true, .. }), "{answer:?}");
    }
    assert!(journal.lines().is_empty(), "its state is not dropped under it");
    gate.open();
    within(async {
        while journal.lines().len() < 3 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(journal.lines(), ["worked", "worked", "dropped"]);
}

/// Keeps something of its module's while it is suspended.
#[derive(Debug, Default)]
struct Guarded(Gate, Journal);

struct Guard<'a>(&'a Journal);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.note("let go");
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.1.note("dropped");
    }
}

#[module]
impl Guarded {
    #[task]
    async fn hold(&mut self) {
        let _guard = Guard(&self.1);
        self.0.pass_blocking();
        std::future::pending::<()>().await;
    }
}

/// The loop's task goes with its runtime while a caller is in the middle of the handler.
#[test]
fn what_a_caller_has_begun_ends_with_the_runtime_before_its_module_does() {
    let (gate, journal) = (Gate::new(), Journal::new());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (app, handle) = runtime.block_on(async {
        let guarded = Guarded(gate.clone(), journal.clone());
        let app = App::builder().module("guarded", guarded).start().await.unwrap();
        let handle = app.handle();
        tokio::spawn(handle.exec_task("guarded.hold", args! {}));
        gate.reached(1).await;
        (app, handle)
    });
    runtime.shutdown_background();
    let waiting = Instant::now();
    let is_refused = || {
        let refused = handle.enqueue_task_blocking("guarded.hold", args! {});
        let Err(Error::Call(error)) = refused else { return false };
        matches!(*error, CallError::ShuttingDown { .. } | CallError::NotReady { .. })
    };
    while !is_refused() {
        assert!(waiting.elapsed() < Duration::from_secs(60), "the loop's task is not dropped");
        std::thread::yield_now();
    }
    gate.open();
    while journal.lines().len() < 2 {
        assert!(waiting.elapsed() < Duration::from_secs(60), "{:?}", journal.lines());
        std::thread::yield_now();
    }
    assert_eq!(journal.lines(), ["let go", "dropped"]);
    let outside = tokio::runtime::Builder::new_current_thread().build().unwrap();
    while handle.is_ready("guarded") {
        assert!(waiting.elapsed() < Duration::from_secs(60), "the application is not dropped");
        std::thread::yield_now();
    }
    assert!(matches!(outside.block_on(app.shutdown()), Err(AppError::Deserted)));
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

async fn ends_after_its_handler<M: Module<Mode: looselycoupled::GivenByValue>>(
    module: M,
    gate: Gate,
    journal: Journal,
) {
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
