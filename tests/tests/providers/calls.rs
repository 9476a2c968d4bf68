//! Calls of modules in other processes.

use looselycoupled::ErrorCode;
use looselycoupled::interceptor::{Interceptor, Message, Rejection, SessionHeaders};
use looselycoupled::prelude::*;
use looselycoupled_tests::quiet;

use crate::{Pump, hub, process};

/// Transaction, priority, depth, headers.
type Told = (String, String, u16, Vec<(String, String)>);
type Case = (&'static str, fn() -> Arguments);

/// A process with a pump, and one that calls it.
async fn two() -> (App, App) {
    quiet();
    let hub = hub();
    let cellar = process("cellar", &hub).module("pump", Pump::default()).route_module("pump", "home");
    let kitchen = process("kitchen", &hub).route_module("pump", "home");
    (cellar.start().await.unwrap(), kitchen.start().await.unwrap())
}

async fn end(apps: (App, App)) {
    apps.1.shutdown().await.unwrap();
    apps.0.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_call_is_served_where_its_module_is_and_brings_its_result_back() {
    let (cellar, kitchen) = two().await;
    let handle = kitchen.handle();
    let liters: u32 = handle.exec_task("pump.pump", args! { liters: 40 }).await.unwrap().get().unwrap();
    assert_eq!(liters, 40);
    handle.enqueue_task("pump.pump", args! { liters: 2 }).await.unwrap();
    cellar.quiesce().await;
    let here: u32 = cellar.handle().exec_task("pump.liters", args! {}).await.unwrap().get().unwrap();
    assert_eq!(here, 42);
    end((cellar, kitchen)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_that_block_call_as_well() {
    let (cellar, kitchen) = two().await;
    let handle = kitchen.handle();
    let called = std::thread::spawn(move || {
        handle.enqueue_task_blocking("pump.pump", args! { liters: 2 }).unwrap();
        let reply = handle.exec_task_blocking("pump.pump", args! { liters: 40 }).unwrap();
        reply.get::<u32>().unwrap()
    });
    assert_eq!(called.join().unwrap(), 42);
    let refused = kitchen.handle().exec_task_blocking("pump.liters", args! {}).unwrap_err();
    assert!(matches!(refused, CallError::WrongThread { .. }), "{refused}");
    end((cellar, kitchen)).await;
}

#[tokio::test]
async fn errors_are_those_that_a_caller_there_would_have() {
    let (cellar, kitchen) = two().await;
    let cases: [Case; 6] = [
        ("pump.pump", || args! { liters: 2_000 }),
        ("pump.pump", || args! { litres: 2 }),
        ("pump.pump", || args! { liters: "many" }),
        ("pump.pmup", || args! {}),
        ("pump.burst", || args! {}),
        ("pump.pump", || args! {}),
    ];
    for (address, arguments) in cases {
        let here = cellar.handle().exec_task(address, arguments()).await.unwrap_err();
        let there = kitchen.handle().exec_task(address, arguments()).await.unwrap_err();
        assert_eq!((here.code(), here.to_string()), (there.code(), there.to_string()), "{address}");
        assert_eq!(here.is_refusal(), there.is_refusal(), "{address}");
    }
    let failed = kitchen.handle().exec_task("pump.pump", args! { liters: 2_000 }).await.unwrap_err();
    let CallError::Failed(failure) = &failed else { panic!("{failed}") };
    assert_eq!(failure.to_string(), "2000 liters are more than the cellar holds");
    let cause = std::error::Error::source(failure).unwrap();
    assert_eq!(cause.to_string(), std::fmt::Error.to_string());
    let task = kitchen.handle().enqueue_task("pump.pmup", args! {}).await.unwrap_err();
    assert_eq!(task.code(), Some(ErrorCode::UnknownTask));
    end((cellar, kitchen)).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_by_its_deadline_and_by_one_of_25_seconds_if_it_has_none() {
    let (cellar, kitchen) = two().await;
    let begun = tokio::time::Instant::now();
    let late = kitchen.handle().exec_task("pump.never", args! {}).timeout(Duration::from_secs(2)).await;
    assert!(matches!(late, Err(CallError::Timeout { begun: true, .. })), "{late:?}");
    assert_eq!(begun.elapsed(), Duration::from_secs(2));
    let begun = tokio::time::Instant::now();
    // It waits behind the first one, which goes on.
    let late = kitchen.handle().exec_task("pump.liters", args! {}).await;
    assert!(matches!(late, Err(CallError::Timeout { .. })), "{late:?}");
    assert_eq!(begun.elapsed(), Duration::from_secs(25));
    assert_eq!(cellar.handle().statistics().module("pump").unwrap().queued, 0, "it has been withdrawn");
    drop((cellar, kitchen));
}

#[tokio::test]
async fn transaction_priority_and_headers_go_along() {
    let hub = hub();
    let cellar = process("cellar", &hub).module("pump", Pump::default()).route_module("pump", "home");
    let kitchen = process("kitchen", &hub).route_module("pump", "home").module("tap", Tap);
    let kitchen = kitchen.interceptor(SessionHeaders::default());
    let apps = (cellar.start().await.unwrap(), kitchen.start().await.unwrap());
    let call = apps.1.handle().exec_task("tap.ask", args! {}).priority(Priority::High);
    let reply = SessionHeaders::within("anna", call).await.unwrap();
    let (own, there): (String, Told) = reply.get().unwrap();
    assert_eq!(there.0, own);
    assert_eq!((&*there.1, there.2), ("high", 1));
    assert_eq!(there.3, [("session".to_owned(), "anna".to_owned())]);
    end(apps).await;
}

/// Asks a pump that is elsewhere.
#[derive(Default)]
struct Tap;

#[module]
impl Tap {
    #[task]
    async fn ask(&self, ctx: &Context) -> Result<(String, Told)> {
        let there = ctx.exec_task("pump.metadata", args! {}).await?.get()?;
        Ok((ctx.metadata().transaction.to_string(), there))
    }
}

#[tokio::test]
async fn nobody_elsewhere_is_more_urgent_than_the_route_allows() {
    let hub = hub();
    let text = "looselycoupled: { routes: [ { module: pump, via: home, priority: low } ] }";
    let cellar = process("cellar", &hub).module("pump", Pump::default()).config(crate::config(text));
    let kitchen = process("kitchen", &hub).route_module("pump", "home");
    let apps = (cellar.start().await.unwrap(), kitchen.start().await.unwrap());
    for (wanted, given) in [(Priority::Highest, "low"), (Priority::Lowest, "lowest")] {
        let call = apps.1.handle().exec_task("pump.metadata", args! {}).priority(wanted);
        let there: Told = call.await.unwrap().get().unwrap();
        assert_eq!(there.1, given);
    }
    end(apps).await;
}

#[tokio::test]
async fn what_nobody_serves_is_unreachable_until_somebody_does() {
    let hub = hub();
    let kitchen = process("kitchen", &hub).route_module("pump", "home").start().await.unwrap();
    let handle = kitchen.handle();
    let error = handle.exec_task("pump.liters", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "`pump.liters` cannot be reached via `home`: nobody serves `pump` now");
    assert_eq!((error.code(), error.is_refusal()), (ErrorCode::Unreachable, false));
    let cellar = process("cellar", &hub).module("pump", Pump::default()).route_module("pump", "home");
    let cellar = cellar.start().await.unwrap();
    handle.exec_task("pump.liters", args! {}).await.unwrap();
    cellar.shutdown().await.unwrap();
    let error = handle.exec_task("pump.liters", args! {}).await.unwrap_err();
    assert!(matches!(error, CallError::Unreachable { .. }), "{error}");
    kitchen.shutdown().await.unwrap();
}

#[tokio::test]
async fn only_what_has_a_route_can_be_reached() {
    let hub = hub();
    let cellar = process("cellar", &hub).module("pump", Pump::default()).module("safe", Pump::default());
    let cellar = cellar.route_module("pump", "home").start().await.unwrap();
    let kitchen = process("kitchen", &hub).route_module("pump", "home").route_module("safe", "home");
    let kitchen = kitchen.start().await.unwrap();
    let error = kitchen.handle().exec_task("safe.liters", args! {}).await.unwrap_err();
    assert!(matches!(error, CallError::Unreachable { .. }), "{error}");
    let error = kitchen.handle().exec_task("pmup.liters", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "unknown module `pmup`; did you mean `pump`?");
    end((cellar, kitchen)).await;
}

/// Notes what passes, and rejects what it is told to.
struct Border(&'static str, std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl Interceptor for Border {
    async fn sending(&self, message: &mut Message) -> Result<(), Rejection> {
        self.1.lock().unwrap().push(format!("{} out {}", self.0, message.name()));
        Ok(())
    }

    async fn receiving(&self, message: &mut Message) -> Result<(), Rejection> {
        self.1.lock().unwrap().push(format!("{} in {}", self.0, message.name()));
        if message.header("forbidden").is_some() { Err("it is forbidden".into()) } else { Ok(()) }
    }
}

#[tokio::test]
async fn what_goes_out_passes_the_sending_side_here_and_the_receiving_side_there() {
    let (hub, seen) = (hub(), std::sync::Arc::default());
    let border = |name| Border(name, std::sync::Arc::clone(&seen));
    let cellar = process("cellar", &hub).module("pump", Pump::default()).interceptor(border("cellar"));
    let cellar = cellar.route_module("pump", "home").route_event("motion", "home").start().await.unwrap();
    let kitchen = process("kitchen", &hub).interceptor(border("kitchen"));
    let kitchen = kitchen.interceptor(SessionHeaders::named("forbidden"));
    let kitchen = kitchen.route_module("pump", "home").route_event("motion", "home").start().await.unwrap();
    let take = || std::mem::take(&mut *seen.lock().unwrap());
    let handle = kitchen.handle();
    handle.exec_task("pump.liters", args! {}).await.unwrap();
    assert_eq!(take(), ["kitchen out pump.liters", "cellar in pump.liters"]);
    handle.enqueue_task("pump.liters", args! {}).await.unwrap();
    assert_eq!(take(), ["kitchen out pump.liters", "cellar in pump.liters"]);
    let forbidden =
        SessionHeaders::within("yes", handle.exec_task("pump.liters", args! {})).await.unwrap_err();
    assert_eq!(forbidden.to_string(), "`pump.liters` was rejected: it is forbidden");
    assert_eq!(forbidden.code(), ErrorCode::Rejected);
    take();
    let mut there = cellar.handle().subscribe("motion");
    handle.trigger_event("motion", args! { room: "kitchen" }).await.unwrap();
    there.next().await.unwrap();
    assert_eq!(take(), ["kitchen out motion", "kitchen in motion", "cellar in motion"]);
    end((cellar, kitchen)).await;
}
