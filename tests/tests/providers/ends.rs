//! How processes part.

use looselycoupled::prelude::*;
use looselycoupled::provider::Via;
use looselycoupled_tests::within;

use crate::{Diary, Pump, hub, lines, process};

#[tokio::test]
async fn what_was_accepted_before_the_end_arrives() {
    let hub = hub();
    let cellar = process("cellar", &hub).module("diary", Diary::default()).route_event("pumped", "home");
    let cellar = cellar.start().await.unwrap();
    let kitchen = process("kitchen", &hub).route_event("pumped", "home").start().await.unwrap();
    for liters in 0..1_000_u32 {
        kitchen.handle().trigger_event("pumped", args! { liters }).await.unwrap();
    }
    kitchen.shutdown().await.unwrap();
    assert_eq!(lines(&cellar).await.len(), 1_000);
    cellar.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_handlers_send_while_they_end_still_leaves() {
    let hub = hub();
    let cellar = process("cellar", &hub).route_event("pumped", "home").start().await.unwrap();
    let mut heard = cellar.handle().subscribe("pumped");
    let kitchen = process("kitchen", &hub).module("pump", Pump::default()).route_event("pumped", "home");
    let kitchen = kitchen.start().await.unwrap();
    kitchen.handle().enqueue_task("pump.pump", args! { liters: 7 }).await.unwrap();
    kitchen.shutdown().await.unwrap();
    assert_eq!(within(heard.next()).await.unwrap().field::<u32>("liters").unwrap(), 7);
    cellar.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_call_that_an_ending_process_serves_is_answered() {
    let hub = hub();
    let cellar = process("cellar", &hub).module("pump", Pump::default()).route_module("pump", "home");
    let cellar = cellar.shutdown_deadline(Duration::from_millis(200)).start().await.unwrap();
    let kitchen = process("kitchen", &hub).route_module("pump", "home").start().await.unwrap();
    let handle = kitchen.handle();
    let call = tokio::spawn(async move { handle.exec_task("pump.never", args! {}).await });
    while cellar.handle().statistics().module("pump").unwrap().running == 0 {
        tokio::task::yield_now().await;
    }
    let ended = tokio::spawn(cellar.shutdown());
    let error = within(call).await.unwrap().unwrap_err();
    assert!(matches!(error, CallError::ShuttingDown { begun: true, .. }), "{error}");
    let AppError::Late(late) = ended.await.unwrap().unwrap_err() else { panic!("it was broken off") };
    assert_eq!(late[0].handler, "pump.never");
    kitchen.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_a_process_tells_of_itself_and_its_end_go_by_no_route() {
    let hub = hub();
    let everything = || Via::provider("home").in_group("all");
    let cellar = process("cellar", &hub).module("pump", Pump::default()).route_event("**", everything());
    let cellar = cellar.start().await.unwrap();
    let kitchen = process("kitchen", &hub).route_event("**", everything()).start().await.unwrap();
    for (app, name) in [(&cellar, "cellar"), (&kitchen, "kitchen")] {
        let mut heard = app.handle().subscribe("exception");
        app.handle().trigger_event("exception", args! { by: name }).await.unwrap();
        assert_eq!(within(heard.next()).await.unwrap().field::<String>("by").unwrap(), name);
    }
    kitchen.handle().trigger_event("exit", args! {}).await.unwrap();
    within(kitchen.ended()).await.unwrap();
    // It has been told nothing, and goes on.
    let pumped = cellar.handle().exec_task("pump.pump", args! { liters: 1 }).await.unwrap();
    assert_eq!(pumped.get::<u32>().unwrap(), 1);
    cellar.shutdown().await.unwrap();
}
