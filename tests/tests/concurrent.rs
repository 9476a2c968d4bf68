//! Modules whose handlers overlap, up to a limit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail fail their test")]

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, Overlap, Witness, balanced, begin, quiet, settle, within};
use tokio::sync::Barrier;

/// Its handlers overlap and share a sum.
#[derive(Debug, Clone, Default)]
struct Pool {
    journal: Journal,
    gate: Gate,
    overlap: Overlap,
    meeting: Option<Arc<Barrier>>,
    sum: Arc<AtomicU64>,
    words: Arc<Mutex<Vec<String>>>,
}

#[module(concurrent)]
impl Pool {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) {
        self.sum.store(100, Ordering::SeqCst);
        self.journal.note(format!("{}.initialize", ctx.name()));
    }

    #[task]
    async fn hold(&self, word: String) -> String {
        let _inside = self.overlap.enter();
        self.journal.note(format!("begun {word}"));
        self.gate.pass().await;
        self.journal.note(format!("ended {word}"));
        word
    }

    /// Ends when as many as the barrier wants are inside.
    #[task]
    async fn meet(&self) {
        let _inside = self.overlap.enter();
        self.meeting.as_ref().unwrap().wait().await;
    }

    #[task]
    async fn add(&self, number: u64) -> u64 {
        let before = self.sum.fetch_add(number, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.words.lock().unwrap().push(number.to_string());
        before
    }

    #[task]
    fn quick(&self, word: String) {
        let _inside = self.overlap.enter();
        self.journal.note(word);
    }

    #[task]
    fn fall_at_once(&self) {
        panic!("on purpose");
    }

    #[task]
    async fn fall(&self) {
        let _inside = self.overlap.enter();
        self.gate.pass().await;
        panic!("on purpose");
    }

    #[task(blocking)]
    fn hold_blocking(&self) -> u64 {
        let _inside = self.overlap.enter();
        self.gate.pass_blocking();
        self.sum.fetch_add(1, Ordering::SeqCst)
    }

    #[on_event]
    async fn on_word(&self, word: String) {
        let _inside = self.overlap.enter();
        self.journal.note(format!("begun {word}"));
        self.gate.pass().await;
    }

    /// Calls itself: there is room for both.
    #[task]
    async fn call_itself(&self, ctx: &Context, deep: u64) -> Result<u64> {
        if deep == 0 {
            return Ok(0);
        }
        tokio::task::yield_now().await;
        Ok(ctx.me::<Self>()?.call_itself(deep - 1).await? + 1)
    }

    /// Calls itself when all places are taken.
    #[task]
    async fn meet_and_call_itself(&self, ctx: &Context) -> Result<()> {
        self.meeting.as_ref().unwrap().wait().await;
        ctx.me::<Self>()?.quick("got a place".into()).await?;
        Ok(())
    }

    #[finalize]
    async fn end(&mut self) {
        self.journal.note(format!("finalize ({} inside)", self.overlap.now()));
    }
}

struct Bench {
    app: App,
    handle: Handle,
    stub: PoolStub,
    pool: Pool,
}

async fn start(pool: Pool, options: LoopOptions) -> Bench {
    let app = App::builder().module("pool", pool.clone()).event_loop("pool", options).start().await.unwrap();
    drop(pool.journal.take());
    let handle = app.handle();
    let stub = handle.stub("pool").unwrap();
    Bench { app, handle, stub, pool }
}

fn limit(limit: usize) -> LoopOptions {
    LoopOptions::new().concurrency(limit)
}

