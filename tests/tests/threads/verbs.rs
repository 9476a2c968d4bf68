//! Verbs that block their caller, and where they are refused.

use std::thread;

use looselycoupled::Error;
use looselycoupled::prelude::*;
use looselycoupled_tests::{balanced, settle, within};

use super::{CounterStub, counter};

/// Waits for a thread without blocking the runtime.
async fn joined<T: Send + 'static>(thread: thread::JoinHandle<T>) -> T {
    within(tokio::task::spawn_blocking(|| thread.join().unwrap())).await.unwrap()
}

#[tokio::test]
async fn a_plain_thread_calls_sends_and_notifies() {
    let (app, handle, _) = counter().await;
    let stub: CounterStub = handle.stub("counter").unwrap();
    let thread = thread::spawn(move || {
        let total: u64 =
            handle.exec_task_blocking("counter.add", args! { number: 1 }).unwrap().get().unwrap();
        assert_eq!(total, 1);
        assert_eq!(stub.add(2).blocking().unwrap(), 3);
        assert_eq!(
            stub.add(3).priority(Priority::High).timeout(Duration::from_secs(5)).blocking().unwrap(),
            6
        );
        handle.enqueue_task_blocking("counter.add", args! { number: 4 }).unwrap();
        stub.add(5).enqueue().blocking().unwrap();
        assert_eq!(handle.trigger_event_blocking("added", args! { number: 6 }).unwrap(), 2);
        let error = stub.fail().blocking().unwrap_err();
        assert!(matches!(error, CallError::Failed(text) if text == "at 21"));
        stub.add(0).blocking().unwrap()
    });
    assert_eq!(joined(thread).await, 21);
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test]
async fn a_handler_never_runs_on_a_thread_that_blocks_for_it() {
    let (_app, handle, counter) = counter().await;
    let here = thread::current().id();
    let caller = thread::spawn(move || {
        handle.exec_task_blocking("counter.add", args! { number: 1 }).unwrap();
    });
    joined(caller).await;
    assert_eq!(*counter.threads.lock().unwrap(), [here]);
}

#[tokio::test]
async fn many_threads_call_at_once() {
    let (app, handle, _) = counter().await;
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let handle = handle.clone();
            thread::spawn(move || {
                for _ in 0..100 {
                    handle.exec_task_blocking("counter.add", args! { number: 1 }).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        joined(thread).await;
    }
    let total = handle.exec_task("counter.add", args! { number: 0 }).await.unwrap();
    assert_eq!(total.get::<u64>().unwrap(), 800);
    settle(&app).await;
    balanced(&handle);
}

#[tokio::test]
async fn a_blocking_call_gives_up_at_its_deadline() {
    let (_app, handle, counter) = counter().await;
    let caller = thread::spawn({
        let handle = handle.clone();
        move || handle.exec_task("counter.hold", args! {}).timeout(Duration::from_millis(20)).blocking()
    });
    let error = joined(caller).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: true, .. }), "{error:?}");
    counter.gate.open();
}

async fn misused(handle: &Handle) -> Vec<String> {
    within(handle.exec_task("counter.misuse", args! {})).await.unwrap().get().unwrap()
}

fn assert_refused(refused: &[String]) {
    assert_eq!(refused.len(), 4);
    assert!(refused.iter().all(|line| line.contains("on a thread of the runtime; await the")), "{refused:?}");
}

#[tokio::test]
async fn a_verb_that_blocks_is_refused_inside_of_a_handler() {
    let (_app, handle, _) = counter().await;
    assert_refused(&misused(&handle).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verb_that_blocks_is_refused_inside_of_a_handler_on_many_threads() {
    let (_app, handle, _) = counter().await;
    assert_refused(&misused(&handle).await);
    let spawned = tokio::spawn(async move { handle.exec_task_blocking("counter.add", args! { number: 1 }) });
    assert!(matches!(within(spawned).await.unwrap(), Err(CallError::WrongThread { .. })));
}

#[tokio::test]
async fn a_verb_that_blocks_is_refused_wherever_a_runtime_is_entered() {
    let (_app, handle, _) = counter().await;
    let pool = handle.clone();
    let on_pool =
        tokio::task::spawn_blocking(move || pool.exec_task_blocking("counter.add", args! { number: 1 }));
    assert!(matches!(within(on_pool).await.unwrap(), Err(CallError::WrongThread { .. })));
    let elsewhere = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _entered = runtime.enter();
        handle.exec_task_blocking("counter.add", args! { number: 1 })
    });
    assert!(matches!(joined(elsewhere).await, Err(CallError::WrongThread { .. })));
}

#[tokio::test]
async fn a_handler_for_which_a_thread_waits_may_block_no_more_than_any_other() {
    let (_app, handle, _) = counter().await;
    let waiting = thread::spawn(move || {
        handle.exec_task_blocking("counter.misuse", args! {}).unwrap().get::<Vec<String>>().unwrap()
    });
    assert_refused(&joined(waiting).await);
}

#[tokio::test]
async fn a_thread_gets_an_answer_after_the_end() {
    let (app, handle, _) = counter().await;
    let stub: CounterStub = handle.stub("counter").unwrap();
    within(app.shutdown()).await.unwrap();
    let late = thread::spawn(move || {
        (stub.add(1).blocking(), handle.trigger_event_blocking("added", args! { number: 1 }))
    });
    let (called, notified) = joined(late).await;
    assert!(matches!(called, Err(CallError::NotReady { .. })), "{called:?}");
    assert!(notified.is_err());
}

#[test]
fn an_error_of_the_framework_crosses_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Error>();
    crosses::<CallError>();
    crosses::<Handle>();
    crosses::<Context>();
    crosses::<CounterStub>();
    fn moves<T: Send + Unpin + 'static>(_: &T) {}
    let _check = |stub: CounterStub, handle: Handle| {
        moves(&stub.add(1));
        moves(&stub.add(1).enqueue());
        moves(&handle.exec_task("counter.add", args! {}));
        moves(&handle.enqueue_task("counter.add", args! {}));
        moves(&handle.trigger_event("added", args! {}));
    };
}
