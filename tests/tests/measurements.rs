//! What is measured of tasks, events and queues.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails fails its test")]

use looselycoupled::prelude::*;
use looselycoupled::{Durations, ExecutionMode, ExecutionOutcome, Executions, LoopOptions, Overflow};
use looselycoupled_tests::Gate;

#[derive(Default)]
struct Lamp {
    gate: Gate,
}

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> Result<u8, String> {
        assert!(level != 13, "unlucky");
        if level > 100 { Err(format!("{level} is too bright")) } else { Ok(level) }
    }

    #[task]
    async fn wait(&mut self) {
        self.gate.pass().await;
    }

    #[on_event("door.*")]
    fn on_door(&mut self, event: &EventRecord) {
        assert!(event.name() != "door.broken", "as asked for");
    }

    #[on_event]
    fn on_sunset(&mut self) {}
}

type Key = (ExecutionMode, ExecutionOutcome);

/// What was measured of a task or of a handler, without how long it took.
fn counted(executions: &[Executions]) -> Vec<(Key, u64)> {
    executions.iter().map(|executions| ((executions.mode, executions.outcome), executions.number)).collect()
}

fn of_task(app: &TestApp, name: &str) -> (Vec<(Key, u64)>, Durations) {
    let measured = app.measurements();
    let task = measured.tasks.iter().find(|task| task.task == name).unwrap();
    assert_eq!(&*task.module, "lamp");
    (counted(&task.executions), task.durations.clone())
}

const EXEC_OK: Key = (ExecutionMode::Exec, ExecutionOutcome::Ok);
const EXEC_ERROR: Key = (ExecutionMode::Exec, ExecutionOutcome::Error);
const EXEC_PANIC: Key = (ExecutionMode::Exec, ExecutionOutcome::Panic);
const EXEC_TIMEOUT: Key = (ExecutionMode::Exec, ExecutionOutcome::Timeout);
const EXEC_REJECTED: Key = (ExecutionMode::Exec, ExecutionOutcome::Rejected);
const QUEUE_OK: Key = (ExecutionMode::Queue, ExecutionOutcome::Ok);
const QUEUE_ERROR: Key = (ExecutionMode::Queue, ExecutionOutcome::Error);
const QUEUE_PANIC: Key = (ExecutionMode::Queue, ExecutionOutcome::Panic);
const QUEUE_REJECTED: Key = (ExecutionMode::Queue, ExecutionOutcome::Rejected);

#[looselycoupled::test]
async fn each_way_to_end_is_counted_by_task_and_by_whether_somebody_waited() {
    let app = TestApp::new().module("lamp", Lamp::default()).start().await;
    let lamp: LampStub = app.stub("lamp").unwrap();
    for level in [1, 2, 3, 101, 102, 13] {
        let _told = lamp.set_level(level).await;
        lamp.set_level(level).enqueue().await.unwrap();
    }
    app.exec_task("lamp.set_level", args! { level: 4 }).await.unwrap();
    app.exec_task("lamp.set_level", args! { level: "bright" }).await.unwrap_err();
    app.quiesce().await;
    let (executions, durations) = of_task(&app, "set_level");
    let expected = [
        (EXEC_OK, 4),
        (EXEC_ERROR, 2),
        (EXEC_PANIC, 1),
        (EXEC_REJECTED, 1),
        (QUEUE_OK, 3),
        (QUEUE_ERROR, 2),
        (QUEUE_PANIC, 1),
    ];
    assert_eq!(executions, expected);
    assert_eq!(durations.count, 13, "what was turned away took no time");
    assert!(!app.measurements().tasks.iter().any(|task| task.task == "wait"), "nobody has called it");
}

