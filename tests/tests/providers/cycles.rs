//! Calls that would wait for themselves by way of another process.

use looselycoupled::ErrorCode;
use looselycoupled::prelude::*;
use looselycoupled_tests::within;
use tokio::sync::oneshot;

use crate::{hub, process};

/// Asks others, who ask others.
#[derive(Default)]
struct Asker;

#[module]
impl Asker {
    /// Calls each of these addresses by the one before it: `b.pass` with `c.pass` and so on.
    #[task]
    async fn pass(&mut self, ctx: &Context, on: Vec<String>) -> Result<u32> {
        let Some((next, rest)) = on.split_first() else { return Ok(0) };
        let called = ctx.exec_task(next, args! { on: rest.to_vec() });
        Ok(called.await?.get::<u32>().map_err(Error::other)? + 1)
    }

    /// The same, without waiting for the last one.
    #[task]
    async fn pass_and_queue(&mut self, ctx: &Context, last: String) -> Result<()> {
        ctx.enqueue_task(&last, args! { on: Vec::<String>::new() }).await.map(drop)
    }

    /// Calls after somebody has said so, and lets the caller go before.
    #[task]
    async fn give_up(&mut self, ctx: &Context, on: Vec<String>) -> Result<bool> {
        let Some((next, rest)) = on.split_first() else { return Ok(false) };
        let called = ctx.exec_task(next, args! { on: rest.to_vec() }).timeout(Duration::from_millis(20));
        Ok(matches!(called.await, Err(CallError::Timeout { .. })))
    }
}

/// Two processes: `a` and `c` are in the kitchen, `b` and `d` in the cellar.
async fn two() -> [App; 2] {
    let hub = hub();
    let routed = |name: &str| {
        let app = process(name, &hub);
        ["a", "b", "c", "d"].into_iter().fold(app, |app, module| app.route_module(module, "home"))
    };
    let kitchen = routed("kitchen").module("a", Asker).module("c", Asker);
    let cellar = routed("cellar").module("b", Asker).module("d", Asker);
    [kitchen.start().await.unwrap(), cellar.start().await.unwrap()]
}

async fn call(app: &App, first: &str, on: &[&str]) -> Result<u32, CallError> {
    let on: Vec<String> = on.iter().map(|address| (*address).to_owned()).collect();
    let reply = within(app.handle().exec_task(first, args! { on }).timeout(Duration::from_secs(20))).await?;
    Ok(reply.get().unwrap())
}

async fn end(apps: [App; 2]) {
    for app in apps {
        app.shutdown().await.unwrap();
    }
}

fn is_cycle(error: &CallError, path: &str) {
    let mut texts = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        texts.push(cause.to_string());
        source = cause.source();
    }
    let expected = format!("the call would wait for itself: {path}");
    assert!(texts.iter().any(|text| text.contains(&expected)), "{texts:#?}");
}

#[tokio::test]
async fn there_and_back_is_told_at_once() {
    let apps = two().await;
    assert_eq!(call(&apps[0], "a.pass", &["b.pass", "c.pass", "d.pass"]).await.unwrap(), 3, "no circle");
    let error = call(&apps[0], "a.pass", &["b.pass", "a.pass"]).await.unwrap_err();
    is_cycle(&error, "a.pass → b.pass → a.pass");
    assert_eq!(call(&apps[0], "a.pass", &["b.pass"]).await.unwrap(), 1, "all of them are free again");
    end(apps).await;
}

#[tokio::test]
async fn longer_ways_and_those_that_begin_elsewhere_are_as_well() {
    let apps = two().await;
    let error = call(&apps[0], "a.pass", &["b.pass", "c.pass", "d.pass", "a.pass"]).await.unwrap_err();
    is_cycle(&error, "a.pass → b.pass → c.pass → d.pass → a.pass");
    let error = call(&apps[0], "a.pass", &["b.pass", "c.pass", "a.pass"]).await.unwrap_err();
    is_cycle(&error, "a.pass → b.pass → c.pass → a.pass");
    let error = call(&apps[0], "b.pass", &["a.pass", "c.pass", "b.pass"]).await.unwrap_err();
    is_cycle(&error, "b.pass → a.pass → c.pass → b.pass");
    let error = call(&apps[0], "a.pass", &["c.pass", "b.pass", "d.pass", "a.pass"]).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Failed, "each passes on what the next one said");
    end(apps).await;
}

#[tokio::test]
async fn what_nobody_waits_for_is_no_circle() {
    let apps = two().await;
    let queued = apps[0].handle().exec_task("b.pass_and_queue", args! { last: "a.pass" });
    within(queued).await.unwrap();
    // The one that waits is `a`, and what comes to it is queued only.
    let handle = apps[0].handle();
    let called = handle.exec_task("a.pass", args! { on: ["b.pass"] });
    assert_eq!(within(called).await.unwrap().get::<u32>().unwrap(), 1);
    apps[0].quiesce().await;
    end(apps).await;
}

#[tokio::test]
async fn who_no_longer_waits_is_in_nobodys_way() {
    let apps = two().await;
    let (hold, held) = oneshot::channel::<()>();
    let blocking = tokio::spawn({
        let handle = apps[1].handle();
        async move {
            let busy = handle.exec_task("b.pass", args! { on: Vec::<String>::new() }).await;
            let _gone = held.await;
            busy.map(drop)
        }
    });
    let gave_up = within(apps[0].handle().exec_task("a.give_up", args! { on: ["b.pass", "c.pass"] })).await;
    let _answered_in_time_or_not = gave_up.unwrap().get::<bool>().unwrap();
    assert_eq!(call(&apps[1], "b.pass", &["a.pass"]).await.unwrap(), 1);
    drop(hold);
    blocking.await.unwrap().unwrap();
    end(apps).await;
}
