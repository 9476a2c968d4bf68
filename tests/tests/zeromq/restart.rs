//! Brokers that go, come again, or do nothing.

use looselycoupled::prelude::*;
use looselycoupled::provider::ProviderState;
use looselycoupled_tests::within;
use tokio::net::UnixListener;

use crate::stranger::Stranger;
use crate::{House, end, provider, start, wait_for};

#[tokio::test]
async fn what_goes_on_before_the_broker_comes_again_is_counted_and_afterwards_all_is_as_before() {
    let house = House::new();
    let attic = start(house.host("attic").route_event("order", "home")).await;
    let peers = ["cellar", "kitchen"].map(|name| house.peer(name).route_event("order", "home"));
    let [cellar, kitchen] = peers;
    let (cellar, kitchen) = (start(cellar).await, start(kitchen).await);
    let mut heard = kitchen.handle().subscribe("order");
    for round in 0..1_000_u32 {
        cellar.handle().trigger_event("order", args! { number: round }).await.unwrap();
    }
    for round in 0..1_000_u32 {
        assert_eq!(within(heard.next()).await.unwrap().field::<u32>("number").unwrap(), round);
    }
    attic.shutdown().await.unwrap();
    wait_for(&cellar, ProviderState::Connecting).await;
    wait_for(&kitchen, ProviderState::Connecting).await;
    for round in 0..10_000_u32 {
        cellar.handle().trigger_event("order", args! { number: round }).await.unwrap();
        tokio::task::yield_now().await;
    }
    let all = |app: &App| {
        let provider = provider(app);
        (provider.published, provider.undelivered + provider.dropped)
    };
    while all(&cellar) != (1_000, 10_000) {
        tokio::task::yield_now().await;
    }
    let attic = start(house.host("attic").route_event("order", "home")).await;
    wait_for(&cellar, ProviderState::Connected).await;
    wait_for(&kitchen, ProviderState::Connected).await;
    cellar.handle().trigger_event("order", args! { number: 77_777 }).await.unwrap();
    let last = within(heard.next()).await.unwrap();
    assert_eq!(last.field::<u32>("number").unwrap(), 77_777, "nothing of what was lost comes late");
    end([attic, cellar, kitchen]).await;
}

/// A broker that greets, and hands nothing on.
async fn stand_still(listener: UnixListener, side: &'static str) {
    let mut held = Vec::new();
    while let Ok((stream, _)) = listener.accept().await {
        held.push(Stranger(stream).greeted(side).await);
    }
}

#[tokio::test]
async fn a_broker_that_hands_nothing_on_is_none() {
    let house = House::new();
    for (name, side) in [("home.in", "PUB"), ("home.out", "SUB")] {
        let listener = UnixListener::bind(house.0.path(name)).unwrap();
        tokio::spawn(stand_still(listener, side));
    }
    let cellar = house.peer("cellar").route_event("order", "home").start().await.unwrap();
    let mut states = cellar.handle().subscribe("provider_state");
    cellar.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    while provider(&cellar).undelivered == 0 {
        tokio::task::yield_now().await;
    }
    while !provider(&cellar).reason.contains("what is sent does not come back") {
        let state = within(states.next()).await.unwrap();
        assert_eq!(state.field::<String>("state").unwrap(), "connecting");
    }
    end([cellar]).await;
}

#[tokio::test]
async fn nobody_waits_for_ever_at_the_end() {
    let house = House::new();
    let cellar = house.peer("cellar").route_event("order", "home").start().await.unwrap();
    within(cellar.shutdown()).await.unwrap();
    let attic = start(house.host("attic")).await;
    let cellar = start(house.peer("cellar").route_event("order", "home")).await;
    // Dropped, not shut down.
    drop(attic);
    within(cellar.shutdown()).await.unwrap();
}
