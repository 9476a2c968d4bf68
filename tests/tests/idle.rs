//! `becoming_idle` comes once when the work has run out, and `quiesce` waits for the same moment.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, LoopOptions};
use looselycoupled_tests::{Gate, Journal, balanced, begin, settle, within};

/// Works, and notes when there is nothing left to do.
#[derive(Debug, Clone, Default)]
struct Worker {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Worker {
    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task(blocking)]
    fn hold_the_thread(&mut self) {
        self.gate.pass_blocking();
    }

    #[task]
    async fn hop(&mut self, ctx: &Context, hops: u8) -> Result<()> {
        tokio::task::yield_now().await;
        if hops > 0 {
            ctx.enqueue_task("hop", args! { hops: hops - 1 }).await?;
            ctx.trigger_event("hopped", args! {}).await?;
        }
        Ok(())
    }

    #[on_event]
    fn on_becoming_idle(&mut self, ctx: &Context) {
        assert_eq!(ctx.metadata().source, None);
        self.journal.note("idle");
    }
}

struct Bench {
    app: App,
    handle: Handle,
    worker: WorkerStub,
    gate: Gate,
    journal: Journal,
}

async fn bench() -> Bench {
    let module = Worker::default();
    let (gate, journal) = (module.gate.clone(), module.journal.clone());
    let app = App::builder().module("worker", module).start().await.unwrap();
    calm(&app).await;
    journal.take();
    let handle = app.handle();
    Bench { worker: handle.stub("worker").unwrap(), app, handle, gate, journal }
}

/// Waits until nothing is left, not even the news of that.
async fn calm(app: &App) {
    for _ in 0..20 {
        settle(app).await;
        tokio::task::yield_now().await;
    }
}

impl Bench {
    async fn idles(&self) -> usize {
        calm(&self.app).await;
        balanced(&self.handle);
        self.journal.take().len()
    }
}

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

/// Works without a pause.
#[derive(Debug, Clone, Default)]
struct Waiter(Journal);

#[module]
impl Waiter {
    #[task]
    fn note(&mut self) {
        self.0.note("noted");
    }
}

#[tokio::test]
async fn quiesce_returns_at_once_when_nothing_is_to_be_done() {
    let app = App::builder().module("waiter", Waiter::default()).start().await.unwrap();
    assert!(begin(&mut Box::pin(app.quiesce())).await.is_ready());
}

/// Answers idleness with work, at most a hundred times.
#[derive(Debug, Clone, Default)]
struct Eager {
    journal: Journal,
}

impl Eager {
    fn note(&self, word: &str) {
        self.journal.note(word);
        assert!(self.journal.lines().len() < 200, "idleness earns idleness");
    }
}

#[module]
impl Eager {
    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        self.note("idle");
        ctx.exec_task("helper.hop", args! { hops: 2 }).await?;
        ctx.enqueue_task("helper.hop", args! { hops: 2 }).await?;
        ctx.enqueue_task("work", args! {}).await?;
        ctx.trigger_event("chore", args! {}).await?;
        Ok(())
    }

    #[task]
    async fn work(&mut self) {
        tokio::task::yield_now().await;
        self.note("work");
    }
}

#[derive(Debug, Clone, Default)]
struct Helper;

#[module]
impl Helper {
    #[task]
    async fn hop(&mut self, ctx: &Context, hops: u8) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if hops > 0 {
            ctx.enqueue_task("hop", args! { hops: hops - 1 }).await?;
        }
        Ok(())
    }

    #[task(blocking)]
    fn block(&mut self) {}

    #[on_event]
    async fn on_chore(&mut self, ctx: &Context) -> Result<()> {
        ctx.enqueue_task("block", args! {}).await?;
        Ok(())
    }
}

