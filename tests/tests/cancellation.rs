//! Letting go of a call withdraws it before it begins, and never stops its handler afterwards.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use looselycoupled::prelude::*;
use looselycoupled::{ModuleStatistics, Ticket};
use looselycoupled_tests::{Gate, Journal, Witness, balanced, begin, settle, within};
use tokio::time::Instant;

#[derive(Debug, Clone, Default)]
struct Worker {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Worker {
    #[task]
    async fn hold(&mut self) {
        self.journal.note("began");
        self.gate.pass().await;
        self.journal.note("ended");
    }

    #[task]
    fn hold_the_thread(&mut self) {
        self.gate.pass_blocking();
    }

    #[task]
    async fn hold_and_fail(&mut self) -> Result<(), String> {
        self.gate.pass().await;
        Err("too late".to_owned())
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[task(timeout = "2s")]
    async fn hold_for_two_seconds(&mut self) {
        self.gate.pass().await;
    }
}

struct Bench {
    app: App,
    handle: Handle,
    worker: WorkerStub,
    module: Worker,
    witness: Witness,
}

async fn bench() -> Bench {
    let (module, witness) = (Worker::default(), Witness::default());
    let app = App::builder()
        .module("worker", module.clone())
        .module("witness", witness.clone())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let worker = handle.stub("worker").unwrap();
    Bench { app, handle, worker, module, witness }
}

/// A worker that is busy until its gate opens.
async fn busy() -> Bench {
    let bench = bench().await;
    bench.worker.hold().enqueue().await.unwrap();
    bench.module.gate.reached(1).await;
    bench
}

impl Bench {
    async fn rest(&self) -> ModuleStatistics {
        self.module.gate.open();
        settle(&self.app).await;
        balanced(&self.handle);
        self.handle.statistics().module("worker").unwrap().clone()
    }

    fn lines(&self) -> Vec<String> {
        self.module.journal.lines()
    }
}

#[tokio::test]
async fn a_queued_call_is_withdrawn_when_it_is_dropped() {
    let bench = busy().await;
    let mut by_stub = bench.worker.note("by stub".to_owned());
    let mut by_name = bench.handle.exec_task("worker.note", args! { word: "by name" });
    assert!(begin(&mut by_stub).await.is_pending());
    assert!(begin(&mut by_name).await.is_pending());
    assert_eq!(bench.handle.statistics().module("worker").unwrap().queued, 2);
    drop((by_stub, by_name));
    assert_eq!(bench.handle.statistics().module("worker").unwrap().queued, 0);
    let worker = bench.rest().await;
    assert_eq!((worker.cancelled, worker.handled), (2, 1));
    assert_eq!(bench.lines(), ["began", "ended"]);
}

#[tokio::test]
async fn a_call_that_has_begun_runs_to_its_end_when_it_is_dropped() {
    let bench = bench().await;
    let mut at_once = bench.worker.hold();
    assert!(begin(&mut at_once).await.is_pending());
    bench.module.gate.reached(1).await;
    drop(at_once);
    let queued = tokio::spawn(bench.worker.hold());
    tokio::task::yield_now().await;
    bench.module.gate.let_one_pass();
    bench.module.gate.reached(2).await;
    queued.abort();
    let worker = bench.rest().await;
    assert_eq!((worker.cancelled, worker.handled), (0, 2));
    assert_eq!(bench.lines(), ["began", "ended", "began", "ended"]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_tells_whether_the_handler_had_begun() {
    let bench = busy().await;
    let started = Instant::now();
    let waiting = bench.worker.note("late".to_owned()).timeout(Duration::from_millis(30));
    let error = waiting.await.unwrap_err();
    assert_eq!(error.to_string(), "`worker.note` did not begin in time");
    assert!(matches!(error, CallError::Timeout { begun: false, .. }));
    assert_eq!(started.elapsed().as_millis(), 30);
    bench.module.gate.let_one_pass();
    settle(&bench.app).await;
    let begun = bench.handle.exec_task("worker.hold", args! {}).timeout(Duration::from_millis(30));
    let error = begun.await.unwrap_err();
    assert_eq!(error.to_string(), "`worker.hold` did not answer in time; it has begun and runs to its end");
    let worker = bench.rest().await;
    assert_eq!((worker.expired, worker.handled), (1, 2));
    assert_eq!(bench.lines(), ["began", "ended", "began", "ended"]);
}

#[tokio::test(start_paused = true)]
async fn an_expired_call_is_not_started_even_if_its_caller_looks_away() {
    let bench = busy().await;
    let mut call = bench.worker.note("late".to_owned()).timeout(Duration::from_millis(30));
    assert!(begin(&mut call).await.is_pending());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let worker = bench.rest().await;
    assert_eq!((worker.expired, worker.handled), (1, 1));
    assert_eq!(bench.lines(), ["began", "ended"]);
    let error = call.await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: false, .. }), "{error:?}");
    assert_eq!(error.to_string(), "`worker.note` did not begin in time", "the address is named here, too");
}

#[tokio::test(start_paused = true)]
async fn a_call_without_any_time_does_not_begin() {
    let bench = bench().await;
    let error = bench.worker.note("never".to_owned()).timeout(Duration::ZERO).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: false, .. }), "{error:?}");
    assert!(bench.lines().is_empty());
    bench.rest().await;
}

