//! Modules on one event loop are strictly sequential among each other, and call each other all the same.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use looselycoupled::prelude::*;
use looselycoupled_tests::{
    Gate, Journal, Overlap, Relay, RelayStub, balanced, begin, quiet, settle, within,
};
use tokio::time::Instant;

/// A module that others share a loop with.
#[derive(Debug, Clone, Default)]
struct Mate {
    journal: Journal,
    overlap: Overlap,
    gate: Gate,
    bell: Gate,
}

#[module]
impl Mate {
    /// Works alone, with a pause in the middle.
    #[task]
    async fn work(&mut self, ctx: &Context, pause: Duration) {
        let _inside = self.overlap.enter();
        self.journal.note(format!("{} begins", ctx.name()));
        tokio::time::sleep(pause).await;
        self.journal.note(format!("{} ends", ctx.name()));
    }

    #[task]
    fn note(&mut self, word: String) -> String {
        self.journal.note(&word);
        word
    }

    #[task]
    async fn hold(&mut self, ctx: &Context) {
        self.journal.note(format!("{} holds", ctx.name()));
        self.gate.pass().await;
        self.journal.note(format!("{} lets go", ctx.name()));
    }

    #[task]
    fn fail(&mut self) -> Result<(), String> {
        Err("on purpose".to_owned())
    }

    #[task]
    fn burst(&mut self) {
        panic!("on purpose");
    }

    /// Calls a task of a mate, and tells before and after.
    #[task]
    async fn call(&mut self, ctx: &Context, address: String) -> Result<()> {
        self.journal.note("before");
        let called = ctx.exec_task(&address, args! {}).await;
        self.journal.note(called.map_or_else(|error| error.to_string(), |_| "after".to_owned()));
        Ok(())
    }

    /// Sends first, calls then.
    #[task]
    async fn send_and_call(&mut self, ctx: &Context, mate: String) -> Result<()> {
        ctx.enqueue_task(&format!("{mate}.note"), args! { word: "queued" })
            .priority(Priority::Highest)
            .await?;
        ctx.exec_task(&format!("{mate}.note"), args! { word: "called" }).await?;
        self.journal.note("called back");
        Ok(())
    }

    /// Lets go of a call to a mate, which holds the mate, and passes a second one on to a task.
    #[task]
    async fn pass_on(&mut self, ctx: &Context, mate: String) {
        let mut held = ctx.exec_task(&format!("{mate}.hold"), args! {});
        let _pending = begin(&mut held).await;
        drop(held);
        let mut call = ctx.exec_task(&format!("{mate}.note"), args! { word: "passed on" });
        let _pending = begin(&mut call).await;
        tokio::spawn(async move { drop(call.await) });
    }

    /// Calls two mates at once.
    #[task]
    async fn join(&mut self, ctx: &Context, one: String, two: String) -> Result<()> {
        let pause = Duration::from_millis(10);
        let (first, second) = tokio::join!(
            ctx.exec_task(&format!("{one}.work"), args! { pause: pause }),
            ctx.exec_task(&format!("{two}.work"), args! { pause: pause }),
        );
        first?;
        second?;
        self.journal.note("joined");
        Ok(())
    }

    /// Listens for the bell; the rest of the route stands on top of it, and the last one waits before the gate.
    #[task]
    async fn listen(&mut self, ctx: &Context, route: Vec<String>) -> Result<()> {
        let bell = async {
            self.bell.pass().await;
            self.journal.note(format!("{} hears the bell", ctx.name()));
        };
        let on_top = async {
            let Some((next, rest)) = route.split_first() else {
                self.gate.pass().await;
                return Ok(());
            };
            ctx.exec_task(&format!("{next}.listen"), args! { route: rest }).await.map(drop)
        };
        let ((), on_top) = tokio::join!(bell, on_top);
        Ok(on_top?)
    }

    /// Calls a mate and somebody else at once, neither for longer than stated; tells what came of both and when.
    #[task]
    async fn call_in_time(&mut self, ctx: &Context, time: Duration) {
        let begun = Instant::now();
        let in_time = async |address| {
            let outcome = ctx.exec_task(address, args! {}).timeout(time).await;
            let outcome = outcome.map_or_else(|error| error.to_string(), |_| "answered".to_owned());
            self.journal.note(format!("{address} after {} s: {outcome}", begun.elapsed().as_secs()));
        };
        tokio::join!(in_time("outside.hold"), in_time("b.hold"));
    }

