//! Arguments and handlers of unusual size and alignment, deep recursion, and applications that meet.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::sync::{Arc, Mutex};

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, balanced, settle, within};

/// As large as a cache line, and where one begins.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Aligned([u8; 64]);

#[derive(Debug)]
struct Nothing;

#[derive(Debug, Clone, Default)]
struct Extreme {
    gate: Gate,
    sum: Arc<Mutex<u64>>,
}

impl Extreme {
    fn add(&self, bytes: &[u8]) {
        *self.sum.lock().unwrap() += bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    }
}

#[module]
impl Extreme {
    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task(local)]
    fn nothing(&mut self, _nothing: Nothing) -> Nothing {
        *self.sum.lock().unwrap() += 1;
        Nothing
    }

    #[task(local)]
    async fn aligned(&mut self, aligned: Aligned) -> Aligned {
        assert!(std::ptr::from_ref(&aligned).is_aligned());
        let (mut place, other) = (aligned, aligned);
        tokio::task::yield_now().await;
        assert!(std::ptr::from_ref(&place).is_aligned());
        self.add(&other.0);
        place.0[0] = 7;
        place
    }

    #[task(local)]
    async fn large(&mut self, large: [u8; 6_000]) -> usize {
        let copy = large;
        tokio::task::yield_now().await;
        self.add(&copy);
        large.len() + copy.len()
    }
}

/// Each task once at once and once from the queue, one behind the other.
#[tokio::test]
async fn arguments_of_any_size_and_alignment_arrive() {
    let module = Extreme::default();
    let app = App::builder().module("extreme", module.clone()).start().await.unwrap();
    let stub: ExtremeStub = app.handle().stub("extreme").unwrap();
    let Nothing = stub.nothing(Nothing).await.unwrap();
    assert_eq!(stub.aligned(Aligned([1; 64])).await.unwrap().0[0], 7);
    assert_eq!(stub.large([1; 6_000]).await.unwrap(), 12_000);
    stub.hold().enqueue().await.unwrap();
    module.gate.reached(1).await;
    for _ in 0..10 {
        stub.nothing(Nothing).enqueue().await.unwrap();
        stub.aligned(Aligned([1; 64])).enqueue().await.unwrap();
        stub.large([1; 6_000]).enqueue().await.unwrap();
        assert!(stub.large([1; 6_000]).enqueue().await.unwrap().cancel());
    }
    module.gate.open();
    settle(&app).await;
    balanced(&app.handle());
    assert_eq!(*module.sum.lock().unwrap(), 11 * (1 + 64 + 6_000));
}

#[derive(Debug)]
struct Deep;

#[module(concurrent)]
impl Deep {
    #[task]
    async fn down(&self, ctx: &Context, depth: u32) -> Result<u32> {
        if depth == 0 {
            return Ok(0);
        }
        let below: u32 = ctx.exec_task("deep.down", args! { depth: depth - 1 }).await?.get()?;
        Ok(below + 1)
    }
}

#[tokio::test]
async fn a_concurrent_module_calls_itself_a_thousand_deep() {
    let options = LoopOptions::new().concurrency(1_001);
    let app = App::builder().module("deep", Deep).event_loop("deep", options).start().await.unwrap();
    let reached = within(app.handle().exec_task("deep.down", args! { depth: 1_000 })).await.unwrap();
    assert_eq!(reached.get::<u32>().unwrap(), 1_000);
    settle(&app).await;
    balanced(&app.handle());
}

/// Holds an application, and lets go of it in a handler.
#[derive(Debug, Default)]
struct Keeper(Option<App>);

#[module]
impl Keeper {
    #[task(local)]
    fn keep(&mut self, app: App) {
        self.0 = Some(app);
    }

    #[task]
    fn let_go(&mut self) {
        self.0 = None;
    }
}

#[tokio::test]
async fn an_application_that_a_handler_of_its_own_drops_ends() {
    let app = App::builder().module("keeper", Keeper::default()).start().await.unwrap();
    let handle = app.handle();
    let stub: KeeperStub = handle.stub("keeper").unwrap();
    stub.keep(app).await.unwrap();
    within(stub.let_go()).await.unwrap();
    within(async {
        while stub.let_go().await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(stub.let_go().enqueue().await.is_err());
    balanced(&handle);
}

/// Passes a number on to another application and back, until it is zero.
#[derive(Debug, Default)]
struct Player(Arc<Mutex<Option<Handle>>>);

#[module(concurrent)]
impl Player {
    #[task]
    async fn play(&self, number: u32) -> Result<u32> {
        let other = self.0.lock().unwrap().clone();
        match other {
            Some(other) if number > 0 => {
                Ok(other.exec_task("player.play", args! { number: number - 1 }).await?.get::<u32>()? + 1)
            }
            _ => Ok(0),
        }
    }
}

fn player(runtime: &tokio::runtime::Runtime, other: &Arc<Mutex<Option<Handle>>>) -> App {
    let app = App::builder().module("player", Player(Arc::clone(other)));
    let options = LoopOptions::new().concurrency(200);
    runtime.block_on(app.event_loop("player", options).start()).unwrap()
}

#[test]
fn applications_on_one_runtime_and_on_two_call_each_other() {
    let runtimes = [
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
    ];
    for (first, second) in [(0, 0), (1, 1), (0, 1)] {
        let others = [Arc::default(), Arc::default()];
        let apps = [player(&runtimes[first], &others[0]), player(&runtimes[second], &others[1])];
        *others[0].lock().unwrap() = Some(apps[1].handle());
        *others[1].lock().unwrap() = Some(apps[0].handle());
        let reply = runtimes[first].block_on(async {
            within(apps[0].handle().exec_task("player.play", args! { number: 200 })).await.unwrap()
        });
        assert_eq!(reply.get::<u32>().unwrap(), 200);
        // Started on one runtime, ended from another.
        let [one, other] = apps;
        others.iter().for_each(|other| *other.lock().unwrap() = None);
        runtimes[first].block_on(async { within(one.shutdown()).await.unwrap() });
        runtimes[second].block_on(async { within(other.shutdown()).await.unwrap() });
    }
}