#[looselycoupled::test]
async fn a_call_whose_time_passes_in_line_is_counted_and_took_no_time() {
    let gate = Gate::new();
    let opener = gate.clone();
    let app = TestApp::new().module("lamp", Lamp { gate }).start().await;
    let lamp: LampStub = app.stub("lamp").unwrap();
    lamp.wait().enqueue().await.unwrap();
    lamp.set_level(1).timeout(Duration::from_secs(1)).await.unwrap_err();
    opener.open();
    app.quiesce().await;
    let (executions, durations) = of_task(&app, "set_level");
    assert_eq!((executions, durations.count), (vec![(EXEC_TIMEOUT, 1)], 0));
    assert_eq!(of_task(&app, "wait").0, [(QUEUE_OK, 1)]);
}

#[looselycoupled::test]
async fn what_finds_no_room_is_counted_as_turned_away() {
    let gate = Gate::new();
    let opener = gate.clone();
    let small = LoopOptions::new().tasks(1).overflow(Overflow::Reject);
    let app =
        TestApp::new().module("lamp", Lamp { gate }).with(|app| app.event_loop("lamp", small)).start().await;
    let lamp: LampStub = app.stub("lamp").unwrap();
    lamp.wait().enqueue().await.unwrap();
    tokio::task::yield_now().await;
    lamp.set_level(1).enqueue().await.unwrap();
    for _ in 0..3 {
        lamp.set_level(2).enqueue().await.unwrap_err();
    }
    opener.open();
    app.quiesce().await;
    assert_eq!(of_task(&app, "set_level").0, [(QUEUE_OK, 1), (QUEUE_REJECTED, 3)]);
}

#[looselycoupled::test]
async fn tasks_that_a_module_does_not_have_share_one_series() {
    let app = TestApp::new().module("lamp", Lamp::default()).start().await;
    for number in 0..5 {
        app.exec_task(&format!("lamp.no_{number}"), args! {}).await.unwrap_err();
    }
    assert_eq!(of_task(&app, "_unknown").0, [(EXEC_REJECTED, 5)]);
}

#[looselycoupled::test]
async fn handlers_are_counted_by_the_event_or_the_pattern_that_they_name() {
    let app = TestApp::new().module("lamp", Lamp::default()).start().await;
    for event in ["door.opened", "door.closed", "door.broken", "sunset", "sunset"] {
        app.trigger_event(event, args! {}).await.unwrap();
    }
    app.quiesce().await;
    let measured = app.measurements();
    let handlers = measured.handlers.iter();
    let mut handlers: Vec<_> =
        handlers.map(|known| (known.event, counted(&known.executions), known.durations.count)).collect();
    handlers.sort_by_key(|(event, ..)| *event);
    assert_eq!(
        handlers,
        [("door.*", vec![(QUEUE_OK, 2), (QUEUE_PANIC, 1)], 3), ("sunset", vec![(QUEUE_OK, 2)], 2)]
    );
}

#[looselycoupled::test]
async fn events_are_counted_by_name_and_sender_and_whether_anybody_heard() {
    #[derive(Default)]
    struct Sun;

    #[module]
    impl Sun {
        #[task]
        async fn set(&self, ctx: &Context) -> Result<()> {
            ctx.trigger_event("sunset", args! {}).await.map(drop)
        }
    }

    let app = TestApp::new().module("lamp", Lamp::default()).module("sun", Sun).start().await;
    app.trigger_event("sunset", args! {}).await.unwrap();
    for _ in 0..3 {
        app.stub::<SunStub>("sun").unwrap().set().await.unwrap();
    }
    app.trigger_event("thunder", args! {}).await.unwrap();
    let measured = app.measurements();
    let of = |name: &str| -> Vec<_> {
        let events = measured.events.iter().filter(|event| &*event.event == name);
        events
            .map(|event| (event.source.as_deref().map(str::to_owned), event.emitted, event.unheard))
            .collect()
    };
    assert_eq!(of("sunset"), [(None, 1, 0), (Some("sun".to_owned()), 3, 0)]);
    assert_eq!(of("thunder"), [(None, 1, 1)]);
}

