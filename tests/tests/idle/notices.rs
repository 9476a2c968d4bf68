//! What earns a notice, and what does not.

use looselycoupled::AppBuilder;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, balanced, within};

use super::{Helper, Waiter, Worker, bench, calm};

#[tokio::test]
async fn becoming_idle_comes_once_for_every_burst_of_work() {
    let bench = bench().await;
    for _ in 0..5 {
        bench.worker.hop(10).enqueue().await.unwrap();
        bench.worker.hop(3).enqueue().await.unwrap();
        assert_eq!(bench.idles().await, 1);
    }
    assert_eq!(bench.idles().await, 0, "and not again without work");
}

#[tokio::test]
async fn becoming_idle_does_not_come_while_a_handler_is_suspended() {
    let bench = bench().await;
    let held = tokio::spawn(bench.worker.hold());
    bench.gate.reached(1).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.journal.take().len(), 0);
    bench.gate.open();
    within(held).await.unwrap().unwrap();
    assert_eq!(bench.idles().await, 1);
}

#[tokio::test]
async fn becoming_idle_does_not_come_while_blocking_work_runs() {
    let bench = bench().await;
    bench.worker.hold_the_thread().enqueue().await.unwrap();
    bench.gate.reached(1).await;
    assert_eq!(bench.handle.statistics().blocking, 1);
    let busy = bench.app.quiesce_within(Duration::from_millis(20)).await.unwrap_err();
    assert!(busy.to_string().contains("worker.hold_the_thread"), "{busy}");
    assert_eq!(bench.journal.take().len(), 0);
    bench.gate.open();
    assert_eq!(bench.idles().await, 1);
    assert_eq!(bench.handle.statistics().blocking, 0);
}

/// Hands a number on to another module until it is zero.
#[derive(Debug, Clone, Default)]
struct Player;

