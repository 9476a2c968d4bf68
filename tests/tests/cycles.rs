//! A call that would wait for itself fails at once, with its path; one that would not never does.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::fmt::Debug;
use std::future::Future;

use looselycoupled::prelude::*;
use looselycoupled::{CallPath, LoopOptions};
use looselycoupled_tests::{Gate, Journal, Relay, RelayStub, balanced, begin, settle, within};

fn route<const N: usize>(stations: [&str; N]) -> Vec<String> {
    stations.map(str::to_owned).to_vec()
}

/// Relays with loops of their own.
async fn relays(names: &[&str]) -> App {
    let mut builder = App::builder();
    for name in names {
        builder = builder.module(name, Relay::default());
    }
    builder.start().await.unwrap()
}

fn relay(app: &App, name: &str) -> RelayStub {
    app.handle().stub(name).unwrap()
}

/// The path of a cycle that came back through the relays, which pass errors on.
fn path_of(error: &CallError<Error>) -> String {
    let text = error.to_string();
    let path = text.strip_prefix("the call would wait for itself: ");
    path.unwrap_or_else(|| panic!("no cycle: {text}")).to_owned()
}

async fn at_rest(app: &App) {
    settle(app).await;
    balanced(&app.handle());
}

/// A module with tasks of odd shapes.
#[derive(Debug, Clone, Default)]
struct Oddity {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Oddity {
    #[task]
    async fn call_me(&mut self, ctx: &Context) -> Result<()> {
        Ok(ctx.me::<Self>()?.note("me".to_owned()).await?)
    }

    #[task]
    async fn call_own(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("note", args! { word: "own" }).await.map(drop).map_err(Into::into)
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[on_event]
    async fn on_ring(&mut self, ctx: &Context, route: Vec<String>) -> Result<()> {
        let called = ctx.exec_task("b.pass", args! { route: route }).await;
        self.journal.note(called.map_or_else(|error| error.to_string(), |_| "rung".to_owned()));
        Ok(())
    }

    /// Calls one module to the end, then passes another call on.
    #[task]
    async fn detour(&mut self, ctx: &Context, first: String, then: String, route: Vec<String>) -> Result<()> {
        ctx.exec_task(&first, args! { route: Vec::<String>::new() }).await?;
        ctx.exec_task(&then, args! { route: route }).await?;
        Ok(())
    }

    /// Gives up on a call and then waits for the gate.
    #[task]
    async fn give_up(&mut self, ctx: &Context, address: String) -> Result<()> {
        let call = ctx.exec_task(&address, args! {}).timeout(Duration::from_millis(10));
        self.journal.note(call.await.map_or_else(|error| error.to_string(), |_| "answered".to_owned()));
        self.gate.pass().await;
        Ok(())
    }

    /// Begins a call, drops it, and then waits for the gate.
    #[task]
    async fn let_go(&mut self, ctx: &Context, address: String) -> Result<()> {
        let mut call = ctx.exec_task(&address, args! {});
        assert!(begin(&mut call).await.is_pending());
        drop(call);
        self.gate.pass().await;
        Ok(())
    }

    /// Waits for a call or for nothing, and then for the gate.
    #[task]
    async fn choose(&mut self, ctx: &Context, address: String) -> Result<()> {
        tokio::select! {
            biased;
            _ = ctx.exec_task(&address, args! {}) => self.journal.note("answered"),
            () = tokio::time::sleep(Duration::from_millis(10)) => self.journal.note("chosen"),
        }
        self.gate.pass().await;
        Ok(())
    }

    /// Begins a call and lets somebody else wait for it.
    #[task]
    async fn pass_to_a_task(&mut self, ctx: &Context, address: String) -> Result<()> {
        let mut call = ctx.exec_task(&address, args! {});
        assert!(begin(&mut call).await.is_pending());
        let journal = self.journal.clone();
        tokio::spawn(async move {
            journal.note(call.await.map_or_else(|error| error.to_string(), |_| "answered".to_owned()));
        });
        Ok(())
    }

    /// Waits for a task of the runtime that calls this very module: a wait that nobody can see.
    #[task]
    async fn wait_unseen(&mut self, ctx: &Context, time: Duration) -> Result<()> {
        let call = ctx.exec_task("note", args! { word: "unseen" }).timeout(time);
        let outcome = tokio::spawn(call).await.map_err(Error::other)?;
        self.journal.note(outcome.map_or_else(|error| error.to_string(), |_| "answered".to_owned()));
        Ok(())
    }

    /// Waits for a thread of its own that calls this very module.
    #[task]
    fn join_a_thread(&mut self, ctx: &Context, time: Duration) {
        let call = ctx.exec_task("note", args! { word: "unseen" }).timeout(time);
        let outcome = std::thread::spawn(|| call.blocking()).join().unwrap();
        self.journal.note(outcome.map_or_else(|error| error.to_string(), |_| "answered".to_owned()));
    }

    /// Sleeps, then calls back.
    #[task]
    async fn call_back(&mut self, ctx: &Context) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let called = ctx.exec_task("first.note", args! { word: "called back" }).await;
        if let Err(error) = called {
            self.journal.note(error);
        }
        Ok(())
    }

