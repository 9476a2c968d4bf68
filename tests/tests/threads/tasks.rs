//! Tasks whose bodies block.

use std::thread;

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Overlap, balanced, begin, settle, within};

use super::Counter;

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

    #[task(blocking)]
    fn pressed_apart(&self) -> u64 {
        self.pressed
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
    stub.pressed().await.unwrap();
    assert!(begin(&mut stub.pressed()).await.is_ready(), "others are entered at once");
    let mut held = stub.hold();
    assert!(begin(&mut held).await.is_pending());
    let module = handle.statistics().module("press").unwrap().clone();
    assert_eq!((module.queued, module.running), (1, 0));
    // What waits in line is withdrawn; a handler that had begun would go on.
    drop(held);
    settle(&app).await;
    let module = handle.statistics().module("press").unwrap().clone();
    assert_eq!((module.cancelled, module.handled, press.gate.arrived()), (1, 2, 0));
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

/// Calls another blocking task while it holds a thread of the pool.
#[derive(Debug, Default)]
struct Greedy(u32);

#[module]
impl Greedy {
    #[task(blocking)]
    fn call(&mut self, ctx: &Context, time: Duration) -> bool {
        self.0 += 1;
        let call = ctx.exec_task("press.pressed_apart", args! {}).timeout(time);
        matches!(call.blocking(), Err(CallError::Timeout { .. }))
    }
}

/// Two runtimes' threads: the pool's only one is blocked, and the deadline needs another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_task_that_waits_for_the_thread_of_its_caller_ends_by_its_deadline() {
    let app = App::builder()
        .module("greedy", Greedy::default())
        .module("press", Press::default())
        .blocking_threads(1)
        .start()
        .await
        .unwrap();
    let greedy: GreedyStub = app.handle().stub("greedy").unwrap();
    assert!(within(greedy.call(Duration::from_millis(50))).await.unwrap());
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test]
async fn a_pool_without_threads_or_with_too_many_is_refused() {
    for threads in [0, usize::MAX] {
        let started = App::builder().blocking_threads(threads).start().await;
        let Err(StartError::Check(faults)) = started else { unreachable!("{started:?}") };
        assert!(faults[0].message.starts_with("`blocking_threads` must be from 1 to "), "{faults:?}");
        let text = format!("looselycoupled:\n  blocking_threads: {threads}\n");
        let config = looselycoupled::config::Config::parse(&text, "home.yaml").unwrap();
        let started = App::builder().config(config).start().await;
        let Err(StartError::Check(faults)) = started else { unreachable!("{started:?}") };
        let message = &faults[0].message;
        assert!(message.starts_with("`blocking_threads` must be from 1 to "), "{message}");
        assert!(message.contains("--> home.yaml:2:"), "{message}");
    }
}