    /// Begins a call and does not wait for it.
    #[task]
    async fn abandon(&mut self, ctx: &Context, address: String) -> Result<bool> {
        let mut call = ctx.exec_task(&address, args! {});
        let began = begin(&mut call).await.is_pending();
        drop(call);
        self.journal.note("abandoned");
        Ok(began)
    }

    /// Begins a call, does not wait for it, and calls the same module again.
    #[task]
    async fn abandon_and_call(&mut self, ctx: &Context, mate: String) -> Result<()> {
        let mut call = ctx.exec_task(&format!("{mate}.hold"), args! {});
        let _pending = begin(&mut call).await;
        drop(call);
        ctx.exec_task(&format!("{mate}.note"), args! { word: "again" }).await?;
        self.journal.note("called back");
        Ok(())
    }
}

struct House {
    app: App,
    handle: Handle,
    mate: Mate,
}

/// Three modules on one loop.
async fn house() -> House {
    quiet();
    let mate = Mate::default();
    let app = App::builder()
        .module_on("bus", "a", mate.clone())
        .module_on("bus", "b", mate.clone())
        .module_on("bus", "c", mate.clone())
        .start()
        .await
        .unwrap();
    House { handle: app.handle(), app, mate }
}

impl House {
    fn stub(&self, name: &str) -> MateStub {
        self.handle.stub(name).unwrap()
    }

    async fn rest(&self) -> Vec<String> {
        settle(&self.app).await;
        balanced(&self.handle);
        self.mate.journal.take()
    }
}