    /// Calls two modules at once.
    #[task]
    async fn fan_out(&mut self, ctx: &Context, one: String, two: String, route: Vec<String>) -> Result<()> {
        let empty = Vec::<String>::new();
        let (first, second) = tokio::join!(
            ctx.exec_task(&one, args! { route: empty }),
            ctx.exec_task(&two, args! { route: route }),
        );
        first?;
        second?;
        Ok(())
    }

    /// Fills the own queue.
    #[task]
    async fn fill(&mut self, ctx: &Context, address: String, times: u8) -> Result<()> {
        for _ in 0..times {
            ctx.enqueue_task(&address, args! { word: "filled" }).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_handler_that_calls_itself_is_refused() {
    let app = App::builder().module("odd", Oddity::default()).start().await.unwrap();
    let odd: OddityStub = app.handle().stub("odd").unwrap();
    assert_eq!(path_of(&within(odd.call_me()).await.unwrap_err()), "odd.call_me → odd.note");
    assert_eq!(path_of(&within(odd.call_own()).await.unwrap_err()), "odd.call_own → odd.note");
    odd.note("still there".to_owned()).await.unwrap();
    at_rest(&app).await;
}

/// Calls itself from its run hook.
#[derive(Debug, Clone, Default)]
struct Runner(Journal);

#[module]
impl Runner {
    #[task]
    async fn note(&mut self, word: String) {
        tokio::task::yield_now().await;
        self.0.note(word);
    }

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.me::<Self>()?.note("by stub".to_owned()).await?;
        ctx.exec_task("note", args! { word: "by name" }).await?;
        Ok(())
    }
}

#[tokio::test]
async fn a_run_hook_calls_its_own_module_like_any_other() {
    let runner = Runner::default();
    let app = App::builder().module("runner", runner.clone()).start().await.unwrap();
    app.shutdown().await.unwrap();
    assert_eq!(runner.0.lines(), ["by stub", "by name"]);
}

#[tokio::test]
async fn two_modules_that_call_each_other_are_refused() {
    let app = relays(&["a", "b"]).await;
    let error = within(relay(&app, "a").pass(route(["b.pass", "a.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass → b.pass → a.pass");
    at_rest(&app).await;
    assert_eq!(relay(&app, "a").pass(route(["b.pass"])).await.unwrap(), 2, "both are free again");
}

#[tokio::test]
async fn handlers_that_were_suspended_before_are_refused_as_well() {
    let app = relays(&["a", "b", "c"]).await;
    let stations = route(["b.pass_late", "c.pass_late", "a.pass_late"]);
    let error = within(relay(&app, "a").pass_late(stations)).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass_late → b.pass_late → c.pass_late → a.pass_late");
    at_rest(&app).await;
}

#[tokio::test]
async fn a_circle_ends_where_it_closes() {
    let app = relays(&["a", "b", "c", "d"]).await;
    let stations = route(["b.pass", "c.pass", "d.pass", "b.pass"]);
    let error = within(relay(&app, "a").pass(stations)).await.unwrap_err();
    assert_eq!(path_of(&error), "b.pass → c.pass → d.pass → b.pass");
    at_rest(&app).await;
}

#[tokio::test]
async fn a_circle_through_stubs_is_refused() {
    let app = relays(&["a", "b", "c"]).await;
    let error = within(relay(&app, "a").pass_by_stub(route(["b", "c", "a"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass_by_stub → b.pass_by_stub → c.pass_by_stub → a.pass_by_stub");
    at_rest(&app).await;
}

#[tokio::test]
async fn a_circle_longer_than_the_nesting_of_calls_is_refused() {
    let names: Vec<String> = (0..50).map(|number| format!("m{number}")).collect();
    let app = relays(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut stations: Vec<String> = names[1..].iter().map(|name| format!("{name}.pass")).collect();
    stations.push("m0.pass".to_owned());
    let error = within(relay(&app, "m0").pass(stations)).await.unwrap_err();
    let path = path_of(&error);
    assert_eq!(path.matches(" → ").count(), 50, "{path}");
    assert!(path.starts_with("m0.pass → m1.pass → ") && path.ends_with(" → m49.pass → m0.pass"), "{path}");
    at_rest(&app).await;
}

#[tokio::test(start_paused = true)]
async fn two_roots_that_call_each_other_are_told_apart_and_one_goes_on() {
    let app = relays(&["a", "b"]).await;
    let one = tokio::spawn(relay(&app, "a").pass_late(route(["b.pass"])));
    let other = tokio::spawn(relay(&app, "b").pass_late(route(["a.pass"])));
    let results = [within(one).await.unwrap(), within(other).await.unwrap()];
    let errors: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    assert_eq!(errors.len(), 1, "{results:?}");
    let path = path_of(errors[0]);
    assert!(
        path == "a.pass_late → b.pass_late → a.pass" || path == "b.pass_late → a.pass_late → b.pass",
        "{path}"
    );
    at_rest(&app).await;
}

#[tokio::test(start_paused = true)]
async fn three_roots_in_a_ring_lose_one_call_only() {
    let app = relays(&["a", "b", "c"]).await;
    let calls = [("a", "b.pass"), ("b", "c.pass"), ("c", "a.pass")]
        .map(|(from, to)| tokio::spawn(relay(&app, from).pass_late(route([to]))));
    let mut errors = Vec::new();
    for call in calls {
        errors.extend(within(call).await.unwrap().err().map(|error| path_of(&error)));
    }
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].matches(" → ").count(), 3, "{errors:?}");
    at_rest(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_deadlock_survives_on_many_threads() {
    let app = relays(&["a", "b", "c"]).await;
    let calls: Vec<_> = (0..300)
        .map(|number: usize| {
            let names = ["a", "b", "c"];
            let (from, to) = (names[number % 3], names[(number / 3) % 3]);
            tokio::spawn(relay(&app, from).pass_late(route([&format!("{to}.pass")])))
        })
        .collect();
    for call in calls {
        if let Err(error) = within(call).await.unwrap() {
            path_of(&error);
        }
    }
    at_rest(&app).await;
}

#[tokio::test]
async fn an_event_handler_may_be_the_root_of_a_circle() {
    let odd = Oddity::default();
    let app = App::builder().module("odd", odd.clone()).module("b", Relay::default()).start().await.unwrap();
    app.handle().trigger_event("ring", args! { route: ["odd.note"] }).await.unwrap();
    at_rest(&app).await;
    let lines = odd.journal.lines();
    assert!(!lines.contains(&"rung".to_owned()), "{lines:?}");
    app.handle().trigger_event("ring", args! { route: Vec::<String>::new() }).await.unwrap();
    at_rest(&app).await;
    assert!(odd.journal.lines().contains(&"rung".to_owned()));
}

#[tokio::test]
async fn a_circle_over_a_shared_loop_and_an_own_one_is_refused() {
    let app = App::builder()
        .module_on("bus", "a", Relay::default())
        .module_on("bus", "b", Relay::default())
        .module("x", Relay::default())
        .start()
        .await
        .unwrap();
    let error = within(relay(&app, "a").pass(route(["x.pass", "a.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass → x.pass → a.pass");
    // `b` cannot run before the turn of `a` has ended, which waits for `x`.
    let error = within(relay(&app, "a").pass(route(["x.pass", "b.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass → x.pass → b.pass");
    at_rest(&app).await;
}

#[tokio::test]
async fn a_path_names_the_callers_on_a_shared_loop_as_well() {
    let app = App::builder()
        .module_on("bus", "a", Relay::default())
        .module_on("bus", "b", Relay::default())
        .module("x", Relay::default())
        .start()
        .await
        .unwrap();
    let error = within(relay(&app, "x").pass(route(["a.pass", "b.pass", "x.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "x.pass → a.pass → b.pass → x.pass");
    at_rest(&app).await;
}

#[tokio::test]
async fn a_path_names_who_waits_and_not_who_ran_last() {
    let app = App::builder()
        .module_on("bus", "odd", Oddity::default())
        .module_on("bus", "b", Relay::default())
        .module("x", Relay::default())
        .start()
        .await
        .unwrap();
    let odd: OddityStub = app.handle().stub("odd").unwrap();
    let detour = odd.detour("b.pass".to_owned(), "x.pass".to_owned(), route(["b.pass"]));
    assert_eq!(path_of(&within(detour).await.unwrap_err()), "odd.detour → x.pass → b.pass");
    at_rest(&app).await;
}

#[tokio::test(start_paused = true)]
async fn a_diamond_is_no_circle() {
    let app = App::builder()
        .module("top", Oddity::default())
        .module("left", Relay::default())
        .module("right", Relay::default())
        .start()
        .await
        .unwrap();
    let top: OddityStub = app.handle().stub("top").unwrap();
    let fan = |one: &str, two: &str, then: &str| top.fan_out(one.to_owned(), two.to_owned(), route([then]));
    within(fan("left.pass_late", "right.pass_late", "left.pass")).await.unwrap();
    within(fan("left.pass", "right.pass", "left.pass")).await.unwrap();
    within(fan("left.pass_late", "left.pass_late", "right.pass")).await.unwrap();
    at_rest(&app).await;
}

/// A caller `first` and a slow module `second` that calls it back.
struct Pair {
    app: App,
    first: Oddity,
    second: Oddity,
    stub: OddityStub,
}

async fn pair() -> Pair {
    let (first, second) = (Oddity::default(), Oddity::default());
    let app =
        App::builder().module("first", first.clone()).module("second", second.clone()).start().await.unwrap();
    settle(&app).await;
    first.journal.take();
    second.journal.take();
    let stub = app.handle().stub("first").unwrap();
    Pair { app, first, second, stub }
}

impl Pair {
    /// Lets a handler of `first` wait before its gate for a second, and tells what both have written in the end.
    async fn told_after<E: Debug + Send + 'static>(
        &self,
        handler: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> [Vec<String>; 2] {
        let handler = tokio::spawn(handler);
        self.first.gate.reached(1).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.first.gate.open();
        within(handler).await.unwrap().unwrap();
        at_rest(&self.app).await;
        [self.first.journal.lines(), self.second.journal.lines()]
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_timed_out_makes_no_circle() {
    let pair = pair().await;
    let [first, second] = pair.told_after(pair.stub.give_up("second.call_back".to_owned())).await;
    assert!(first[0].contains("`second.call_back` did not answer in time"), "{first:?}");
    assert_eq!(second, ["`first.note` did not begin in time"], "its time was over, but nothing waits for it");
}

#[tokio::test(start_paused = true)]
async fn a_queued_call_that_timed_out_makes_no_circle() {
    let pair = pair().await;
    let busy = tokio::spawn(pair.app.handle().exec_task("second.call_back", args! {}));
    tokio::time::sleep(Duration::from_millis(1)).await;
    let [first, second] = pair.told_after(pair.stub.give_up("second.hold".to_owned())).await;
    within(busy).await.unwrap().unwrap();
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(first, ["`second.hold` did not begin in time", "called back"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_makes_no_circle() {
    let pair = pair().await;
    let [first, second] = pair.told_after(pair.stub.let_go("second.call_back".to_owned())).await;
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(first, ["called back"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_others_wait_for_by_now_makes_no_circle() {
    let pair = pair().await;
    within(pair.stub.pass_to_a_task("second.call_back".to_owned())).await.unwrap();
    let [first, second] = pair.told_after(pair.stub.hold()).await;
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(first, ["called back", "answered"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_not_chosen_makes_no_circle() {
    let pair = pair().await;
    let [first, second] = pair.told_after(pair.stub.choose("second.call_back".to_owned())).await;
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(first, ["chosen", "called back"]);
}

#[tokio::test(start_paused = true)]
async fn a_queued_task_makes_no_circle_with_its_sender() {
    let pair = pair().await;
    within(pair.stub.fill("second.note".to_owned(), 1)).await.unwrap();
    pair.app.handle().enqueue_task("second.call_back", args! {}).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    let [first, second] = pair.told_after(pair.stub.hold()).await;
    assert_eq!((first[0].as_str(), second[0].as_str()), ("called back", "filled"));
    assert_eq!((first.len(), second.len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_ends_by_its_deadline() {
    let Pair { app, first, stub, .. } = pair().await;
    let begun = tokio::time::Instant::now();
    within(stub.wait_unseen(Duration::from_secs(2))).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 2);
    at_rest(&app).await;
    assert_eq!(first.journal.lines(), ["`first.note` did not begin in time"], "it is withdrawn");
}

/// On a thread of its own: the handler holds one of the runtime's, and the deadline needs another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_its_handler_waits_for_ends_by_its_deadline() {
    let Pair { app, first, stub, .. } = pair().await;
    let held = tokio::spawn(stub.join_a_thread(Duration::from_millis(50)));
    within(held).await.unwrap().unwrap();
    at_rest(&app).await;
    assert_eq!(first.journal.lines(), ["`first.note` did not begin in time"]);
}

#[tokio::test]
async fn a_call_that_has_been_answered_makes_no_circle() {
    let gate = Gate::new();
    let app = App::builder()
        .module("a", Relay::default())
        .module("b", Relay::waiting(&gate))
        .start()
        .await
        .unwrap();
    let held = tokio::spawn(relay(&app, "b").hold());
    gate.reached(1).await;
    let calling = tokio::spawn(relay(&app, "a").pass(route(["b.pass"])));
    tokio::task::yield_now().await;
    let back = tokio::spawn(relay(&app, "b").pass(route(["a.pass"])));
    tokio::task::yield_now().await;
    gate.open();
    // `b` answers `a` and calls it back before `a` has had a chance to look.
    within(held).await.unwrap().unwrap();
    assert_eq!(within(calling).await.unwrap().unwrap(), 2);
    assert_eq!(within(back).await.unwrap().unwrap(), 2);
    at_rest(&app).await;
}

/// Handlers that overlap.
#[derive(Debug, Default)]
struct Many {
    gate: Gate,
}

#[module(concurrent)]
impl Many {
    #[task]
    async fn pass(&self, ctx: &Context, route: Vec<String>) -> Result<usize> {
        let Some((next, rest)) = route.split_first() else { return Ok(1) };
        let stations: usize = ctx.exec_task(next, args! { route: rest }).await?.get()?;
        Ok(stations + 1)
    }

    #[task]
    async fn pass_late(&self, ctx: &Context, route: Vec<String>) -> Result<usize> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.pass(ctx, route).await
    }

    #[task]
    async fn hold(&self) {
        self.gate.pass().await;
    }

    #[task]
    async fn hold_and_pass(&self, ctx: &Context, route: Vec<String>) -> Result<usize> {
        self.gate.pass().await;
        self.pass(ctx, route).await
    }
}

async fn many(limit: usize) -> (App, ManyStub) {
    let app = App::builder()
        .module("many", Many::default())
        .module("a", Relay::default())
        .event_loop("many", LoopOptions::new().concurrency(limit))
        .start()
        .await
        .unwrap();
    let stub = app.handle().stub("many").unwrap();
    (app, stub)
}

#[tokio::test(start_paused = true)]
async fn a_circle_through_a_concurrent_module_is_refused() {
    let (app, _) = many(8).await;
    let error = within(relay(&app, "a").pass(route(["many.pass", "a.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass → many.pass → a.pass");
    let error = within(relay(&app, "a").pass(route(["many.pass_late", "a.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass → many.pass_late → a.pass");
    at_rest(&app).await;
}

#[tokio::test(start_paused = true)]
async fn a_concurrent_module_may_be_entered_again_while_it_has_places() {
    let (app, many) = many(2).await;
    assert_eq!(within(many.pass(route(["a.pass", "many.pass"]))).await.unwrap(), 3);
    assert_eq!(within(many.pass_late(route(["a.pass_late", "many.pass_late"]))).await.unwrap(), 3);
    assert_eq!(within(many.pass(route(["many.pass"]))).await.unwrap(), 2, "it may even call itself");
    at_rest(&app).await;
}

#[tokio::test(start_paused = true)]
async fn a_concurrent_module_without_a_free_place_closes_a_circle() {
    let (app, many) = many(1).await;
    let error = within(many.pass(route(["many.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "many.pass → many.pass");
    let error = within(relay(&app, "a").pass(route(["many.pass", "many.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "many.pass → many.pass");
    at_rest(&app).await;
}

#[tokio::test(start_paused = true)]
async fn a_place_that_frees_itself_closes_no_circle() {
    let gate = Gate::new();
    let app = App::builder()
        .module("many", Many { gate: gate.clone() })
        .module("a", Relay::default())
        .event_loop("many", LoopOptions::new().concurrency(2))
        .start()
        .await
        .unwrap();
    let many: ManyStub = app.handle().stub("many").unwrap();
    let held = tokio::spawn(many.hold());
    gate.reached(1).await;
    let waiting = tokio::spawn(many.pass(route(["a.pass", "many.pass"])));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!waiting.is_finished(), "one of the two places will be free again");
    gate.open();
    within(held).await.unwrap().unwrap();
    assert_eq!(within(waiting).await.unwrap().unwrap(), 3);
    at_rest(&app).await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_for_whom_all_places_wait_closes_a_circle() {
    let gate = Gate::new();
    let app = App::builder()
        .module("many", Many { gate: gate.clone() })
        .module("a", Relay::default())
        .event_loop("many", LoopOptions::new().concurrency(2))
        .start()
        .await
        .unwrap();
    let many: ManyStub = app.handle().stub("many").unwrap();
    let held = [(); 2].map(|()| tokio::spawn(many.hold_and_pass(route(["a.pass"]))));
    gate.reached(2).await;
    let calling = tokio::spawn(relay(&app, "a").pass(route(["many.pass"])));
    tokio::time::sleep(Duration::from_secs(1)).await;
    gate.open();
    // `a` waits for a place before `many`, and every place waits for `a`: somebody must be told.
    let mut errors = usize::from(within(calling).await.unwrap().is_err());
    for held in held {
        errors += usize::from(within(held).await.unwrap().is_err());
    }
    assert_eq!(errors, 1);
    at_rest(&app).await;
}

#[tokio::test(start_paused = true)]
async fn a_circle_that_starts_in_a_concurrent_module_is_refused() {
    let (app, many) = many(1).await;
    let error = within(many.pass(route(["a.pass", "many.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "many.pass → a.pass → many.pass");
    let error = within(many.pass_late(route(["a.pass_late", "many.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "many.pass_late → a.pass_late → many.pass");
    at_rest(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_deadlock_survives_among_modules_with_few_places() {
    let names = ["one", "two", "three", "a"];
    let mut builder = App::builder().module("a", Relay::default());
    for (name, places) in names.iter().zip([1, 2, 3]) {
        builder = builder.module(name, Many::default());
        builder = builder.event_loop(name, LoopOptions::new().concurrency(places));
    }
    let app = builder.start().await.unwrap();
    let late = |index: usize| format!("{}.pass_late", names[index % 4]);
    let calls: Vec<_> = (0..300)
        .map(|number: usize| {
            let stations = [late(number / 4), late(number / 16), late(number / 3)];
            app.handle().exec_task(&late(number), args! { route: stations.to_vec() })
        })
        .map(tokio::spawn)
        .collect();
    let mut answered = 0;
    for call in calls {
        match within(call).await.unwrap() {
            Ok(_) => answered += 1,
            Err(error) => {
                assert!(error.to_string().starts_with("the call would wait for itself: "), "{error}")
            }
        }
    }
    assert!(answered > 0);
    at_rest(&app).await;
}

#[tokio::test]
async fn filling_the_own_queue_is_refused_with_the_path() {
    let odd = Oddity::default();
    let app = App::builder()
        .module("odd", odd.clone())
        .event_loop("odd", LoopOptions::new().tasks(3))
        .start()
        .await
        .unwrap();
    at_rest(&app).await;
    odd.journal.take();
    let stub: OddityStub = app.handle().stub("odd").unwrap();
    let error = within(stub.fill("note".to_owned(), 4)).await.unwrap_err();
    let CallError::Failed(Error::Call(full)) = error else { panic!("{error:?}") };
    assert_eq!(
        full.to_string(),
        "the queue before `odd.note` is full, and waiting for room would wait for itself: odd.fill → odd.note"
    );
    let CallError::QueueFull { path: Some(path), .. } = *full else { panic!("{full:?}") };
    assert_eq!(CallPath::steps(&path).collect::<Vec<_>>(), ["odd.fill", "odd.note"]);
    at_rest(&app).await;
    assert_eq!(odd.journal.lines(), ["filled", "filled", "filled"], "what fitted in is done");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_room_counts_as_a_wait() {
    let (first, second) = (Oddity::default(), Oddity::default());
    let app = App::builder()
        .module("first", first.clone())
        .module("second", second.clone())
        .event_loop("second", LoopOptions::new().tasks(1))
        .start()
        .await
        .unwrap();
    at_rest(&app).await;
    let handle = app.handle();
    let back = tokio::spawn(handle.exec_task("second.call_back", args! {}));
    let fill = args! { address: "second.note", times: 3 };
    let held = tokio::spawn(handle.exec_task("first.hold", args! {}));
    first.gate.reached(1).await;
    handle.enqueue_task("first.fill", fill).priority(Priority::High).await.unwrap();
    tokio::time::sleep(Duration::from_millis(40)).await;
    first.gate.open();
    // `first` waits for room before `second`, which calls `first`: one of them must be told.
    within(held).await.unwrap().unwrap();
    within(back).await.unwrap().unwrap();
    at_rest(&app).await;
    let told = second.journal.lines();
    assert!(told.iter().any(|line| line.starts_with("the call would wait for itself: ")), "{told:?}");
}

/// Blocks and passes on.
#[derive(Debug, Default)]
struct Blocker;

#[module]
impl Blocker {
    #[task(blocking)]
    fn pass(&mut self, ctx: &Context, route: Vec<String>) -> Result<usize> {
        let Some((next, rest)) = route.split_first() else { return Ok(1) };
        let stations: usize = ctx.exec_task_blocking(next, args! { route: rest })?.get()?;
        Ok(stations + 1)
    }
}

#[tokio::test]
async fn a_circle_through_a_blocking_task_is_refused() {
    let app = App::builder().module("blocker", Blocker).module("a", Relay::default()).start().await.unwrap();
    let blocker: BlockerStub = app.handle().stub("blocker").unwrap();
    assert_eq!(within(blocker.pass(route(["a.pass"]))).await.unwrap(), 2);
    let error = within(blocker.pass(route(["blocker.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "blocker.pass → blocker.pass");
    let error = within(blocker.pass(route(["a.pass", "blocker.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "blocker.pass → a.pass → blocker.pass");
    let error = within(relay(&app, "a").pass(route(["blocker.pass", "a.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass → blocker.pass → a.pass");
    at_rest(&app).await;
}

#[derive(Debug)]
struct Bridge {
    other: Handle,
}

#[module]
impl Bridge {
    #[task]
    async fn cross(&mut self) -> Result<usize> {
        Ok(self.other.exec_task("far.pass", args! { route: Vec::<String>::new() }).await?.get()?)
    }
}

#[tokio::test]
async fn modules_of_two_applications_are_not_taken_for_each_other() {
    let gate = Gate::new();
    let far = App::builder().module("far", Relay::waiting(&gate)).start().await.unwrap();
    let near = App::builder().module("bridge", Bridge { other: far.handle() }).start().await.unwrap();
    let held = tokio::spawn(relay(&far, "far").hold());
    gate.reached(1).await;
    let bridge: BridgeStub = near.handle().stub("bridge").unwrap();
    let crossing = tokio::spawn(bridge.cross());
    tokio::task::yield_now().await;
    gate.open();
    within(held).await.unwrap().unwrap();
    assert_eq!(within(crossing).await.unwrap().unwrap(), 1);
}