#[tokio::test]
async fn handlers_overlap_on_one_thread() {
    let meeting = Some(Arc::new(Barrier::new(10)));
    let bench = start(Pool { meeting, ..Pool::default() }, LoopOptions::new()).await;
    let calls: Vec<_> = (0..10).map(|_| tokio::spawn(bench.stub.meet())).collect();
    for call in calls {
        within(call).await.unwrap().unwrap();
    }
    assert_eq!(bench.pool.overlap.most(), 10);
    balanced(&bench.handle);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn queued_tasks_overlap_on_several_threads() {
    let meeting = Some(Arc::new(Barrier::new(32)));
    let bench = start(Pool { meeting, ..Pool::default() }, LoopOptions::new()).await;
    for _ in 0..64 {
        bench.stub.meet().enqueue().await.unwrap();
    }
    settle(&bench.app).await;
    assert_eq!(bench.pool.overlap.ever(), 64);
    balanced(&bench.handle);
}

#[tokio::test]
async fn no_more_than_the_limit_overlap_and_those_who_wait_come_by_priority_then_in_order() {
    let bench = start(Pool::default(), limit(2)).await;
    for (word, priority) in [
        ("first", Priority::Normal),
        ("second", Priority::Normal),
        ("third", Priority::Normal),
        ("fourth", Priority::Normal),
        ("low", Priority::Low),
        ("urgent", Priority::Highest),
    ] {
        bench.stub.hold(word.into()).priority(priority).enqueue().await.unwrap();
        bench.pool.gate.reached(bench.pool.overlap.ever().min(2)).await;
        if word == "second" {
            bench.pool.gate.reached(2).await;
        }
    }
    assert_eq!(bench.pool.overlap.now(), 2);
    let statistics = bench.handle.statistics();
    let pool = statistics.module("pool").unwrap();
    assert_eq!((pool.running, pool.queued), (2, 4), "{pool:?}");
    bench.pool.gate.open();
    settle(&bench.app).await;
    assert_eq!(bench.pool.overlap.most(), 2);
    let lines = bench.pool.journal.lines();
    let begun: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("begun ")).collect();
    assert_eq!(begun, ["first", "second", "urgent", "third", "fourth", "low"]);
    balanced(&bench.handle);
}

#[tokio::test]
async fn sixty_four_overlap_unless_stated_otherwise() {
    let bench = start(Pool::default(), LoopOptions::new()).await;
    for number in 0..70 {
        bench.stub.hold(number.to_string()).enqueue().await.unwrap();
    }
    bench.pool.gate.reached(64).await;
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.pool.overlap.now(), 64);
    bench.pool.gate.open();
    settle(&bench.app).await;
    assert_eq!((bench.pool.overlap.most(), bench.pool.overlap.ever()), (64, 70));
}

#[tokio::test]
async fn events_and_calls_share_the_places() {
    let bench = start(Pool::default(), limit(2)).await;
    let mut call = bench.stub.hold("call".into());
    assert!(begin(&mut call).await.is_pending());
    bench.handle.trigger_event("word", args! { word: "event" }).await.unwrap();
    bench.pool.gate.reached(2).await;
    let mut quick = bench.stub.quick("quick".into());
    assert!(begin(&mut quick).await.is_pending(), "there is no place for a third");
    bench.pool.gate.let_one_pass();
    assert_eq!(within(call).await.unwrap(), "call");
    within(quick).await.unwrap();
    bench.pool.gate.open();
    settle(&bench.app).await;
    assert_eq!(bench.pool.overlap.most(), 2);
    assert_eq!(bench.pool.journal.lines(), ["begun call", "begun event", "ended call", "quick"]);
    balanced(&bench.handle);
}

