//! A concurrent module that is made again.

use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, balanced, quiet, settle, within};

use super::{after, at_once, restarts};

#[derive(Debug)]
struct Desk {
    journal: Journal,
    gate: Gate,
    served: AtomicU32,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.journal.note("dropped");
    }
}

#[module(concurrent)]
impl Desk {
    #[initialize]
    async fn initialize(&mut self) -> Result<()> {
        self.journal.note("initialized");
        Ok(())
    }

    #[task]
    async fn hold(&self) -> u32 {
        self.gate.pass().await;
        self.serve()
    }

    #[task(blocking)]
    fn hold_blocking(&self) -> u32 {
        self.gate.pass_blocking();
        self.serve()
    }

    #[task]
    fn serve(&self) -> u32 {
        self.served.fetch_add(1, Ordering::SeqCst) + 1
    }

    #[task]
    fn burst(&self) {
        self.served.fetch_add(1, Ordering::SeqCst);
        panic!("burst on purpose");
    }
}

async fn start(journal: &Journal, gate: &Gate) -> (App, DeskStub) {
    start_with(at_once(), journal, gate).await
}

async fn start_with(restart: Restart, journal: &Journal, gate: &Gate) -> (App, DeskStub) {
    quiet();
    let (journal, gate) = (journal.clone(), gate.clone());
    let app = App::builder()
        .module_with("desk", move || Desk {
            journal: journal.clone(),
            gate: gate.clone(),
            served: AtomicU32::new(0),
        })
        .policy("desk", Policy::Restart(restart))
        .start()
        .await
        .unwrap();
    let desk = app.handle().stub("desk").unwrap();
    (app, desk)
}

#[tokio::test]
async fn what_overlaps_with_the_panic_fails_for_the_same_cause() {
    let (journal, gate) = (Journal::new(), Gate::new());
    let (app, desk) = start(&journal, &gate).await;
    let held = tokio::spawn(desk.hold());
    gate.reached(1).await;
    desk.burst().await.unwrap_err();
    let error = within(held).await.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`desk.hold` panicked: broken off, since `desk.burst` panicked: burst on purpose"
    );
    assert_eq!(within(desk.serve()).await.unwrap(), 1, "the state is new");
    assert_eq!(journal.lines(), ["initialized", "dropped", "initialized"]);
    assert_eq!(restarts(&app, "desk"), 1);
    settle(&app).await;
    let statistics = app.handle().statistics();
    let desk = statistics.module("desk").unwrap();
    assert_eq!((desk.failed, desk.panicked), (2, 1));
    balanced(&app.handle());
}

#[tokio::test]
async fn what_has_a_place_but_has_not_begun_is_served_by_the_new_instance() {
    let (journal, gate) = (Journal::new(), Gate::new());
    let (app, desk) = start(&journal, &gate).await;
    // It has its place at once, and begins when this task lets others run.
    desk.serve().enqueue().await.unwrap();
    desk.burst().await.unwrap_err();
    settle(&app).await;
    assert_eq!(desk.serve().await.unwrap(), 2, "both were served by the new instance");
    let statistics = app.handle().statistics();
    let counted = statistics.module("desk").unwrap();
    assert_eq!((counted.handled, counted.failed), (2, 1));
    balanced(&app.handle());
}

#[tokio::test]
async fn a_blocking_body_keeps_the_state_that_it_works_on() {
    let (journal, gate) = (Journal::new(), Gate::new());
    let (app, desk) = start(&journal, &gate).await;
    let held = tokio::spawn(desk.hold_blocking());
    gate.reached(1).await;
    desk.burst().await.unwrap_err();
    within(held).await.unwrap().unwrap_err();
    assert_eq!(within(desk.serve()).await.unwrap(), 1);
    assert_eq!(journal.count("dropped"), 0);
    gate.open();
    within(async {
        while journal.count("dropped") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_panics_at_once_make_one_restart_each_time_and_lose_nothing() {
    let (journal, gate) = (Journal::new(), Gate::new());
    let (app, desk) = start(&journal, &gate).await;
    let callers = (0..4).map(|_| {
        let desk = desk.clone();
        tokio::spawn(async move {
            for _ in 0..100 {
                let _failed_or_served = tokio::join!(desk.burst(), desk.serve(), desk.serve().enqueue());
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        within(caller).await.unwrap();
    }
    settle(&app).await;
    let restarts = restarts(&app, "desk");
    assert!((1..=400).contains(&restarts), "{restarts}");
    assert_eq!(journal.count("initialized") as u64, restarts + 1);
    assert_eq!(journal.count("dropped") as u64, restarts);
    balanced(&app.handle());
}

#[test]
fn a_runtime_that_goes_amid_a_restart_leaves_nobody_waiting() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (journal, gate) = (Journal::new(), Gate::new());
    let (app, desk) = runtime.block_on(start_with(after(Duration::from_secs(3600)), &journal, &gate));
    let handle = app.handle();
    let (told, answer) = std::sync::mpsc::channel();
    runtime.block_on(async {
        desk.burst().await.unwrap_err();
        std::thread::spawn(move || told.send(desk.serve().blocking()));
        while handle.statistics().module("desk").unwrap().queued < 1 {
            tokio::task::yield_now().await;
        }
    });
    drop(runtime);
    let answer = answer.recv_timeout(Duration::from_secs(20)).expect("it is answered");
    assert!(matches!(answer, Err(CallError::ShuttingDown { begun: false, .. })), "{answer:?}");
    let other = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    other.block_on(within(app.quiesce()));
    balanced(&handle);
}