#[tokio::test(start_paused = true)]
async fn a_task_may_state_the_time_that_its_calls_have() {
    let bench = bench().await;
    let started = Instant::now();
    let error = bench.worker.hold_for_two_seconds().await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: true, .. }), "{error:?}");
    assert_eq!(started.elapsed().as_secs(), 2);
    bench.module.gate.let_one_pass();
    settle(&bench.app).await;
    let call = bench.worker.hold_for_two_seconds().timeout(Duration::from_secs(5));
    assert!(call.await.is_err());
    assert_eq!(started.elapsed().as_secs(), 7, "the caller knows better");
    bench.module.gate.let_one_pass();
    bench.worker.hold_for_two_seconds().enqueue().await.unwrap();
    bench.module.gate.reached(3).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let worker = bench.rest().await;
    assert_eq!((worker.handled, worker.expired), (3, 0), "nobody waits for a queued task");
}

#[tokio::test]
async fn a_ticket_withdraws_a_task_that_has_not_begun() {
    let bench = busy().await;
    let first = bench.worker.note("first".to_owned()).enqueue().await.unwrap();
    let second = bench.worker.note("second".to_owned()).priority(Priority::Low).enqueue().await.unwrap();
    let third = bench.handle.enqueue_task("worker.note", args! { word: "third" }).await.unwrap();
    assert!(second.cancel());
    assert!(!second.cancel(), "once only");
    assert!(first.clone().cancel());
    assert!(!first.cancel(), "clones are the same ticket");
    let worker = bench.rest().await;
    assert_eq!((worker.cancelled, worker.handled), (2, 2));
    assert_eq!(bench.lines(), ["began", "ended", "third"]);
    assert!(!third.cancel(), "it has ended");
}

#[tokio::test]
async fn a_ticket_does_not_stop_a_task_that_has_begun() {
    let bench = bench().await;
    let ticket = bench.worker.hold().enqueue().await.unwrap();
    bench.module.gate.reached(1).await;
    assert!(!ticket.cancel());
    let worker = bench.rest().await;
    assert_eq!((worker.cancelled, worker.handled), (0, 1));
    assert_eq!(bench.lines(), ["began", "ended"]);
}

#[tokio::test]
async fn dropping_a_ticket_changes_nothing() {
    let bench = busy().await;
    drop(bench.worker.note("first".to_owned()).enqueue().await.unwrap());
    bench.rest().await;
    assert_eq!(bench.lines(), ["began", "ended", "first"]);
}

#[tokio::test]
async fn withdrawing_leaves_the_order_of_the_others() {
    let bench = busy().await;
    let mut tickets = Vec::new();
    for number in 0..100 {
        tickets.push(bench.worker.note(number.to_string()).enqueue().await.unwrap());
    }
    for ticket in tickets.iter().step_by(3) {
        assert!(ticket.cancel());
    }
    let worker = bench.rest().await;
    assert_eq!(worker.cancelled, 34);
    let expected: Vec<String> = (0..100).filter(|number| number % 3 != 0).map(|n| n.to_string()).collect();
    assert_eq!(bench.lines()[2..], expected);
}