#[tokio::test]
async fn whoever_enqueues_a_task_does_not_run_it() {
    let bench = start(Pool::default(), LoopOptions::new()).await;
    bench.stub.quick("sync".to_owned()).enqueue().await.unwrap();
    assert!(bench.pool.journal.lines().is_empty(), "one thread, and it has not let go since");
    settle(&bench.app).await;
    assert_eq!(bench.pool.journal.lines(), ["sync"]);
    balanced(&bench.handle);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_state_is_shared_by_all_handlers() {
    let bench = start(Pool::default(), LoopOptions::new()).await;
    let calls: Vec<_> = (1..=100).map(|number| tokio::spawn(bench.stub.add(number))).collect();
    let mut befores = Vec::new();
    for call in calls {
        befores.push(within(call).await.unwrap().unwrap());
    }
    befores.sort_unstable();
    befores.dedup();
    assert_eq!(befores.len(), 100);
    // What `initialize` wrote is there, too.
    assert_eq!(bench.pool.sum.load(Ordering::SeqCst), 100 + 5050);
    assert_eq!(bench.pool.words.lock().unwrap().len(), 100);
}

#[tokio::test]
async fn a_module_may_call_itself_while_it_has_places() {
    let bench = start(Pool::default(), limit(4)).await;
    assert_eq!(within(bench.stub.call_itself(3)).await.unwrap(), 3);
    settle(&bench.app).await;
    balanced(&bench.handle);
}

#[tokio::test(start_paused = true)]
async fn a_call_to_itself_that_finds_all_places_waiting_for_it_is_a_cycle() {
    for places in 1..=3_usize {
        let bench = start(Pool::default(), limit(places)).await;
        let stuck = within(bench.stub.call_itself(places as u64)).await;
        assert!(matches!(stuck, Err(CallError::Failed(_))), "{stuck:?}");
        assert!(stuck.unwrap_err().to_string().contains("wait for itself"), "{places} places");
        settle(&bench.app).await;
        balanced(&bench.handle);
    }
}

#[tokio::test(start_paused = true)]
async fn handlers_that_hold_all_places_and_each_wait_for_one_are_a_cycle() {
    let meeting = Some(Arc::new(Barrier::new(2)));
    let bench = start(Pool { meeting, ..Pool::default() }, limit(2)).await;
    let calls = [(); 2].map(|()| tokio::spawn(bench.stub.meet_and_call_itself()));
    let mut cycles = 0;
    for call in calls {
        let answer = within(call).await.unwrap();
        cycles += usize::from(answer.is_err_and(|error| error.to_string().contains("wait for itself")));
    }
    assert!(cycles >= 1);
    settle(&bench.app).await;
    balanced(&bench.handle);
}

#[tokio::test]
async fn finalize_comes_when_all_have_ended() {
    let bench = start(Pool::default(), LoopOptions::new()).await;
    let calls: Vec<_> =
        ["one", "two"].map(|word| tokio::spawn(bench.stub.hold(word.into()))).into_iter().collect();
    bench.pool.gate.reached(2).await;
    let ending = tokio::spawn(bench.app.shutdown());
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.pool.overlap.now(), 2);
    bench.pool.gate.open();
    for call in calls {
        within(call).await.unwrap().unwrap();
    }
    within(ending).await.unwrap().unwrap();
    let lines = bench.pool.journal.lines();
    assert_eq!(lines.last().unwrap(), "finalize (0 inside)");
    assert_eq!(lines.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn handlers_that_never_end_are_broken_off_and_named() {
    let bench = start(Pool::default(), LoopOptions::new()).await;
    let calls: Vec<_> =
        ["one", "two"].map(|word| tokio::spawn(bench.stub.hold(word.into()))).into_iter().collect();
    bench.pool.gate.reached(2).await;
    let Err(AppError::Late(late)) = bench.app.shutdown().await else { panic!("not late") };
    let told: Vec<_> = late.iter().map(|late| (late.handler.as_str(), late.begun)).collect();
    assert_eq!(told, [("pool.hold", true), ("pool.hold", true), ("pool.finalize", false)]);
    for call in calls {
        let answer = within(call).await.unwrap();
        assert!(matches!(answer, Err(CallError::ShuttingDown { begun: true, .. })), "{answer:?}");
    }
    assert_eq!(bench.pool.overlap.now(), 0);
    assert_eq!(bench.handle.statistics().module("pool").unwrap().failed, 2);
    balanced(&bench.handle);
}

#[tokio::test]
async fn a_panic_touches_no_neighbour() {
    quiet();
    let pool = Pool::default();
    let witness = Witness::default();
    let builder = App::builder().module("pool", pool.clone()).module("witness", witness.clone());
    let app = builder.start().await.unwrap();
    let stub: PoolStub = app.handle().stub("pool").unwrap();
    let neighbour = tokio::spawn(stub.hold("neighbour".into()));
    pool.gate.reached(1).await;
    let fallen = tokio::spawn(stub.fall());
    stub.fall().enqueue().await.unwrap();
    pool.gate.reached(3).await;
    pool.gate.open();
    let error = within(fallen).await.unwrap().unwrap_err();
    assert!(matches!(error, CallError::Panicked { .. }), "{error}");
    assert_eq!(error.to_string(), "`pool.fall` panicked: on purpose");
    assert_eq!(within(neighbour).await.unwrap().unwrap(), "neighbour");
    settle(&app).await;
    assert_eq!(witness.0.lines(), ["pool.fall: on purpose"]);
    stub.quick("goes on".into()).await.unwrap();
    let statistics = app.handle().statistics();
    assert_eq!(statistics.module("pool").unwrap().panicked, 2);
    balanced(&app.handle());
}

#[tokio::test]
async fn blocking_tasks_overlap_and_count_as_places() {
    let bench = start(Pool::default(), limit(3)).await;
    let calls: Vec<_> = (0..3).map(|_| tokio::spawn(bench.stub.hold_blocking())).collect();
    bench.pool.gate.reached(3).await;
    assert_eq!(bench.pool.overlap.now(), 3);
    let mut quick = bench.stub.quick("quick".into());
    assert!(begin(&mut quick).await.is_pending(), "there is no place for a fourth");
    assert_eq!(bench.handle.statistics().blocking, 3);
    bench.pool.gate.open();
    for call in calls {
        assert!(within(call).await.unwrap().unwrap() >= 100);
    }
    within(quick).await.unwrap();
    settle(&bench.app).await;
    assert_eq!(bench.pool.overlap.most(), 3);
    balanced(&bench.handle);
}

#[tokio::test]
async fn dropping_a_call_that_has_begun_lets_its_handler_go_on() {
    let bench = start(Pool::default(), LoopOptions::new()).await;
    let mut call = bench.stub.hold("dropped".into());
    assert!(begin(&mut call).await.is_pending());
    drop(call);
    bench.pool.gate.open();
    settle(&bench.app).await;
    assert_eq!(bench.pool.journal.lines(), ["begun dropped", "ended dropped"]);
    assert_eq!(bench.handle.statistics().module("pool").unwrap().handled, 1);
}

#[tokio::test]
async fn dropping_a_call_that_waits_for_a_place_withdraws_it() {
    let bench = start(Pool::default(), limit(1)).await;
    bench.stub.hold("holder".into()).enqueue().await.unwrap();
    bench.pool.gate.reached(1).await;
    let mut call = bench.stub.hold("withdrawn".into());
    assert!(begin(&mut call).await.is_pending());
    drop(call);
    bench.pool.gate.open();
    settle(&bench.app).await;
    assert_eq!(bench.pool.journal.lines(), ["begun holder", "ended holder"]);
    assert_eq!(bench.handle.statistics().module("pool").unwrap().cancelled, 1);
    balanced(&bench.handle);
}

#[tokio::test]
async fn a_concurrent_module_cannot_share_a_loop() {
    let failed = App::builder().module_on("bus", "pool", Pool::default()).start().await;
    let Err(StartError::Check(faults)) = failed else { panic!("{failed:?}") };
    assert_eq!(
        faults[0].message,
        "module `pool` is on the shared loop `bus`, but `Pool` is concurrent and has a loop of its own"
    );
}

/// Handlers that end while they are built give their place to the next one, which must not stand on top of them.
#[tokio::test]
async fn any_number_of_handlers_falls_one_after_the_other() {
    quiet();
    let pool = Pool::default();
    let options = LoopOptions::new().concurrency(1);
    let app = App::builder().module("pool", pool.clone()).event_loop("pool", options).start().await.unwrap();
    let stub: PoolStub = app.handle().stub("pool").unwrap();
    stub.hold("first".to_owned()).enqueue().await.unwrap();
    pool.gate.reached(1).await;
    for _ in 0..3_000 {
        stub.fall_at_once().enqueue().await.unwrap();
    }
    pool.gate.open();
    settle(&app).await;
    balanced(&app.handle());
    assert_eq!(app.handle().statistics().module("pool").unwrap().panicked, 3_000);
}

/// Every task is dropped as soon as it is made once the runtime has gone, and gives its place to the next one.
#[test]
fn a_runtime_that_is_dropped_takes_any_number_of_waiting_handlers_with_it() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let pool = Pool::default();
    let options = LoopOptions::new().concurrency(1);
    let starting = App::builder().module("pool", pool.clone()).event_loop("pool", options).start();
    let app = runtime.block_on(starting).unwrap();
    let handle = app.handle();
    let stub: PoolStub = handle.stub("pool").unwrap();
    runtime.block_on(async {
        for _ in 0..3_000 {
            stub.hold("held".to_owned()).enqueue().await.unwrap();
        }
        pool.gate.reached(1).await;
    });
    drop(runtime);
    balanced(&handle);
    assert_eq!(pool.overlap.now(), 0);
    assert_eq!(Arc::strong_count(&pool.sum), 1, "the module has been given back");
}

/// Found by the simulation, seed 274 on two threads: the runtime's threads drop what the end breaks off, and the end did
/// not wait for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_an_end_by_force_is_told_no_handler_that_overlaps_runs_any_more() {
    for _ in 0..20 {
        let pool = Pool::default();
        let app = App::builder()
            .module("pool", pool.clone())
            .shutdown_deadline(Duration::from_millis(10))
            .start()
            .await
            .unwrap();
        let (handle, stub) = (app.handle(), app.handle().stub::<PoolStub>("pool").unwrap());
        for number in 0..60 {
            stub.hold(number.to_string()).enqueue().await.unwrap();
        }
        pool.gate.reached(60).await;
        within(app.shutdown()).await.unwrap_err();
        let statistics = handle.statistics();
        let counted = statistics.module("pool").unwrap();
        assert_eq!((counted.running, counted.failed), (0, 60));
    }
}
