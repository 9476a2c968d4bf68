//! Threads: hooks with one of their own, blocking tasks, and verbs that block their caller.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::sync::{Arc, Mutex};
use std::thread;

use looselycoupled::prelude::*;
use looselycoupled::{Error, LoopOptions};
use looselycoupled_tests::{Gate, Journal, Overlap, balanced, begin, settle, within};

/// Counts, and knows on which threads it does.
#[derive(Debug, Clone, Default)]
struct Counter {
    total: u64,
    threads: Arc<Mutex<Vec<thread::ThreadId>>>,
    gate: Gate,
}

#[module]
impl Counter {
    #[task]
    async fn add(&mut self, number: u64) -> u64 {
        self.threads.lock().unwrap().push(thread::current().id());
        tokio::task::yield_now().await;
        self.total += number;
        self.total
    }

    #[task]
    fn fail(&mut self) -> Result<(), String> {
        Err(format!("at {}", self.total))
    }

    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[on_event]
    fn on_added(&mut self, number: u64) {
        self.total += number;
    }

    /// Uses verbs that block where nothing may block.
    #[task]
    async fn misuse(&mut self, ctx: &Context) -> Vec<String> {
        let stub: Result<CounterStub, CallError> = ctx.stub("other");
        vec![
            ctx.exec_task_blocking("other.add", args! { number: 1 }).unwrap_err().to_string(),
            ctx.enqueue_task_blocking("other.add", args! { number: 1 }).unwrap_err().to_string(),
            ctx.trigger_event_blocking("added", args! { number: 1 }).unwrap_err().to_string(),
            stub.unwrap().add(1).blocking().unwrap_err().to_string(),
        ]
    }
}

/// Waits for a thread without blocking the runtime.
async fn joined<T: Send + 'static>(thread: thread::JoinHandle<T>) -> T {
    within(tokio::task::spawn_blocking(|| thread.join().unwrap())).await.unwrap()
}

