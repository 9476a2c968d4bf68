//! Circles of every shape, and what only looks like one.

use std::fmt::Debug;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, Relay, within};

use super::{Oddity, OddityStub, at_rest, path_of, relay, relays, route};

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

/// `a` and `b` share a loop, `x` has its own.
async fn two_on_a_bus_and_one() -> App {
    let builder = App::builder().module_on("bus", "a", Relay::default());
    builder.module_on("bus", "b", Relay::default()).module("x", Relay::default()).start().await.unwrap()
}

#[tokio::test]
async fn a_circle_over_a_shared_loop_and_an_own_one_is_refused() {
    let app = two_on_a_bus_and_one().await;
    let error = within(relay(&app, "a").pass(route(["x.pass", "a.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass → x.pass → a.pass");
    // `b` cannot run before the turn of `a` has ended, which waits for `x`.
    let error = within(relay(&app, "a").pass(route(["x.pass", "b.pass"]))).await.unwrap_err();
    assert_eq!(path_of(&error), "a.pass → x.pass → b.pass");
    at_rest(&app).await;
}

#[tokio::test]
async fn a_path_names_the_callers_on_a_shared_loop_as_well() {
    let app = two_on_a_bus_and_one().await;
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