#[tokio::test]
async fn work_that_stems_from_becoming_idle_earns_no_further_one() {
    let eager = Eager::default();
    let app = App::builder().module("eager", eager.clone()).module("helper", Helper).start().await.unwrap();
    calm(&app).await;
    eager.journal.take();
    app.handle().enqueue_task("helper.hop", args! { hops: 1 }).await.unwrap();
    calm(&app).await;
    assert_eq!((eager.journal.count("idle"), eager.journal.count("work")), (1, 1));
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

/// Calls one co-tenant twice at once.
#[derive(Debug, Clone, Default)]
struct Joiner;

#[module]
impl Joiner {
    #[task]
    async fn join(&mut self, ctx: &Context) -> Result<()> {
        let hop = || ctx.exec_task("mate.hop", args! { hops: 0 });
        let (one, two) = tokio::join!(hop(), hop());
        one?;
        two?;
        Ok(())
    }
}

/// Has others join when there is nothing to do, at most so often.
#[derive(Debug, Clone, Default)]
struct Starter(Journal);

#[module]
impl Starter {
    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        self.0.note("idle");
        if self.0.lines().len() < 50 {
            ctx.exec_task("joiner.join", args! {}).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn joined_calls_on_a_shared_loop_keep_that_they_stem_from_becoming_idle() {
    let starter = Starter::default();
    let app = App::builder()
        .module("starter", starter.clone())
        .module_on("bus", "joiner", Joiner)
        .module_on("bus", "mate", Helper)
        .start()
        .await
        .unwrap();
    app.handle().exec_task("joiner.join", args! {}).await.unwrap();
    calm(&app).await;
    starter.0.take();
    app.handle().enqueue_task("mate.hop", args! { hops: 0 }).await.unwrap();
    calm(&app).await;
    assert_eq!(starter.0.lines().len(), 1);
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

#[tokio::test(start_paused = true)]
async fn quiesce_waits_for_everything_that_follows() {
    let app = App::builder().module("helper", Helper).start().await.unwrap();
    app.quiesce().await;
    app.handle().enqueue_task("helper.hop", args! { hops: 20 }).await.unwrap();
    app.handle().trigger_event("chore", args! {}).await.unwrap();
    settle(&app).await;
    let helper = app.handle().statistics().module("helper").unwrap().clone();
    assert_eq!((helper.accepted, helper.handled), (23, 23));
}

/// Overlapping handlers.
#[derive(Debug, Clone, Default)]
struct Many(Gate);

#[module(concurrent)]
impl Many {
    #[task]
    async fn quick(&self) {
        tokio::task::yield_now().await;
    }

    #[task]
    async fn hold(&self) {
        self.0.pass().await;
    }
}

#[tokio::test(start_paused = true)]
async fn quiesce_within_a_time_names_what_is_busy() {
    let bench = bench().await;
    bench.worker.hold().enqueue().await.unwrap();
    bench.worker.hop(0).enqueue().await.unwrap();
    bench.gate.reached(1).await;
    let busy = bench.app.quiesce_within(Duration::from_secs(2)).await.unwrap_err();
    assert_eq!(busy.waited, Duration::from_secs(2));
    assert_eq!(busy.busy.len(), 1, "{busy}");
    assert!(busy.to_string().contains("`worker.hold` (1 waiting)"), "{busy}");
    bench.gate.open();
    bench.app.quiesce_within(Duration::from_secs(2)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn quiesce_within_a_time_names_the_busy_handler_of_a_concurrent_module() {
    let many = Many::default();
    let app = App::builder().module("many", many.clone()).start().await.unwrap();
    app.handle().exec_task("many.quick", args! {}).await.unwrap();
    let held = tokio::spawn(app.handle().exec_task("many.hold", args! {}));
    many.0.reached(1).await;
    let busy = app.quiesce_within(Duration::from_secs(2)).await.unwrap_err();
    assert!(busy.to_string().contains("many.hold"), "{busy}");
    many.0.open();
    within(held).await.unwrap().unwrap();
}

/// Calls a co-tenant and then stays.
#[derive(Debug, Clone, Default)]
struct Stayer(Gate);

#[module]
impl Stayer {
    #[task]
    async fn call_and_stay(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("mate.hop", args! { hops: 0 }).await?;
        self.0.pass().await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn quiesce_within_a_time_names_the_handler_that_stays_and_not_the_one_that_it_called() {
    let stayer = Stayer::default();
    let app = App::builder()
        .module_on("bus", "stayer", stayer.clone())
        .module_on("bus", "mate", Helper)
        .start()
        .await
        .unwrap();
    let mut call = app.handle().exec_task("stayer.call_and_stay", args! {});
    assert!(begin(&mut call).await.is_pending());
    stayer.0.reached(1).await;
    let busy = app.quiesce_within(Duration::from_secs(2)).await.unwrap_err();
    assert!(busy.to_string().contains("stayer.call_and_stay"), "{busy}");
    stayer.0.open();
    within(call).await.unwrap();
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

/// Lets others hold and work when there is nothing to do for the first time.
#[derive(Debug, Clone, Default)]
struct Lender(Journal);

#[module]
impl Lender {
    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        self.0.note("idle");
        if self.0.lines().len() == 1 {
            ctx.enqueue_task("held.hold", args! {}).await?;
            ctx.enqueue_task("held.work", args! {}).await?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default)]
struct Held(Gate);

#[module]
impl Held {
    #[task]
    async fn hold(&mut self) {
        self.0.pass().await;
    }

    #[task]
    fn work(&mut self) {}

    #[on_event]
    fn on_work(&mut self) {}
}

/// A module that is busy with what stems from idleness, and has room for so many waiting tasks.
async fn busy_with_idleness(room: usize) -> (App, Lender, Gate) {
    let (lender, held) = (Lender::default(), Held::default());
    let app = App::builder()
        .module("lender", lender.clone())
        .module("held", held.clone())
        .event_loop("held", LoopOptions::new().tasks(room))
        .start()
        .await
        .unwrap();
    app.handle().enqueue_task("held.work", args! {}).await.unwrap();
    held.0.reached(1).await;
    (app, lender, held.0)
}

#[tokio::test]
async fn work_that_joins_what_stems_from_becoming_idle_earns_one() {
    for (how, room, idles) in
        [("nothing", 9, 1), ("task", 9, 2), ("call", 9, 2), ("event", 9, 2), ("task without room", 1, 2)]
    {
        let (app, lender, gate) = busy_with_idleness(room).await;
        let handle = app.handle();
        let mut call = handle.exec_task("held.work", args! {});
        let mut task = handle.enqueue_task("held.work", args! {});
        match how {
            "task" => assert!(begin(&mut task).await.is_ready()),
            "task without room" => assert!(begin(&mut task).await.is_pending()),
            "call" => assert!(begin(&mut call).await.is_pending()),
            "event" => assert_eq!(handle.trigger_event("work", args! {}).await.unwrap(), 1),
            _ => {}
        }
        gate.open();
        calm(&app).await;
        assert_eq!(lender.0.count("idle"), idles, "{how}");
    }
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
