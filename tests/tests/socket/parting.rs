//! Processes that go, and come back.

use looselycoupled::prelude::*;
use looselycoupled::provider::ProviderState;
use looselycoupled_tests::within;

use crate::{House, Pump, liters, start, wait_for};

#[tokio::test]
async fn peers_come_back_when_their_host_does_and_have_what_they_had() {
    let house = House::new();
    let attic = start(house.host("attic")).await;
    let cellar = house.peer("cellar").module("pump", Pump::default());
    let cellar = start(cellar.route_module("pump", "home").route_event("pumped", "home")).await;
    let kitchen =
        start(house.peer("kitchen").route_module("pump", "home").route_event("pumped", "home")).await;
    let mut heard = kitchen.handle().subscribe("pumped");
    assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);

    attic.shutdown().await.unwrap();
    wait_for(&kitchen, ProviderState::Connecting).await;
    let error = liters(&kitchen.handle()).await.unwrap_err();
    assert!(matches!(error, CallError::Unreachable { .. }), "{error}");

    let attic = start(house.host("attic")).await;
    wait_for(&cellar, ProviderState::Connected).await;
    wait_for(&kitchen, ProviderState::Connected).await;
    let call = kitchen.handle().exec_task("pump.pump", args! { liters: 3 });
    assert_eq!(call.await.unwrap().get::<u32>().unwrap(), 3);
    assert_eq!(within(heard.next()).await.unwrap().field::<u32>("liters").unwrap(), 3);
    for app in [kitchen, cellar, attic] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn who_comes_before_its_host_waits_for_it() {
    let house = House::new();
    let kitchen = house.peer("kitchen").route_module("pump", "home").start().await.unwrap();
    let error = liters(&kitchen.handle()).await.unwrap_err();
    assert!(error.to_string().contains("home.sock") || error.to_string().contains("No such file"), "{error}");
    let attic = house.host("attic").module("pump", Pump::default()).route_module("pump", "home");
    let attic = start(attic).await;
    wait_for(&kitchen, ProviderState::Connected).await;
    assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
    assert!(!house.path().exists(), "the socket is gone with its host");
}

#[tokio::test]
async fn who_waits_for_a_process_that_goes_is_told_at_once() {
    let house = House::new();
    let attic = start(house.host("attic")).await;
    let cellar = house.peer("cellar").module("pump", Pump::default()).route_module("pump", "home");
    let cellar = start(cellar.shutdown_deadline(Duration::ZERO)).await;
    let kitchen = start(house.peer("kitchen").route_module("pump", "home")).await;
    let (handle, held) = (kitchen.handle(), cellar.handle());
    let call = tokio::spawn(async move { handle.exec_task("pump.never", args! {}).await });
    while held.statistics().module("pump").unwrap().running == 0 {
        tokio::task::yield_now().await;
    }
    let _late = cellar.shutdown().await.unwrap_err();
    let error = within(call).await.unwrap().unwrap_err();
    assert!(
        matches!(error, CallError::Unreachable { .. } | CallError::ShuttingDown { begun: true, .. }),
        "{error}"
    );
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_the_host_has_sent_before_its_end_has_left() {
    let house = House::new();
    let attic = start(house.host("attic").route_event("pumped", "home")).await;
    let cellar = start(house.peer("cellar").route_event("pumped", "home")).await;
    let mut heard = cellar.handle().subscribe("pumped").capacity(10_000);
    let text = "x".repeat(2_000);
    for liters in 0..1_000_u32 {
        attic.handle().trigger_event("pumped", args! { liters, text: &text }).await.unwrap();
    }
    attic.shutdown().await.unwrap();
    for liters in 0..1_000_u32 {
        assert_eq!(within(heard.next()).await.unwrap().field::<u32>("liters").unwrap(), liters);
    }
    cellar.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_was_sent_before_the_end_has_left() {
    let house = House::new();
    let attic = start(house.host("attic").route_event("pumped", "home")).await;
    let cellar = start(house.peer("cellar").route_event("pumped", "home")).await;
    let mut heard = attic.handle().subscribe("pumped").capacity(10_000);
    for liters in 0..3_000_u32 {
        cellar.handle().trigger_event("pumped", args! { liters }).await.unwrap();
    }
    cellar.shutdown().await.unwrap();
    for liters in 0..3_000_u32 {
        assert_eq!(within(heard.next()).await.unwrap().field::<u32>("liters").unwrap(), liters);
    }
    attic.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_under_way_at_the_end_of_its_server_is_answered() {
    for round in 0..40 {
        let house = House::new();
        let (host, peer) = (
            house.host("attic").route_module("pump", "home"),
            house.peer("kitchen").route_module("pump", "home"),
        );
        let (server, caller) = if round % 2 == 0 {
            let attic = start(host.module("pump", Pump::default())).await;
            (attic, start(peer).await)
        } else {
            let attic = start(host).await;
            (start(peer.module("pump", Pump::default())).await, attic)
        };
        let handle = caller.handle();
        let call = || tokio::spawn(handle.exec_task("pump.after_a_turn", args! {}).into_future());
        let under_way: Vec<_> = (0..20).map(|_| call()).collect();
        while server.handle().statistics().module("pump").unwrap().accepted < 20 {
            tokio::task::yield_now().await;
        }
        server.shutdown().await.unwrap();
        for answer in under_way {
            within(answer).await.unwrap().unwrap();
        }
        caller.shutdown().await.unwrap();
    }
}