async fn counter() -> (App, Handle, Counter) {
    let counter = Counter::default();
    let app = App::builder()
        .module("counter", counter.clone())
        .module("other", Counter::default())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    (app, handle, counter)
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

/// A hook with a thread of its own, which works through other modules.
#[derive(Debug, Clone, Default)]
struct Pump {
    journal: Journal,
}

static PUMPED: Mutex<Option<Journal>> = Mutex::new(None);

#[module]
impl Pump {
    #[run(thread)]
    fn run(ctx: Context) -> Result<()> {
        let journal = PUMPED.lock().unwrap().clone().unwrap_or_default();
        journal.note(thread::current().name().unwrap_or("?"));
        let counter: CounterStub = ctx.stub("counter")?;
        let mut rounds = 0_u64;
        while ctx.is_active() {
            rounds = counter.add(1).blocking()?;
            if rounds == 3 {
                journal.note(ctx.exec_task_blocking("pump.own", args! {})?.get::<String>()?);
                ctx.enqueue_task_blocking("counter.add", args! { number: 10 })?;
                ctx.trigger_event_blocking("added", args! { number: 100 })?;
            }
            if !ctx.sleep_blocking(Duration::from_millis(1)) {
                break;
            }
        }
        journal.note(format!("ended {}", rounds >= 3));
        Ok(())
    }

    #[task]
    fn own(&mut self) -> String {
        self.journal.note("own");
        "answered".to_owned()
    }
}

#[tokio::test]
async fn a_hook_on_a_thread_of_its_own_uses_verbs_that_block_until_it_is_told_to_end() {
    let (pump, counter, journal) = (Pump::default(), Counter::default(), Journal::new());
    PUMPED.lock().unwrap().replace(journal.clone());
    let app =
        App::builder().module("pump", pump.clone()).module("counter", counter.clone()).start().await.unwrap();
    let handle = app.handle();
    within(async {
        let total = || handle.exec_task("counter.add", args! { number: 0 });
        while total().await.unwrap().get::<u64>().unwrap() < 113 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    within(app.shutdown()).await.unwrap();
    assert_eq!(journal.lines(), ["pump.run", "answered", "ended true"]);
    assert_eq!(pump.journal.lines(), ["own"]);
    balanced(&handle);
}

/// Blocking bodies.
#[derive(Debug, Clone, Default)]
struct Press {
    pressed: u64,
    overlap: Overlap,
    gate: Gate,
}

#[module]
impl Press {
    #[task(blocking)]
    fn press(&mut self, ctx: &Context, number: u64) -> Result<u64> {
        let _inside = self.overlap.enter();
        self.pressed += number;
        let reply = ctx.exec_task_blocking("counter.add", args! { number: number })?;
        assert_eq!(ctx.name(), "press");
        Ok(reply.get::<u64>()? + self.pressed)
    }

    #[task(blocking)]
    fn hold(&mut self) {
        let _inside = self.overlap.enter();
        self.gate.pass_blocking();
    }

    #[task(blocking)]
    fn nap(&mut self, ctx: &Context, time: Duration) -> bool {
        self.pressed += 1;
        self.gate.pass_blocking();
        ctx.sleep_blocking(time)
    }

    #[task]
    fn pressed(&self) -> u64 {
        self.pressed
    }

    #[task(blocking)]
    fn whose(&mut self, ctx: &Context) -> Result<(String, Priority)> {
        self.pressed += 1;
        let metadata = ctx.metadata();
        let told = ctx.exec_task_blocking("teller.tell", args! {})?.get::<(String, Priority)>()?;
        assert_eq!(told, (metadata.transaction.to_string(), metadata.priority));
        Ok(told)
    }
}

#[derive(Debug, Clone, Default)]
struct Teller(u8);

#[module]
impl Teller {
    #[task]
    fn tell(&mut self, ctx: &Context) -> (String, Priority) {
        self.0 += 1;
        (ctx.metadata().transaction.to_string(), ctx.metadata().priority)
    }
}

#[tokio::test]
async fn a_blocking_task_keeps_its_state_and_calls_others() {
    let app = App::builder()
        .module("press", Press::default())
        .module("counter", Counter::default())
        .start()
        .await
        .unwrap();
    let press: PressStub = app.handle().stub("press").unwrap();
    assert_eq!(within(press.press(1)).await.unwrap(), 2);
    assert_eq!(within(press.press(2)).await.unwrap(), 6);
    press.press(3).enqueue().await.unwrap();
    settle(&app).await;
    assert_eq!(press.pressed().await.unwrap(), 6);
    let by_name = within(app.handle().exec_task("press.press", args! { number: 0 })).await.unwrap();
    assert_eq!(by_name.get::<u64>().unwrap(), 12);
    balanced(&app.handle());
}

#[tokio::test]
async fn a_blocking_task_hands_on_its_transaction_and_priority() {
    let app = App::builder()
        .module("press", Press::default())
        .module("teller", Teller::default())
        .start()
        .await
        .unwrap();
    let press: PressStub = app.handle().stub("press").unwrap();
    let (_, priority) = within(press.whose().priority(Priority::High)).await.unwrap();
    assert_eq!(priority, Priority::High);
}

#[tokio::test]
async fn blocking_tasks_of_one_module_take_turns_and_hold_up_nobody_else() {
    let (press, counter) = (Press::default(), Counter::default());
    let app = App::builder()
        .module("press", press.clone())
        .module("counter", counter.clone())
        .start()
        .await
        .unwrap();
    let calls: Vec<_> =
        (0..3).map(|_| tokio::spawn(app.handle().exec_task("press.hold", args! {}))).collect();
    press.gate.reached(1).await;
    let answered = within(app.handle().exec_task("counter.add", args! { number: 7 })).await.unwrap();
    assert_eq!(answered.get::<u64>().unwrap(), 7, "the runtime's only thread is free");
    assert_eq!((press.overlap.now(), press.gate.arrived()), (1, 1));
    let here = thread::current().id();
    assert!(counter.threads.lock().unwrap().iter().all(|thread| *thread == here));
    press.gate.open();
    for call in calls {
        within(call).await.unwrap().unwrap();
    }
    assert_eq!((press.overlap.most(), press.overlap.ever()), (1, 3));
}

/// Waits until everybody who was given a thread before has it: tokio's threads take what they are to run in its order.
async fn threads_are_given_out() {
    within(tokio::task::spawn_blocking(|| ())).await.unwrap();
}

async fn pool_of_two(builder: looselycoupled::AppBuilder) {
    let press = Press::default();
    let builder =
        (0..6).fold(builder, |builder, number| builder.module(&format!("press{number}"), press.clone()));
    let app = builder.start().await.unwrap();
    for number in 0..6 {
        app.handle().enqueue_task(&format!("press{number}.hold"), args! {}).await.unwrap();
    }
    press.gate.reached(2).await;
    within(async {
        while app.handle().statistics().modules.iter().any(|module| module.running == 0) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    threads_are_given_out().await;
    assert_eq!((press.overlap.now(), app.handle().statistics().blocking), (2, 2));
    press.gate.open();
    settle(&app).await;
    assert_eq!((press.overlap.most(), press.overlap.ever()), (2, 6), "those that waited had their turn");
    balanced(&app.handle());
}

#[tokio::test]
async fn no_more_blocking_tasks_run_at_once_than_stated() {
    pool_of_two(App::builder().blocking_threads(2)).await;
}

#[tokio::test]
async fn the_configuration_states_the_number_of_blocking_threads_as_well() {
    let config = looselycoupled::config::Config::parse("looselycoupled: { blocking_threads: 2 }", "c.yaml");
    pool_of_two(App::builder().config(config.unwrap())).await;
}

/// Overlapping blocking bodies.
#[derive(Debug, Clone, Default)]
struct Presses {
    overlap: Overlap,
    gate: Gate,
}

#[module(concurrent)]
impl Presses {
    #[task(blocking)]
    fn hold(&self, number: usize) -> usize {
        let _inside = self.overlap.enter();
        self.gate.pass_blocking();
        number
    }
}

#[tokio::test]
async fn blocking_tasks_of_a_concurrent_module_overlap_up_to_its_limit() {
    let presses = Presses::default();
    let app = App::builder()
        .module("presses", presses.clone())
        .event_loop("presses", LoopOptions::new().concurrency(3))
        .start()
        .await
        .unwrap();
    let stub: PressesStub = app.handle().stub("presses").unwrap();
    let calls: Vec<_> = (0..5).map(|number| tokio::spawn(stub.hold(number))).collect();
    presses.gate.reached(3).await;
    within(async {
        while app.handle().statistics().module("presses").unwrap().accepted < 5 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    threads_are_given_out().await;
    assert_eq!((presses.overlap.now(), app.handle().statistics().module("presses").unwrap().queued), (3, 2));
    presses.gate.open();
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(within(call).await.unwrap().unwrap(), number);
    }
    assert_eq!(presses.overlap.most(), 3);
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test]
async fn a_blocking_task_that_sleeps_is_woken_by_the_end() {
    let press = Press::default();
    let app = App::builder().module("press", press.clone()).start().await.unwrap();
    press.gate.open();
    let nap = |time| tokio::spawn(app.handle().exec_task("press.nap", args! { time: time }));
    let slept = within(nap(Duration::from_millis(5))).await.unwrap().unwrap();
    assert!(slept.get::<bool>().unwrap(), "the time has passed");
    let napping = nap(Duration::from_secs(3_600));
    press.gate.reached(2).await;
    within(app.shutdown()).await.unwrap();
    assert!(!within(napping).await.unwrap().unwrap().get::<bool>().unwrap(), "the end came first");
}

#[tokio::test]
async fn a_blocking_task_takes_the_queue_of_an_idle_module() {
    let press = Press::default();
    let app = App::builder().module("press", press.clone()).start().await.unwrap();
    let handle = app.handle();
    let stub: PressStub = handle.stub("press").unwrap();
    settle(&app).await;
    let mut held = stub.hold();
    assert!(begin(&mut held).await.is_pending());
    let module = handle.statistics().module("press").unwrap().clone();
    assert_eq!((module.queued, module.running), (1, 0));
    // What waits in line is withdrawn; a handler that had begun would go on.
    drop(held);
    settle(&app).await;
    let module = handle.statistics().module("press").unwrap().clone();
    assert_eq!((module.cancelled, module.handled, press.gate.arrived()), (1, 0, 0));
    balanced(&handle);
}

#[tokio::test]
async fn dropping_the_call_of_a_blocking_task_lets_it_go_on() {
    let press = Press::default();
    let app = App::builder().module("press", press.clone()).start().await.unwrap();
    let stub: PressStub = app.handle().stub("press").unwrap();
    let mut held = stub.hold();
    assert!(begin(&mut held).await.is_pending());
    press.gate.reached(1).await;
    drop(held);
    press.gate.open();
    settle(&app).await;
    assert_eq!(app.handle().statistics().module("press").unwrap().handled, 1);
    balanced(&app.handle());
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

#[derive(Debug, Clone, Default)]
struct Held(looselycoupled_tests::Gate, std::sync::Arc<()>);

#[module]
impl Held {
    #[task]
    async fn hold(&mut self) {
        self.0.pass().await;
    }
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
    looselycoupled_tests::balanced(&handle);
    assert_eq!(std::sync::Arc::strong_count(&module.1), 1, "the module has been given back");
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