#[tokio::test(start_paused = true)]
async fn co_tenants_never_overlap() {
    let house = house().await;
    let pause = Duration::from_millis(5);
    for name in ["a", "b", "c", "b", "a"] {
        house.stub(name).work(pause).enqueue().await.unwrap();
    }
    let lines = house.rest().await;
    let expected: Vec<String> = ["a", "b", "c", "b", "a"]
        .iter()
        .flat_map(|name| [format!("{name} begins"), format!("{name} ends")])
        .collect();
    assert_eq!(lines, expected);
    assert_eq!(house.mate.overlap.most(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn co_tenants_never_overlap_on_many_threads() {
    let house = house().await;
    let senders = (0..4).map(|sender| {
        let stub = house.stub(["a", "b", "c", "a"][sender]);
        tokio::spawn(async move {
            for _ in 0..50 {
                stub.work(Duration::ZERO).await.unwrap();
                stub.work(Duration::ZERO).enqueue().await.unwrap();
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        within(sender).await.unwrap();
    }
    house.rest().await;
    assert_eq!((house.mate.overlap.most(), house.mate.overlap.ever()), (1, 400));
}

#[tokio::test]
async fn a_call_to_a_co_tenant_runs_ahead_of_the_queue() {
    let house = house().await;
    house.stub("a").send_and_call("b".to_owned()).await.unwrap();
    assert_eq!(house.rest().await, ["called", "called back", "queued"]);
}

#[tokio::test]
async fn a_call_to_a_co_tenant_runs_ahead_of_what_waited_before() {
    let house = house().await;
    let held = tokio::spawn(house.stub("c").hold());
    house.mate.gate.reached(1).await;
    house.stub("b").note("waited".to_owned()).priority(Priority::Highest).enqueue().await.unwrap();
    let send = house.stub("a").send_and_call("b".to_owned()).priority(Priority::Highest).enqueue();
    send.await.unwrap();
    house.stub("b").note("last".to_owned()).enqueue().await.unwrap();
    house.mate.gate.open();
    within(held).await.unwrap().unwrap();
    let expected = ["c holds", "c lets go", "waited", "called", "called back", "queued", "last"];
    assert_eq!(house.rest().await, expected);
}

#[tokio::test(start_paused = true)]
async fn the_loop_starts_nothing_else_while_a_nested_call_is_suspended() {
    let house = house().await;
    let call = tokio::spawn(house.stub("a").call("b.hold".to_owned()));
    house.mate.gate.reached(1).await;
    house.stub("c").note("c".to_owned()).priority(Priority::Highest).enqueue().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(house.mate.journal.lines(), ["before", "b holds"]);
    house.mate.gate.open();
    within(call).await.unwrap().unwrap();
    assert_eq!(house.rest().await, ["before", "b holds", "b lets go", "after", "c"]);
}

#[tokio::test(start_paused = true)]
async fn of_a_turn_only_the_topmost_handler_is_polled() {
    let house = house().await;
    let route = ["b", "c"].map(str::to_owned).to_vec();
    let call = tokio::spawn(house.stub("a").listen(route));
    house.mate.gate.reached(1).await;
    assert_eq!(house.mate.bell.arrived(), 3, "all of them listen");
    house.mate.bell.open();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(house.mate.journal.lines(), ["c hears the bell"]);
    house.mate.gate.open();
    within(call).await.unwrap().unwrap();
    assert_eq!(house.rest().await, ["c hears the bell", "b hears the bell", "a hears the bell"]);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passes_under_a_call_to_a_co_tenant_is_noticed_when_the_caller_goes_on() {
    let (mate, outside) = (Mate::default(), Mate::default());
    let app = App::builder()
        .module_on("bus", "a", mate.clone())
        .module_on("bus", "b", mate.clone())
        .module("outside", outside.clone())
        .start()
        .await
        .unwrap();
    let stub: MateStub = app.handle().stub("a").unwrap();
    let call = tokio::spawn(stub.call_in_time(Duration::from_secs(1)));
    mate.gate.reached(1).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(mate.journal.take(), ["b holds"], "both deadlines have passed, but nobody looks");
    mate.gate.open();
    within(call).await.unwrap().unwrap();
    let lines = mate.journal.take();
    assert_eq!((lines.len(), lines[0].as_str()), (3, "b lets go"), "{lines:?}");
    let told = |start: &str| lines.iter().any(|line| line.starts_with(start));
    assert!(told("outside.hold after 5 s: `outside.hold` did not answer in time"), "{lines:?}");
    assert!(told("b.hold after 5 s: answered"), "its answer was there when the caller went on: {lines:?}");
    outside.gate.open();
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test]
async fn a_nested_chain_reaches_every_co_tenant() {
    let mut builder = App::builder();
    for name in ["a", "b", "c", "d"] {
        builder = builder.module_on("bus", name, Relay::default());
    }
    let app = builder.start().await.unwrap();
    let first: RelayStub = app.handle().stub("a").unwrap();
    let route = ["b.pass", "c.pass_late", "d.pass"].map(str::to_owned).to_vec();
    assert_eq!(within(first.pass(route)).await.unwrap(), 4);
    assert_eq!(within(first.pass_by_stub(vec!["d".to_owned(), "b".to_owned()])).await.unwrap(), 3);
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn two_co_tenants_are_called_at_once_and_answer_both() {
    let house = house().await;
    within(house.stub("a").join("b".to_owned(), "c".to_owned())).await.unwrap();
    let lines = house.rest().await;
    assert_eq!(lines.len(), 5, "{lines:?}");
    for line in ["b begins", "b ends", "c begins", "c ends", "joined"] {
        assert!(lines.contains(&line.to_owned()), "{lines:?}");
    }
    assert_eq!(lines[4], "joined");
}

#[tokio::test(start_paused = true)]
async fn one_co_tenant_is_called_twice_at_once_and_answers_in_turn() {
    let house = house().await;
    within(house.stub("a").join("b".to_owned(), "b".to_owned())).await.unwrap();
    assert_eq!(house.rest().await, ["b begins", "b ends", "b begins", "b ends", "joined"]);
    assert_eq!(house.mate.overlap.most(), 1);
}

#[tokio::test]
async fn a_co_tenants_error_and_panic_reach_their_caller_only() {
    let house = house().await;
    house.stub("a").call("b.fail".to_owned()).await.unwrap();
    house.stub("a").call("b.burst".to_owned()).await.unwrap();
    house.stub("a").call("b.note".to_owned()).await.unwrap();
    let lines = house.rest().await;
    assert_eq!(lines[..3], ["before", "on purpose", "before"]);
    assert_eq!(lines[3], "`b.burst` panicked: on purpose");
    assert!(lines[5].starts_with("`b.note`: missing argument `word`"), "{lines:?}");
    let statistics = house.handle.statistics();
    assert_eq!(statistics.module("b").unwrap().panicked, 1);
    assert_eq!(statistics.module("a").unwrap().failed, 0);
}

#[tokio::test]
async fn a_circle_on_one_loop_is_refused_with_its_path() {
    let mut builder = App::builder();
    for name in ["a", "b", "c"] {
        builder = builder.module_on("bus", name, Relay::default());
    }
    let app = builder.start().await.unwrap();
    let first: RelayStub = app.handle().stub("a").unwrap();
    let route = ["b.pass", "c.pass", "a.pass"].map(str::to_owned).to_vec();
    let error = within(first.pass(route)).await.unwrap_err().to_string();
    assert!(error.ends_with("a.pass → b.pass → c.pass → a.pass"), "{error}");
    let error = within(first.pass(vec!["a.pass".to_owned()])).await.unwrap_err().to_string();
    assert!(error.ends_with("the call would wait for itself: a.pass → a.pass"), "{error}");
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_nested_call_runs_to_its_end() {
    let house = house().await;
    assert!(
        within(house.stub("a").abandon("b.hold".to_owned())).await.unwrap(),
        "it began and was suspended"
    );
    house.stub("c").note("c".to_owned()).enqueue().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(house.mate.journal.lines(), ["b holds", "abandoned"], "the turn goes on until its last frame");
    house.mate.gate.open();
    assert_eq!(house.rest().await, ["b holds", "abandoned", "b lets go", "c"]);
    assert_eq!(house.handle.statistics().module("b").unwrap().handled, 1);
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_nested_call_does_not_lock_its_module_out() {
    let house = house().await;
    let call = tokio::spawn(house.stub("a").abandon_and_call("b".to_owned()));
    house.mate.gate.reached(1).await;
    house.mate.gate.open();
    within(call).await.unwrap().unwrap();
    assert_eq!(house.rest().await, ["b holds", "b lets go", "again", "called back"]);
}

#[tokio::test]
async fn a_nested_call_that_outlives_its_turn_is_served() {
    let house = house().await;
    house.handle.exec_task("a.pass_on", args! { mate: "b" }).await.unwrap();
    house.mate.gate.open();
    assert_eq!(house.rest().await, ["b holds", "b lets go", "passed on"]);
}

#[tokio::test]
async fn a_co_tenant_can_be_called_by_others_while_nothing_runs() {
    let house = house().await;
    for name in ["a", "b", "c"] {
        assert_eq!(house.stub(name).note(name.to_owned()).await.unwrap(), name);
    }
    assert_eq!(house.rest().await, ["a", "b", "c"]);
}

#[tokio::test]
async fn events_reach_co_tenants_in_turn() {
    #[derive(Debug, Default)]
    struct Ear(Journal);

    #[module]
    impl Ear {
        #[on_event]
        async fn on_said(&mut self, ctx: &Context, word: String) {
            self.0.note(format!("{} begins {word}", ctx.name()));
            tokio::task::yield_now().await;
            self.0.note(format!("{} ends {word}", ctx.name()));
        }
    }

    let journal = Journal::new();
    let app = App::builder()
        .module_on("bus", "left", Ear(journal.clone()))
        .module_on("bus", "right", Ear(journal.clone()))
        .start()
        .await
        .unwrap();
    app.handle().trigger_event("said", args! { word: "one" }).await.unwrap();
    app.handle().trigger_event("said", args! { word: "two" }).await.unwrap();
    settle(&app).await;
    let expected = [
        "left begins one",
        "left ends one",
        "right begins one",
        "right ends one",
        "left begins two",
        "left ends two",
        "right begins two",
        "right ends two",
    ];
    assert_eq!(journal.lines(), expected);
}

#[tokio::test]
async fn a_shared_loop_is_one_line_in_the_statistics() {
    let house = house().await;
    let statistics = house.handle.statistics();
    assert_eq!(statistics.loops.len(), 1);
    assert_eq!(&*statistics.loops[0].name, "bus");
    let modules: Vec<&str> = statistics.loops[0].modules.iter().map(|name| &**name).collect();
    assert_eq!(modules, ["a", "b", "c"]);
    let held = tokio::spawn(house.stub("a").hold());
    house.mate.gate.reached(1).await;
    house.stub("b").note("b".to_owned()).enqueue().await.unwrap();
    house.stub("c").note("c".to_owned()).priority(Priority::High).enqueue().await.unwrap();
    house.stub("c").note("c".to_owned()).enqueue().await.unwrap();
    let statistics = house.handle.statistics();
    assert_eq!(statistics.loops[0].queued, [0, 1, 2, 0, 0]);
    let waiting = |name: &str| statistics.module(name).unwrap().queued;
    assert_eq!((waiting("a"), waiting("b"), waiting("c")), (0, 1, 2));
    assert_eq!(statistics.module("a").unwrap().running, 1);
    house.mate.gate.open();
    within(held).await.unwrap().unwrap();
    house.rest().await;
}
