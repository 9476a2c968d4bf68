//! Arguments and handlers of unusual size and alignment, deep recursion, and applications that meet.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, LoopOptions};
use looselycoupled_tests::{Gate, balanced, settle, within};

/// As large as a cache line, and where one begins.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Aligned([u8; 64]);

#[derive(Debug)]
struct Nothing;

const MEGABYTE: usize = 1_000_000;

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

    /// As much as a stack of 4 MiB holds as often as a debug build has it there.
    #[task(local)]
    async fn huge(&mut self, huge: [u8; 32_768]) -> [u8; 32_768] {
        tokio::task::yield_now().await;
        self.add(&huge);
        huge
    }

    /// The bytes backwards, after others had a chance to run.
    #[task]
    async fn turn(&mut self, bytes: Vec<u8>, text: String) -> (Vec<u8>, String) {
        tokio::task::yield_now().await;
        self.add(&bytes);
        (bytes.into_iter().rev().collect(), text)
    }

    #[on_event]
    fn on_bulk(&mut self, bytes: Vec<u8>) {
        self.add(&bytes);
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

#[tokio::test]
async fn a_megabyte_arrives_and_comes_back_by_stub_and_by_name() {
    let module = Extreme::default();
    let app = App::builder().module("extreme", module.clone()).start().await.unwrap();
    let (handle, stub): (_, ExtremeStub) = (app.handle(), app.handle().stub("extreme").unwrap());
    let bytes: Vec<u8> = (0..MEGABYTE).map(|number| number as u8).collect();
    let (backwards, text) = (bytes.iter().rev().copied().collect::<Vec<u8>>(), "ä".repeat(MEGABYTE / 2));
    let arguments = || args! { bytes: bytes.clone(), text: text.clone() };

    let came = within(stub.turn(bytes.clone(), text.clone())).await.unwrap();
    assert!(came == (backwards.clone(), text.clone()), "by stub");
    let reply = within(handle.exec_task("extreme.turn", arguments())).await.unwrap();
    assert!(reply.get::<(Vec<u8>, String)>().unwrap() == (backwards, text.clone()), "by name");
    within(stub.turn(bytes.clone(), text.clone()).enqueue()).await.unwrap();
    within(handle.enqueue_task("extreme.turn", arguments())).await.unwrap();
    within(handle.trigger_event("bulk", args! { bytes: bytes.clone() })).await.unwrap();
    settle(&app).await;
    balanced(&handle);
    let sum: u64 = bytes.iter().map(|byte| u64::from(*byte)).sum();
    assert_eq!(*module.sum.lock().unwrap(), 5 * sum, "four tasks and an event");
}

/// Without optimisation a call at once moves its argument some seventy times over the caller's stack.
#[test]
fn what_lies_on_the_stack_as_a_whole_arrives_and_comes_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let calls = async {
        let module = Extreme::default();
        let app = App::builder().module("extreme", module.clone()).start().await.unwrap();
        let stub: ExtremeStub = app.handle().stub("extreme").unwrap();
        for _at_once in 0..2 {
            assert_eq!(stub.huge([7; 32_768]).await.unwrap(), [7; 32_768]);
        }
        stub.huge([7; 32_768]).enqueue().await.unwrap();
        settle(&app).await;
        assert_eq!(*module.sum.lock().unwrap(), 3 * 7 * 32_768);
    };
    std::thread::scope(|scope| {
        let caller = std::thread::Builder::new().stack_size(4 << 20);
        caller.spawn_scoped(scope, || runtime.block_on(calls)).unwrap().join().unwrap();
    });
}

/// Its handlers keep much while they wait.
#[derive(Debug)]
struct Roomy;

#[module]
impl Roomy {
    /// Passes the call on when it has been suspended, and so from the loop's own task.
    #[task]
    async fn pass_late(&mut self, ctx: &Context, left: u32) -> Result<u32> {
        let kept = full::<65_536>();
        tokio::task::yield_now().await;
        let below = pass_on(ctx, "pass_late", left).await?;
        Ok(below + u32::from(kept[usize::from(kept[7])]))
    }

    /// Passes the call on at once, and so on the stack of its caller.
    #[task]
    async fn pass(&mut self, ctx: &Context, left: u32) -> Result<u32> {
        let kept = full::<65_536>();
        let below = pass_on(ctx, "pass", left).await?;
        tokio::task::yield_now().await;
        Ok(below + u32::from(kept[usize::from(kept[7])]))
    }
}

#[derive(Debug)]
struct RoomyAndConcurrent;

#[module(concurrent)]
impl RoomyAndConcurrent {
    #[task]
    async fn pass_late(&self, ctx: &Context, left: u32) -> Result<u32> {
        let kept = full::<65_536>();
        tokio::task::yield_now().await;
        let below = pass_on(ctx, "pass_late", left).await?;
        Ok(below + u32::from(kept[usize::from(kept[7])]))
    }

    #[task]
    async fn pass(&self, ctx: &Context, left: u32) -> Result<u32> {
        let kept = full::<65_536>();
        let below = pass_on(ctx, "pass", left).await?;
        tokio::task::yield_now().await;
        Ok(below + u32::from(kept[usize::from(kept[7])]))
    }
}

fn full<const SIZE: usize>() -> [u8; SIZE] {
    std::hint::black_box([1; SIZE])
}

async fn pass_on(ctx: &Context, task: &str, left: u32) -> Result<u32> {
    let Some(left) = left.checked_sub(1) else { return Ok(0) };
    Ok(ctx.exec_task(&format!("m{left}.{task}"), args! { left: left }).await?.get()?)
}

/// More than are begun on one stack.
const STATIONS: u32 = 40;

async fn pass_through(add: fn(AppBuilder, &str) -> AppBuilder) {
    let builder = (0..STATIONS).fold(App::builder(), |builder, number| add(builder, &format!("m{number}")));
    let app = builder.start().await.unwrap();
    for task in ["pass", "pass_late"] {
        let (first, left) = (format!("m{}.{task}", STATIONS - 1), STATIONS - 1);
        let reply = within(app.handle().exec_task(&first, args! { left: left })).await.unwrap();
        assert_eq!(reply.get::<u32>().unwrap(), STATIONS);
        app.handle().enqueue_task(&first, args! { left: left }).await.unwrap();
        settle(&app).await;
    }
    balanced(&app.handle());
}

async fn handlers_with_much_in_them() {
    pass_through(|builder, name| builder.module(name, Roomy)).await;
    pass_through(|builder, name| builder.module_on("bus", name, Roomy)).await;
    pass_through(|builder, name| builder.module(name, RoomyAndConcurrent)).await;
}

/// On a test's thread and on those of a runtime, which have 2 MiB of stack.
#[test]
fn handlers_that_keep_much_stand_on_each_other() {
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    one.block_on(handlers_with_much_in_them());
    let many = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    many.block_on(async { tokio::spawn(handlers_with_much_in_them()).await.unwrap() });
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