#[tokio::test]
async fn a_failure_after_the_caller_went_away_is_reported() {
    let bench = bench().await;
    let mut call = bench.worker.hold_and_fail();
    assert!(begin(&mut call).await.is_pending());
    bench.module.gate.reached(1).await;
    drop(call);
    bench.rest().await;
    assert_eq!(bench.witness.0.lines(), ["worker.hold_and_fail: too late"]);
}

#[tokio::test]
async fn a_failure_that_its_caller_never_looked_at_is_reported() {
    let bench = bench().await;
    let mut call = bench.worker.hold_and_fail();
    assert!(begin(&mut call).await.is_pending());
    bench.module.gate.reached(1).await;
    bench.rest().await;
    assert!(bench.witness.0.lines().is_empty(), "the caller is still there");
    drop(call);
    bench.rest().await;
    assert_eq!(bench.witness.0.lines(), ["worker.hold_and_fail: too late"]);
}

/// A worker whose handler occupies its thread, and one call and one task behind it.
async fn on_another_thread() -> Bench {
    let bench = busy().await;
    bench.worker.hold_the_thread().enqueue().await.unwrap();
    bench
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_behind_a_busy_thread_is_withdrawn_by_its_ticket() {
    let bench = on_another_thread().await;
    let ticket = bench.worker.note("withdrawn".to_owned()).enqueue().await.unwrap();
    bench.module.gate.let_one_pass();
    bench.module.gate.reached(2).await;
    let withdrawn = ticket.cancel();
    let worker = bench.rest().await;
    assert!(withdrawn, "it had not begun");
    assert_eq!((worker.cancelled, worker.handled), (1, 2));
    assert_eq!(bench.lines(), ["began", "ended"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_behind_a_busy_thread_is_withdrawn_when_it_is_dropped() {
    let bench = on_another_thread().await;
    let mut call = bench.worker.note("dropped".to_owned());
    assert!(begin(&mut call).await.is_pending());
    bench.module.gate.let_one_pass();
    bench.module.gate.reached(2).await;
    drop(call);
    let worker = bench.rest().await;
    assert_eq!((worker.cancelled, worker.handled), (1, 2));
    assert_eq!(bench.lines(), ["began", "ended"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_behind_a_busy_thread_knows_that_it_has_not_begun() {
    let bench = on_another_thread().await;
    let mut call = bench.worker.note("late".to_owned()).timeout(Duration::from_millis(50));
    assert!(begin(&mut call).await.is_pending());
    bench.module.gate.let_one_pass();
    bench.module.gate.reached(2).await;
    let error = within(call).await.unwrap_err();
    let worker = bench.rest().await;
    assert!(matches!(error, CallError::Timeout { begun: false, .. }), "{error:?}");
    assert_eq!((worker.expired, worker.handled), (1, 2));
    assert_eq!(bench.lines(), ["began", "ended"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn withdrawing_from_many_threads_loses_and_doubles_nothing() {
    let bench = bench().await;
    bench.module.gate.open();
    let senders = (0..4).map(|sender: u32| {
        let worker = bench.worker.clone();
        tokio::spawn(async move {
            let mut withdrawn = 0;
            for number in 0..500 {
                let ticket = worker.note(format!("{sender}:{number}")).enqueue().await.unwrap();
                if number % 2 == 0 && ticket.cancel() {
                    withdrawn += 1;
                }
            }
            withdrawn
        })
    });
    let mut withdrawn = 0;
    for sender in senders.collect::<Vec<_>>() {
        withdrawn += within(sender).await.unwrap();
    }
    let worker = bench.rest().await;
    assert_eq!((worker.accepted, worker.cancelled), (2_000, withdrawn));
    assert_eq!(bench.lines().len() as u64, 2_000 - withdrawn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_from_the_hand_of_the_loop_waits_no_more() {
    let bench = bench().await;
    let queued = || bench.handle.statistics().module("worker").unwrap().queued;
    bench.worker.hold_the_thread().enqueue().await.unwrap();
    bench.module.gate.reached(1).await;
    bench.worker.hold_the_thread().enqueue().await.unwrap();
    let withdrawn = [
        bench.worker.note("first".to_owned()).enqueue().await.unwrap(),
        bench.worker.note("second".to_owned()).enqueue().await.unwrap(),
    ];
    bench.worker.hold_the_thread().enqueue().await.unwrap();
    bench.worker.note("last".to_owned()).enqueue().await.unwrap();
    bench.module.gate.let_one_pass();
    bench.module.gate.reached(2).await;
    assert!(withdrawn.iter().all(Ticket::cancel));
    assert!(!withdrawn.iter().any(Ticket::cancel));
    let before = queued();
    bench.module.gate.let_one_pass();
    bench.module.gate.reached(3).await;
    let after = queued();
    let worker = bench.rest().await;
    assert_eq!((before, after), (2, 1));
    assert_eq!((worker.cancelled, worker.handled), (2, 4));
    assert_eq!(bench.lines(), ["last"]);
}

/// With one thread nobody else takes anything from the hand of the loop's task; what a caller elsewhere is told is true
/// all the same.
#[tokio::test]
async fn a_timeout_on_another_runtime_tells_whether_the_handler_had_begun() {
    let bench = busy().await;
    bench.worker.hold_the_thread().enqueue().await.unwrap();
    let (call, gate) = (bench.worker.note("late".to_owned()), bench.module.gate.clone());
    let elsewhere = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let outcome = runtime.block_on(call.timeout(Duration::from_millis(300)));
        gate.open();
        outcome
    });
    while bench.handle.statistics().module("worker").unwrap().queued < 2 {
        tokio::task::yield_now().await;
    }
    bench.module.gate.let_one_pass();
    // The thread that has its answer opens the gate.
    settle(&bench.app).await;
    let worker = bench.rest().await;
    let outcome = elsewhere.join().unwrap();
    assert!(matches!(outcome, Err(CallError::Timeout { begun: false, .. })), "{outcome:?}");
    assert_eq!((worker.expired, worker.handled), (1, 2));
    assert_eq!(bench.lines(), ["began", "ended"]);
}

/// Notes which calls it ran.
#[derive(Debug, Clone, Default)]
struct Ledger(std::sync::Arc<std::sync::Mutex<std::collections::HashSet<u64>>>);

#[module]
impl Ledger {
    #[task]
    async fn enter(&mut self, number: u64) {
        self.0.lock().unwrap().insert(number);
    }
}

/// The caller's timer and the loop's task find the deadline passed at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_timeout_never_claims_that_a_call_has_begun_that_does_not_run() {
    let ledger = Ledger::default();
    let app = App::builder().module("ledger", ledger.clone()).start().await.unwrap();
    let senders = (0..4_u64).map(|sender| {
        let stub: LedgerStub = app.handle().stub("ledger").unwrap();
        tokio::spawn(async move {
            let mut told = Vec::new();
            for step in 0..5_000 {
                let number = sender * 1_000_000 + step;
                if step % 3 == 0 {
                    stub.enter(number).enqueue().await.unwrap();
                    continue;
                }
                match stub.enter(number).timeout(Duration::from_micros(step % 50)).await {
                    Err(CallError::Timeout { begun, .. }) => told.push((number, begun)),
                    other => other.unwrap(),
                }
            }
            told
        })
    });
    let senders: Vec<_> = senders.collect();
    let mut told = Vec::new();
    for sender in senders {
        told.extend(within(sender).await.unwrap());
    }
    settle(&app).await;
    balanced(&app.handle());
    let ran = ledger.0.lock().unwrap();
    let wrong: Vec<_> = told.iter().filter(|(number, begun)| ran.contains(number) != *begun).collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:?}", wrong.len(), told.len());
}

#[tokio::test]
async fn no_timeout_is_too_long() {
    let ledger = Ledger::default();
    let builder = App::builder().module("ledger", ledger.clone()).shutdown_deadline(Duration::MAX);
    let app = builder.start().await.unwrap();
    let stub: LedgerStub = app.handle().stub("ledger").unwrap();
    within(stub.enter(7).timeout(Duration::MAX)).await.unwrap();
    within(app.shutdown()).await.unwrap();
}
