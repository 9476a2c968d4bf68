//! What goes on between processes that are connected.

use looselycoupled::ErrorCode;
use looselycoupled::prelude::*;
use looselycoupled::provider::Via;
use looselycoupled_tests::within;

use crate::{House, Pump, config, liters, start};

/// A host, a process that has the pump, and one that calls it.
async fn three(house: &House) -> [App; 3] {
    let routed = |app: AppBuilder| app.route_event("pumped", "home").route_module("pump", "home");
    let attic = start(routed(house.host("attic"))).await;
    let cellar = start(routed(house.peer("cellar")).module("pump", Pump::default())).await;
    let kitchen = start(routed(house.peer("kitchen"))).await;
    [attic, cellar, kitchen]
}

async fn end(apps: impl IntoIterator<Item = App>) {
    let mut apps: Vec<_> = apps.into_iter().collect();
    while let Some(app) = apps.pop() {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn calls_reach_the_process_that_serves_them_from_every_other() {
    let house = House::new();
    let apps = three(&house).await;
    let [attic, cellar, kitchen] = &apps;
    for (app, expected) in [(kitchen, 40), (attic, 80)] {
        let call = app.handle().exec_task("pump.pump", args! { liters: 40 });
        assert_eq!(call.await.unwrap().get::<u32>().unwrap(), expected);
        let call = app.handle().exec_task("pump.after_a_turn", args! {});
        assert_eq!(call.await.unwrap().get::<u32>().unwrap(), expected);
    }
    kitchen.handle().enqueue_task("pump.pump", args! { liters: 2 }).await.unwrap();
    cellar.quiesce().await;
    assert_eq!(liters(&cellar.handle()).await.unwrap(), 82);
    end(apps).await;
}

#[tokio::test]
async fn what_goes_wrong_there_is_told_here() {
    let house = House::new();
    let apps = three(&house).await;
    let [_, cellar, kitchen] = &apps;
    for (address, arguments) in
        [("pump.pump", args! { liters: 2_000 }), ("pump.pump", args! { litres: 2 }), ("pump.pmup", args! {})]
    {
        let here = cellar.handle().exec_task(address, arguments.clone()).await.unwrap_err();
        let there = kitchen.handle().exec_task(address, arguments).await.unwrap_err();
        assert_eq!((here.code(), here.to_string()), (there.code(), there.to_string()));
    }
    let late = kitchen.handle().exec_task("pump.never", args! {}).timeout(Duration::from_millis(50)).await;
    assert!(matches!(late, Err(CallError::Timeout { begun: true, .. })), "{late:?}");
    drop(late);
    end(apps.into_iter().skip(3)).await;
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_is_withdrawn_there() {
    let house = House::new();
    let [attic, cellar, kitchen] = three(&house).await;
    let (handle, held) = (kitchen.handle(), cellar.handle());
    let blocking = tokio::spawn(async move { handle.exec_task("pump.never", args! {}).await });
    let running = || held.statistics().module("pump").map(|pump| (pump.running, pump.queued)).unwrap();
    while running().0 == 0 {
        tokio::task::yield_now().await;
    }
    let handle = kitchen.handle();
    let waiting = tokio::spawn(async move { handle.exec_task("pump.liters", args! {}).await });
    while running().1 == 0 {
        tokio::task::yield_now().await;
    }
    waiting.abort();
    while running().1 > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(held.statistics().module("pump").unwrap().cancelled, 1);
    blocking.abort();
    drop((attic, cellar, kitchen));
}

#[tokio::test]
async fn events_reach_all_others_in_the_order_of_their_sender() {
    let house = House::new();
    let apps = three(&house).await;
    let [attic, cellar, kitchen] = &apps;
    let mut heard: Vec<_> = [attic, kitchen].map(|app| app.handle().subscribe("pumped")).into();
    let mut own = cellar.handle().subscribe("pumped");
    for liters in 0..2_000_u32 {
        cellar.handle().trigger_event("pumped", args! { liters }).await.unwrap();
        for stream in &mut heard {
            let event = within(stream.next()).await.unwrap();
            assert_eq!((event.field::<u32>("liters").unwrap(), event.process()), (liters, Some("cellar")));
        }
        assert_eq!(within(own.next()).await.unwrap().process(), None, "it does not come back");
    }
    attic.handle().trigger_event("pumped", args! { liters: 7 }).await.unwrap();
    let event = within(heard[1].next()).await.unwrap();
    assert_eq!((event.field::<u32>("liters").unwrap(), event.process()), (7, Some("attic")));
    end(apps).await;
}

#[tokio::test]
async fn every_value_comes_as_it_was() {
    let house = House::new();
    let host = start(house.host("attic").route_event("figures", "home")).await;
    let peer = start(house.peer("cellar").route_event("figures", "home")).await;
    let mut heard = host.handle().subscribe("figures");
    let text = "ä\u{0}\"\\".repeat(1_000);
    let sent = args! { most: u64::MAX, least: i64::MIN, infinite: f64::INFINITY, text: text };
    peer.handle().trigger_event("figures", sent).await.unwrap();
    let event = within(heard.next()).await.unwrap();
    assert_eq!(event.field::<u64>("most").unwrap(), u64::MAX);
    assert_eq!(event.field::<i64>("least").unwrap(), i64::MIN);
    assert_eq!(event.field::<f64>("infinite").unwrap(), f64::INFINITY);
    assert_eq!(event.field::<String>("text").unwrap(), text);
    end([host, peer]).await;
}

#[tokio::test]
async fn what_is_too_long_is_told_to_its_sender() {
    let house = House::new();
    let apps = three(&house).await;
    // Also what would not even find room among what waits.
    for (length, number) in [(2 * 1024 * 1024, 1), (10 * 1024 * 1024, 2)] {
        let long = "x".repeat(length);
        for app in [&apps[0], &apps[2]] {
            let handle = app.handle();
            let error = handle.exec_task("pump.pump", args! { liters: long.clone() }).await.unwrap_err();
            assert_eq!(error.code(), ErrorCode::Unreachable);
            assert!(error.to_string().contains("1048576"), "{error}");
            handle.trigger_event("pumped", args! { liters: long.clone() }).await.unwrap();
            while handle.providers()[0].undelivered < number {
                tokio::task::yield_now().await;
            }
            assert_eq!(liters(&handle).await.unwrap(), 0, "the connection goes on");
        }
    }
    end(apps).await;
}

#[tokio::test]
async fn a_result_that_is_too_long_is_told_to_who_waits_for_it() {
    for is_served_by_the_host in [true, false] {
        let house = House::new();
        let (host, peer) = (house.host("attic"), house.peer("kitchen"));
        let (host, peer) = (host.route_module("pump", "home"), peer.route_module("pump", "home"));
        let pump = Pump::default();
        let (host, peer) = if is_served_by_the_host {
            (host.module("pump", pump), peer)
        } else {
            (host, peer.module("pump", pump))
        };
        let (host, peer) = (start(host).await, start(peer).await);
        let handle = if is_served_by_the_host { peer.handle() } else { host.handle() };
        for length in [2 * 1024 * 1024_usize, 10 * 1024 * 1024] {
            let error = handle.exec_task("pump.noise", args! { length }).await.unwrap_err();
            assert!(error.to_string().contains("at most 1048576 are allowed"), "{error}");
            assert_eq!(liters(&handle).await.unwrap(), 0);
        }
        // As long as that it may be, whatever is added on the way.
        let length = 1024 * 1024 - 100_usize;
        let noise = handle.exec_task("pump.noise", args! { length }).await.unwrap();
        assert_eq!(noise.get::<String>().unwrap().len(), length);
        end([peer, host]).await;
    }
}

#[tokio::test]
async fn what_is_as_long_as_it_may_be_has_room_for_what_is_added() {
    let house = House::new();
    let group = || Via::provider("home").in_group("pumps");
    let attic = start(house.host("attic").route_event("pumped", group())).await;
    let kitchen = start(house.peer("kitchen").route_event("pumped", group())).await;
    let (handle, hears) = (kitchen.handle(), attic.handle());
    let (mut here, mut there) = (handle.subscribe("pumped"), hears.subscribe("pumped"));
    // The longest one that leaves is passed on with the name of its group beside it.
    let heard = 'shorter: {
        for (number, length) in (1024 * 1024 - 500..1024 * 1024).rev().step_by(5).enumerate() {
            handle.trigger_event("pumped", args! { noise: "x".repeat(length) }).await.unwrap();
            let refused = async {
                while handle.providers()[0].undelivered <= number as u64 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                heard = here.next() => break 'shorter heard,
                heard = there.next() => break 'shorter heard,
                () = refused => {}
            }
        }
        None
    };
    assert!(heard.unwrap().field::<String>("noise").unwrap().len() > 1024 * 1024 - 500);
    end([kitchen, attic]).await;
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

#[tokio::test]
async fn a_circle_by_way_of_another_process_is_told_at_once() {
    let house = House::new();
    let routed = |app: AppBuilder| app.route_module("here", "home").route_module("there", "home");
    let attic = start(routed(house.host("attic")).module("here", Relay)).await;
    let office = start(routed(house.peer("office")).module("there", Relay)).await;
    let call = async |app: &App, first: &str, to: &[&str]| {
        let to: Vec<String> = to.iter().map(|address| (*address).to_owned()).collect();
        within(app.handle().exec_task(first, args! { to })).await
    };
    for app in [&attic, &office] {
        call(app, "here.on", &["there.on"]).await.unwrap();
        let error = call(app, "here.on", &["there.on", "here.on"]).await.unwrap_err();
        let text = format!("{error:?}");
        assert!(text.contains("here.on → there.on → here.on"), "{text}");
    }
    end([attic, office]).await;
}

#[tokio::test]
async fn a_file_says_who_hosts() {
    let house = House::new();
    let text = |process: &str| {
        let url = house.url();
        config(&format!(
            "looselycoupled:\n  process: {process}\n  providers: {{ home: {{ kind: socket, url: \"{url}\", host: attic }} }}\n  routes: [ {{ module: pump, via: home }} ]\n"
        ))
    };
    let attic = start(App::builder().config(text("attic")).module("pump", Pump::default())).await;
    let kitchen = start(App::builder().config(text("kitchen"))).await;
    assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
    end([attic, kitchen]).await;
}
