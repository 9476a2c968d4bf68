//! Circles through modules whose handlers overlap.

use std::fmt::Debug;

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Relay, within};

use super::{at_rest, path_of, relay, route};

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

/// `many` has two places, `a` calls on.
async fn two_places() -> (App, ManyStub, Gate) {
    let gate = Gate::new();
    let builder = App::builder().module("many", Many { gate: gate.clone() }).module("a", Relay::default());
    let app = builder.event_loop("many", LoopOptions::new().concurrency(2)).start().await.unwrap();
    let many = app.handle().stub("many").unwrap();
    (app, many, gate)
}

#[tokio::test(start_paused = true)]
async fn a_place_that_frees_itself_closes_no_circle() {
    let (app, many, gate) = two_places().await;
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
    let (app, many, gate) = two_places().await;
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