#[looselycoupled::test]
async fn each_message_that_waited_in_a_queue_is_counted_by_its_priority() {
    let app = TestApp::new().module("lamp", Lamp::default()).start().await;
    let lamp: LampStub = app.stub("lamp").unwrap();
    lamp.set_level(1).await.unwrap();
    for priority in [Priority::Highest, Priority::Low, Priority::Low] {
        lamp.set_level(1).priority(priority).enqueue().await.unwrap();
    }
    app.trigger_event("sunset", args! {}).await.unwrap();
    app.quiesce().await;
    let waits = app.measurements().waits.map(|waits| waits.count);
    assert_eq!(
        (waits[0], waits[2], waits[3]),
        (1, 1, 2),
        "calls that begin at once wait for nothing: {waits:?}"
    );
}

#[tokio::test]
async fn durations_are_as_long_as_it_takes() {
    let gate = Gate::new();
    let opener = gate.clone();
    let app = App::builder().module("lamp", Lamp { gate }).start().await.unwrap();
    let handle = app.handle();
    let begun = std::time::Instant::now();
    let call = handle.stub::<LampStub>("lamp").unwrap().wait();
    let opens = async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        opener.open();
    };
    let (ended, ()) = tokio::join!(call, opens);
    ended.unwrap();
    let took = begun.elapsed();
    let durations = handle.measurements().tasks[0].durations.clone();
    assert!(durations.sum >= Duration::from_millis(30) && durations.sum <= took, "{durations:?} in {took:?}");
    let bucket = Durations::bounds().position(|bound| durations.sum <= bound).unwrap();
    assert_eq!(durations.buckets.iter().position(|number| *number == 1), Some(bucket));
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn modules_whose_handlers_overlap_lose_no_count() {
    #[derive(Default)]
    struct Door;

    #[module(concurrent)]
    impl Door {
        #[task]
        async fn open(&self) {
            tokio::task::yield_now().await;
        }
    }

    let app = App::builder().module("door", Door).start().await.unwrap();
    let callers = (0..8).map(|_| {
        let handle = app.handle();
        tokio::spawn(async move {
            for number in 0..500 {
                let door: DoorStub = handle.stub("door").unwrap();
                if number % 2 == 0 {
                    door.open().await.unwrap()
                } else {
                    drop(door.open().enqueue().await.unwrap())
                }
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    app.quiesce().await;
    let task = &app.handle().measurements().tasks[0];
    assert_eq!(counted(&task.executions), [(EXEC_OK, 2000), (QUEUE_OK, 2000)]);
    assert_eq!(task.durations.count, 4000);
    app.shutdown().await.unwrap();
}

#[looselycoupled::test]
async fn a_task_that_an_event_is_connected_to_is_counted_as_that_task() {
    #[derive(Default)]
    struct Door;

    #[module(emits(opened(level: u8)))]
    impl Door {
        #[task]
        async fn open(&self, ctx: &Context, level: u8) -> Result<()> {
            ctx.trigger_event("opened", args! { level }).await.map(drop)
        }
    }

    let app = TestApp::new().module("lamp", Lamp::default()).module("door", Door).start().await;
    app.connect("door/opened", "lamp.set_level").unwrap();
    for level in [1, 2, 101, 13] {
        app.stub::<DoorStub>("door").unwrap().open(level).await.unwrap();
    }
    app.quiesce().await;
    assert_eq!(of_task(&app, "set_level").0, [(QUEUE_OK, 2), (QUEUE_ERROR, 1), (QUEUE_PANIC, 1)]);
    assert_eq!(app.measurements().handlers, []);
}

/// Calls from wherever a module can.
#[derive(Default)]
struct Remote;

#[module(emits(pressed(level: u8)))]
impl Remote {
    #[task]
    async fn press(&self, ctx: &Context) -> Result<()> {
        ctx.exec_task("lamp.set_level", args! { level: 101 }).await.unwrap_err();
        ctx.enqueue_task("lamp.set_level", args! { level: 1 }).await?;
        ctx.stub::<LampStub>("lamp")?.set_level(2).await.unwrap();
        ctx.trigger_event("pressed", args! { level: 3 }).await.map(drop)
    }

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        if ctx.name() == "second" {
            ctx.exec_task("lamp.set_level", args! { level: 4 }).await?;
        }
        Ok(())
    }
}

fn callers(app: &TestApp) -> Vec<(Option<String>, String, u64)> {
    let calls = app.measurements().calls;
    let owned = |name: &str| name.to_owned();
    calls.iter().map(|call| (call.caller.as_deref().map(owned), owned(&call.module), call.number)).collect()
}

#[looselycoupled::test]
async fn who_calls_whom_is_counted_by_module_and_without_events() {
    let app = TestApp::new()
        .module("first", Remote)
        .module("lamp", Lamp::default())
        .module("second", Remote)
        .start()
        .await;
    app.connect("first/pressed", "lamp.set_level").unwrap();
    app.quiesce().await;
    for _ in 0..2 {
        app.exec_task("first.press", args! {}).await.unwrap();
    }
    app.exec_task("lamp.set_level", args! { level: "bright" }).await.unwrap_err();
    app.exec_task("lamp.set_level", args! { level: 5 }).await.unwrap();
    app.quiesce().await;
    let of =
        |caller: Option<&str>, module: &str, number| (caller.map(str::to_owned), module.to_owned(), number);
    let expected = [
        of(None, "first", 2),
        of(None, "lamp", 1),
        of(Some("first"), "lamp", 6),
        of(Some("second"), "lamp", 1),
    ];
    assert_eq!(callers(&app), expected, "what was turned away never ran, and events are no calls");
}

#[looselycoupled::test]
async fn a_task_that_a_handler_spawns_calls_in_the_name_of_the_module_whose_handle_it_has() {
    #[derive(Default)]
    struct Spawner;

    #[module]
    impl Spawner {
        #[task]
        async fn spawn(&self, ctx: &Context) {
            let (handle, lamp) = (ctx.handle(), ctx.stub::<LampStub>("lamp").unwrap());
            let spawned = tokio::spawn(async move {
                handle.exec_task("lamp.set_level", args! { level: 1 }).await.unwrap();
                lamp.set_level(2).await.unwrap();
            });
            drop(spawned);
        }
    }

    let app = TestApp::new().module("lamp", Lamp::default()).module("spawner", Spawner).start().await;
    app.exec_task("spawner.spawn", args! {}).await.unwrap();
    while callers(&app).iter().map(|(.., number)| number).sum::<u64>() < 3 {
        tokio::task::yield_now().await;
    }
    let of_lamp: Vec<_> = callers(&app).into_iter().filter(|(_, module, _)| module == "lamp").collect();
    assert_eq!(
        of_lamp,
        [(None, "lamp".to_owned(), 1), (Some("spawner".to_owned()), "lamp".to_owned(), 1)],
        "a stub knows no module"
    );
}

#[test]
fn a_quantile_is_the_bound_of_the_bucket_in_which_it_lies() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut durations = runtime.block_on(async {
        let app = App::builder().module("lamp", Lamp::default()).start().await.unwrap();
        app.handle().exec_task("lamp.set_level", args! { level: 1 }).await.unwrap();
        app.handle().measurements().tasks[0].durations.clone()
    });
    let bounds: Vec<_> = Durations::bounds().collect();
    let mut fill = |buckets: &[(usize, u64)]| {
        durations.buckets.fill(0);
        buckets.iter().for_each(|(bucket, number)| durations.buckets[*bucket] = *number);
        durations.count = durations.buckets.iter().sum();
        durations.clone()
    };
    assert_eq!(fill(&[]).quantile(0.5), None);
    let most_are_short = fill(&[(1, 90), (4, 9), (bounds.len(), 1)]);
    for (share, bucket) in [(-1.0, 1), (0.0, 1), (0.5, 1), (0.9, 1), (0.91, 4), (0.99, 4)] {
        assert_eq!(most_are_short.quantile(share), Some(bounds[bucket]), "{share}");
    }
    for share in [0.995, 1.0, 2.0] {
        assert_eq!(most_are_short.quantile(share), Some(Duration::from_secs(10)), "no more can be said");
    }
    assert_eq!(most_are_short.quantile(f64::NAN), None);
}