#[module]
impl Player {
    #[task]
    async fn hand_on(&mut self, ctx: &Context, to: String, number: u32) -> Result<()> {
        tokio::task::yield_now().await;
        if number > 0 {
            let back = args! { to: ctx.name(), number: number - 1 };
            ctx.enqueue_task(&format!("{to}.hand_on"), back).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn work_that_goes_back_and_forth_between_modules_ends_in_one() {
    let worker = Worker::default();
    let app = App::builder()
        .module("worker", worker.clone())
        .module("left", Player)
        .module("right", Player)
        .start()
        .await
        .unwrap();
    calm(&app).await;
    worker.journal.take();
    app.handle().enqueue_task("left.hand_on", args! { to: "right", number: 50 }).await.unwrap();
    calm(&app).await;
    assert_eq!(worker.journal.take(), ["idle"]);
}

#[tokio::test]
async fn a_call_that_neither_sends_nor_suspends_is_no_work() {
    let (worker, waiter) = (Worker::default(), Waiter::default());
    let app = App::builder()
        .module("worker", worker.clone())
        .module("waiter", waiter.clone())
        .start()
        .await
        .unwrap();
    app.handle().exec_task("waiter.note", args! {}).await.unwrap();
    calm(&app).await;
    worker.journal.take();
    app.handle().exec_task("waiter.note", args! {}).await.unwrap();
    calm(&app).await;
    assert_eq!(waiter.0.lines().len(), 2);
    assert!(worker.journal.take().is_empty());
}

/// Uses the hook instead of the event.
#[derive(Debug, Clone, Default)]
struct Hooked(Journal);

#[module]
impl Hooked {
    #[on_idle]
    async fn rest(&mut self, ctx: &Context) -> Result<()> {
        self.0.note(ctx.name());
        assert!(self.0.lines().len() < 200, "idleness earns idleness");
        ctx.enqueue_task("work", args! {}).await?;
        Ok(())
    }

    #[task]
    async fn work(&mut self) {
        tokio::task::yield_now().await;
    }
}

#[derive(Debug, Clone, Default)]
struct HookedSideBySide(Journal);

#[module(concurrent)]
impl HookedSideBySide {
    #[on_idle]
    async fn rest(&self, ctx: &Context) {
        tokio::task::yield_now().await;
        self.0.note(ctx.name());
    }
}

#[tokio::test]
async fn the_idle_hook_of_every_module_runs_once() {
    let journal = Journal::new();
    let app = App::builder()
        .module("own", Hooked(journal.clone()))
        .module_on("bus", "left", Hooked(journal.clone()))
        .module_on("bus", "right", Hooked(journal.clone()))
        .module("many", HookedSideBySide(journal.clone()))
        .start()
        .await
        .unwrap();
    calm(&app).await;
    journal.take();
    for _ in 0..3 {
        app.handle().enqueue_task("own.work", args! {}).await.unwrap();
        calm(&app).await;
        let mut lines = journal.take();
        lines.sort();
        assert_eq!(lines, ["left", "many", "own", "right"]);
    }
    for module in app.handle().statistics().modules {
        assert!(module.failed == 0 && module.accepted == module.accounted(), "{module:?}");
    }
}

/// Its run hook works on its own.
#[derive(Debug, Clone, Default)]
struct Ticker(Gate);

#[module]
impl Ticker {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.no_longer_active().await;
        Ok(())
    }

    #[run_passively(thread)]
    fn beside(ctx: Context) -> Result<()> {
        let _end = ctx.sleep_blocking(Duration::from_secs(3_600));
        Ok(())
    }

    #[task]
    async fn later(&mut self, ctx: &Context) {
        let ctx = ctx.clone();
        let gate = self.0.clone();
        tokio::spawn(async move {
            gate.pass().await;
            ctx.trigger_event("late", args! {}).await.map(drop).unwrap_or_default();
        });
    }
}

#[tokio::test]
async fn run_hooks_and_timers_that_are_not_yet_due_do_not_count() {
    let (ticker, worker) = (Ticker::default(), Worker::default());
    let app = App::builder()
        .module("ticker", ticker.clone())
        .module("worker", worker.clone())
        .start()
        .await
        .unwrap();
    calm(&app).await;
    worker.journal.take();
    app.handle().enqueue_task("ticker.later", args! {}).await.unwrap();
    calm(&app).await;
    assert_eq!(worker.journal.take(), ["idle"], "what a task of the runtime will do is not known yet");
    within(app.shutdown()).await.unwrap();
}

/// Takes its time to begin.
#[derive(Debug, Clone, Default)]
struct Beginner;

#[module]
impl Beginner {
    #[initialize]
    async fn begin(&mut self) {
        tokio::task::yield_now().await;
    }

    #[task]
    async fn work(&mut self) {}
}

#[derive(Debug, Clone, Default)]
struct OverlappingBeginner;

#[module(concurrent)]
impl OverlappingBeginner {
    #[initialize]
    async fn begin(&mut self) {
        tokio::task::yield_now().await;
    }

    #[task]
    async fn work(&self) {}
}

#[tokio::test]
async fn becoming_a_part_of_the_application_is_no_work() {
    let builders = [
        App::builder().module("beginner", Beginner),
        App::builder().module_on("bus", "beginner", Beginner).module_on("bus", "mate", Helper),
        App::builder().module("beginner", OverlappingBeginner),
    ];
    for (number, builder) in builders.into_iter().enumerate() {
        let worker = Worker::default();
        let app = builder.module("worker", worker.clone()).start().await.unwrap();
        calm(&app).await;
        assert!(worker.journal.take().is_empty(), "builder {number}");
        app.handle().enqueue_task("beginner.work", args! {}).await.unwrap();
        calm(&app).await;
        assert_eq!(worker.journal.take(), ["idle"], "builder {number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn becoming_idle_comes_once_after_a_burst_on_many_threads() {
    let module = Worker::default();
    let mut builder = App::builder().module("worker", module.clone());
    for number in 0..8 {
        builder = builder.module(&format!("worker{number}"), Worker::default());
    }
    let app = builder.start().await.unwrap();
    calm(&app).await;
    module.journal.take();
    for round in 1..11 {
        // In line, since a handler that is entered at once counts from its suspension only.
        app.handle().enqueue_task("worker.hold", args! {}).await.unwrap();
        module.gate.reached(round).await;
        for number in 0..8 {
            app.handle().enqueue_task(&format!("worker{number}.hop"), args! { hops: 20 }).await.unwrap();
        }
        module.gate.let_one_pass();
        calm(&app).await;
        // Never taken, so that one too many shows in a later round if not in its own.
        assert_eq!(module.journal.lines().len(), round);
    }
    balanced(&app.handle());
}

/// Its run hook calls what is idle, and so at once.
#[derive(Debug, Clone, Default)]
struct Caller;

#[module]
impl Caller {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.exec_task("waiter.note", args! {}).await.map(drop).map_err(Error::from)
    }
}

/// Its run hook calls from a thread, and so through the queue.
#[derive(Debug, Clone, Default)]
struct CallerOnAThread;

#[module]
impl CallerOnAThread {
    #[run(thread)]
    fn run(ctx: Context) -> Result<()> {
        ctx.exec_task_blocking("waiter.note", args! {}).map(drop).map_err(Error::from)
    }
}

#[tokio::test]
async fn a_call_that_must_wait_counts_from_its_acceptance_whoever_makes_it() {
    let idles_after = async |builder: AppBuilder| {
        let (worker, waiter) = (Worker::default(), Waiter::default());
        let app = builder.module("worker", worker.clone()).module("waiter", waiter.clone()).start();
        let app = app.await.unwrap();
        within(async {
            while waiter.0.lines().is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        calm(&app).await;
        worker.journal.take().len()
    };
    assert_eq!(idles_after(App::builder().module("caller", Caller)).await, 0);
    assert_eq!(idles_after(App::builder().module("caller", CallerOnAThread)).await, 1);
}

/// Leaves something behind that works when the gate opens.
#[derive(Debug)]
struct Founder(Gate);

#[module]
impl Founder {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        let (ctx, gate) = (ctx.clone(), self.0.clone());
        tokio::spawn(async move {
            gate.pass().await;
            ctx.enqueue_task("worker.hop", args! { hops: 0 }).await
        });
        Ok(())
    }
}

#[tokio::test]
async fn what_a_hook_leaves_behind_is_work_like_any_other() {
    let (gate, worker) = (Gate::new(), Worker::default());
    let journal = worker.journal.clone();
    let builder = App::builder().module("worker", worker).module("founder", Founder(gate.clone()));
    let app = builder.start().await.unwrap();
    gate.reached(1).await;
    calm(&app).await;
    assert!(journal.lines().is_empty(), "nothing has been done");
    gate.open();
    looselycoupled_tests::within(async {
        while journal.lines().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    calm(&app).await;
    assert_eq!(journal.lines(), ["idle"]);
    balanced(&app.handle());
}
