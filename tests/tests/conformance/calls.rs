//! Calls, of providers that say that they can.

use looselycoupled::ErrorCode;
use looselycoupled::prelude::*;
use looselycoupled::provider::Capability;
use looselycoupled_tests::within;

use crate::{Bus, Ledger, end, lines, start};

/// Two processes: the ledger is in the second one. `None` if it cannot be called.
async fn two<B: Bus>() -> Option<(B, [App; 2])> {
    if !B::CLAIMS.has(Capability::Calls) {
        return None;
    }
    let bus = B::new();
    let first = start(bus.first("first").route_module("ledger", "bus")).await;
    let second = bus.other("second").module("ledger", Ledger::default()).route_module("ledger", "bus");
    let second = start(second).await;
    Some((bus, [first, second]))
}

async fn write(app: &App, number: u32) -> Result<usize, CallError> {
    Ok(app.handle().exec_task("ledger.write", args! { number }).await?.get().unwrap())
}

pub async fn a_call_brings_back_what_came_of_it<B: Bus>() {
    let Some((_bus, apps)) = two::<B>().await else { return };
    for (number, expected) in (0..10).zip(1..) {
        assert_eq!(write(&apps[0], number).await.unwrap(), expected);
    }
    let stub: crate::LedgerStub = apps[0].handle().stub("ledger").unwrap();
    assert_eq!(stub.write(11).await.unwrap(), 11);
    let handle = apps[0].handle();
    let many = (0..100).map(|number| handle.exec_task("ledger.write", args! { number }));
    for reply in futures_util::future::join_all(many).await {
        reply.unwrap();
    }
    assert_eq!(lines(&apps[1], 111).await.len(), 111);
    end(apps).await;
}

pub async fn what_fails_there_is_told_here<B: Bus>() {
    let Some((_bus, apps)) = two::<B>().await else { return };
    let error = write(&apps[0], 1_001).await.unwrap_err();
    assert_eq!((error.code(), &*error.to_string()), (ErrorCode::Failed, "1001 is too much"));
    let cause = std::error::Error::source(&error).and_then(std::error::Error::source);
    assert!(cause.is_some() || format!("{error:?}").contains("formatting"), "{error:?}");
    let error = apps[0].handle().exec_task("ledger.burst", args! {}).await.unwrap_err();
    assert_eq!(
        (error.code(), &*error.to_string()),
        (ErrorCode::Panicked, "`ledger.burst` panicked: on purpose")
    );
    let error = apps[0].handle().exec_task("ledger.write", args! { number: "x" }).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Argument);
    end(apps).await;
}

pub async fn a_call_ends_by_its_deadline<B: Bus>() {
    let Some((_bus, apps)) = two::<B>().await else { return };
    let call = apps[0].handle().exec_task("ledger.never", args! {}).timeout(Duration::from_millis(50));
    let error = within(call).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Timeout);
    // What has begun runs to its end, and this has none.
    drop(apps);
}

pub async fn unknown_names_are_told<B: Bus>() {
    let Some((_bus, apps)) = two::<B>().await else { return };
    let told =
        async |address: &str| apps[0].handle().exec_task(address, args! {}).await.unwrap_err().to_string();
    assert_eq!(told("ledger.wrte").await, "unknown task `ledger.wrte`; did you mean `ledger.write`?");
    assert_eq!(told("ledgre.write").await, "unknown module `ledgre`; did you mean `ledger`?");
    end(apps).await;
}

/// Calls whoever it is told to.
struct Relay;

#[module]
impl Relay {
    #[task]
    async fn on(&mut self, ctx: &Context, to: Vec<String>) -> Result<()> {
        let Some((next, rest)) = to.split_first() else { return Ok(()) };
        ctx.exec_task(next, args! { to: rest.to_vec() }).await?;
        Ok(())
    }
}

pub async fn a_circle_is_told_with_its_path<B: Bus>() {
    if !B::CLAIMS.has(Capability::Calls) || !B::CLAIMS.has(Capability::Headers) {
        return;
    }
    let bus = B::new();
    let routed = |app: AppBuilder| app.route_module("here", "bus").route_module("there", "bus");
    let first = start(routed(bus.first("first")).module("here", Relay)).await;
    let second = start(routed(bus.other("second")).module("there", Relay)).await;
    let to = vec!["there.on".to_owned(), "here.on".to_owned()];
    let error = within(first.handle().exec_task("here.on", args! { to })).await.unwrap_err();
    let text = format!("{error:?}");
    assert!(text.contains("here.on → there.on → here.on"), "{text}");
    end([first, second]).await;
}

pub async fn who_no_longer_waits_is_known_there<B: Bus>() {
    let Some((_bus, apps)) = two::<B>().await else { return };
    // It waits behind one that never ends, so it has not begun when it is withdrawn.
    let handles = apps.each_ref().map(App::handle);
    let never = handles[1].clone();
    let busy = tokio::spawn(async move { never.exec_task("ledger.never", args! {}).await });
    let statistics = || handles[1].statistics().module("ledger").unwrap().clone();
    while statistics().running == 0 {
        tokio::task::yield_now().await;
    }
    let mut call = Box::pin(handles[0].exec_task("ledger.write", args! { number: 1 }));
    let waits = async {
        while statistics().queued == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = &mut call => panic!("{ended:?}"),
        () = waits => {}
    }
    drop(call);
    while statistics().cancelled == 0 {
        tokio::task::yield_now().await;
    }
    busy.abort();
    drop(apps);
}

pub async fn a_queued_task_is_done<B: Bus>() {
    let Some((_bus, apps)) = two::<B>().await else { return };
    for number in 0..10_u32 {
        apps[0].handle().enqueue_task("ledger.write", args! { number }).await.unwrap();
    }
    assert_eq!(lines(&apps[1], 10).await.len(), 10);
    end(apps).await;
}
