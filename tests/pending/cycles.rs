//! Promises of `cycles` that do not hold yet. See README.md.

#[tokio::test(start_paused = true)]
async fn a_call_that_others_wait_for_by_now_makes_no_circle() {
    let (app, first, second, stub) = pair().await;
    within(stub.pass_to_a_task("second.call_back".to_owned())).await.unwrap();
    let held = tokio::spawn(stub.hold());
    first.gate.reached(1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    first.gate.open();
    within(held).await.unwrap().unwrap();
    at_rest(&app).await;
    assert!(second.journal.lines().is_empty(), "{:?}", second.journal.lines());
    assert_eq!(first.journal.lines(), ["called back", "answered"]);
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
