//! Threads that wait while the runtime goes away.

use std::sync::Arc;
use std::thread;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, balanced};

#[derive(Debug, Clone, Default)]
struct Held(Gate, Arc<()>);

#[module]
impl Held {
    #[task]
    async fn hold(&mut self) {
        self.0.pass().await;
    }
}

/// As [`Held`], with one place.
#[derive(Debug, Clone, Default)]
struct HeldApart(Gate, Arc<()>);

#[module(concurrent)]
impl HeldApart {
    #[task]
    async fn hold(&self) {
        self.0.pass().await;
    }
}

#[test]
fn a_call_that_waits_for_a_place_learns_that_the_runtime_goes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let module = HeldApart::default();
    let builder = App::builder()
        .module("held", module.clone())
        .event_loop("held", looselycoupled::LoopOptions::new().concurrency(1));
    let app = runtime.block_on(builder.start()).unwrap();
    let handle = app.handle();
    let held = runtime.spawn(handle.exec_task("held.hold", args! {}));
    runtime.block_on(module.0.reached(1));
    let (told, answer) = std::sync::mpsc::channel();
    let waiting = handle.exec_task("held.hold", args! {});
    thread::spawn(move || told.send(waiting.blocking()));
    runtime.block_on(async {
        while handle.statistics().module("held").unwrap().queued < 1 {
            tokio::task::yield_now().await;
        }
    });
    drop((held, runtime));
    let answer = answer.recv_timeout(Duration::from_secs(20)).expect("it is answered");
    assert!(matches!(answer, Err(CallError::ShuttingDown { begun: false, .. })), "{answer:?}");
    balanced(&handle);
    drop(app);
    assert_eq!(Arc::strong_count(&module.1), 1, "the module has been given back");
}

/// A runtime that is dropped under its application answers those who wait on other threads.
fn dropped_under_its_application(runtime: tokio::runtime::Runtime) {
    let module = Held::default();
    let app = runtime.block_on(App::builder().module("held", module.clone()).start()).unwrap();
    let handle = app.handle();
    let (told, answers) = std::sync::mpsc::channel();
    for number in 1..3 {
        let (stub, told) = (handle.stub::<HeldStub>("held").unwrap(), told.clone());
        thread::spawn(move || told.send(stub.hold().blocking()));
        // The first one has begun, the second one waits.
        runtime.block_on(async {
            module.0.reached(1).await;
            while handle.statistics().module("held").unwrap().accepted < number {
                tokio::task::yield_now().await;
            }
        });
    }
    drop(runtime);
    let mut begun = Vec::new();
    for _ in 0..2 {
        match answers.recv_timeout(Duration::from_secs(20)).expect("everybody is answered") {
            Err(CallError::ShuttingDown { begun: has_begun, .. }) => begun.push(has_begun),
            other => unreachable!("{other:?}"),
        }
    }
    begun.sort_unstable();
    assert_eq!(begun, [false, true]);
    assert!(handle.exec_task("held.hold", args! {}).blocking().is_err());
    balanced(&handle);
    assert_eq!(Arc::strong_count(&module.1), 1, "the module has been given back");
}

#[test]
fn a_runtime_that_is_dropped_leaves_nobody_waiting() {
    dropped_under_its_application(
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
    );
    dropped_under_its_application(
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
    );
}
