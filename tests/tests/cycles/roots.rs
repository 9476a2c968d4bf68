//! Calls of several origins that close a circle together.

use looselycoupled_tests::within;

use super::{at_rest, path_of, relay, relays, route};

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
