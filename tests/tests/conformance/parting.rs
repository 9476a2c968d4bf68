//! The beginning, the end, and what lies between.

use looselycoupled::prelude::*;
use looselycoupled::provider::{Capability, ProviderState, Via};
use looselycoupled_tests::within;
use std::sync::Arc;
use tokio::sync::Notify;

use crate::{Bus, Ledger, end, lines, order, start, texts, wait_for};

pub async fn what_it_cannot_do_is_refused_at_the_start<B: Bus>() {
    let bus = B::new();
    let asks = |app: AppBuilder, capability: Capability| match capability {
        Capability::Calls => Some(app.route_module("ledger", "bus")),
        Capability::Patterns => Some(app.route_event("order.*", "bus")),
        Capability::Groups => Some(app.route_event("order", Via::provider("bus").in_group("clerks"))),
        Capability::Durable => Some(app.route_event("order", Via::provider("bus").durable())),
        // No route asks for headers, or for an order.
        _ => None,
    };
    for capability in [Capability::Calls, Capability::Patterns, Capability::Groups, Capability::Durable] {
        let Some(app) = asks(bus.first("first"), capability) else { continue };
        let checked = app.check();
        assert_eq!(checked.is_ok(), B::CLAIMS.has(capability), "{capability}: {checked:?}");
    }
}

pub async fn what_was_accepted_before_the_end_arrives<B: Bus>() {
    let bus = B::new();
    let hears = |app: AppBuilder| app.module("ledger", Ledger::default()).route_event("order", "bus");
    let first = start(hears(bus.first("first"))).await;
    let second = start(bus.other("second").route_event("order", "bus")).await;
    order(&second, 0..1_000).await;
    second.shutdown().await.unwrap();
    assert_eq!(lines(&first, 1_000).await, texts(0..1_000));
    first.shutdown().await.unwrap();
}

pub async fn what_is_under_way_at_the_end_is_answered<B: Bus>() {
    if !B::CLAIMS.has(Capability::Calls) {
        return;
    }
    for serves_first in [true, false].repeat(5) {
        let bus = B::new();
        let serves = |app: AppBuilder| app.module("ledger", Ledger::default()).route_module("ledger", "bus");
        let calls = |app: AppBuilder| app.route_module("ledger", "bus");
        let (server, caller) = if serves_first {
            let first = start(serves(bus.first("first"))).await;
            (first, start(calls(bus.other("second"))).await)
        } else {
            let first = start(calls(bus.first("first"))).await;
            (start(serves(bus.other("second"))).await, first)
        };
        let handle = caller.handle();
        let under_way: Vec<_> = (0..20_u32)
            .map(|number| tokio::spawn(handle.exec_task("ledger.slowly", args! { number }).into_future()))
            .collect();
        while server.handle().statistics().module("ledger").unwrap().accepted < 20 {
            tokio::task::yield_now().await;
        }
        server.shutdown().await.unwrap();
        for (number, answer) in (0..).zip(under_way) {
            assert_eq!(answer.await.unwrap().unwrap().get::<u32>().unwrap(), number);
        }
        caller.shutdown().await.unwrap();
    }
}

pub async fn states_are_told_and_everything_is_there_again<B: Bus>() {
    if !B::NEEDS_THE_FIRST {
        return;
    }
    let bus = B::new();
    let second = bus.other("second").module("ledger", Ledger::default());
    let second = second.route_event("order", "bus").route_event("news", "bus").start().await.unwrap();
    let mut states = second.handle().subscribe("provider_state");
    let mut state = async || within(states.next()).await.unwrap().field::<String>("state").unwrap();
    for round in 0..3 {
        let first = start(bus.first("first").route_event("order", "bus")).await;
        while state().await != "connected" {}
        order(&first, [round]).await;
        assert_eq!(lines(&second, round as usize + 1).await, texts(0..=round));
        first.shutdown().await.unwrap();
        while state().await != "connecting" {}
        let provider = second.handle().providers()[0].clone();
        assert!(!provider.reason.is_empty(), "{provider:?}");
        // What is sent meanwhile is lost, and counted.
        second.handle().trigger_event("news", args! {}).await.unwrap();
        while second.handle().providers()[0].undelivered <= u64::from(round) {
            tokio::task::yield_now().await;
        }
    }
    end([second]).await;
}

/// Takes its time at the end.
struct Lingering {
    begun: Arc<Notify>,
    may_go: Arc<Notify>,
}

#[module]
impl Lingering {
    #[finalize]
    async fn linger(&mut self) {
        self.begun.notify_one();
        self.may_go.notified().await;
    }
}

pub async fn who_ends_is_sent_nothing_more_although_it_is_still_there<B: Bus>() {
    let bus = B::new();
    let [begun, may_go] = [Arc::new(Notify::new()), Arc::new(Notify::new())];
    let lingering = Lingering { begun: Arc::clone(&begun), may_go: Arc::clone(&may_go) };
    let first = start(bus.first("first").route_event("order", "bus")).await;
    let second = bus.other("second").module("lingering", lingering).module("ledger", Ledger::default());
    let second = start(second.route_event("order", "bus")).await;
    let third = bus.other("third").module("ledger", Ledger::default()).route_event("order", "bus");
    let third = start(third).await;
    order(&first, 0..10).await;
    lines(&second, 10).await;
    let held = second.handle();
    let before = held.providers()[0].clone();
    let ending = tokio::spawn(second.shutdown());
    within(begun.notified()).await;
    order(&first, 10..30).await;
    assert_eq!(lines(&third, 30).await, texts(0..30));
    let after = held.providers()[0].clone();
    assert_eq!((after.received, after.refused), (before.received, before.refused), "{after:?}");
    may_go.notify_one();
    ending.await.unwrap().unwrap();
    end([first, third]).await;
}

pub async fn nothing_comes_after_the_end<B: Bus>() {
    let bus = B::new();
    let hears = |app: AppBuilder| app.module("ledger", Ledger::default()).route_event("order", "bus");
    let first = start(bus.first("first").route_event("order", "bus")).await;
    let second = start(hears(bus.other("second"))).await;
    let held = second.handle();
    second.shutdown().await.unwrap();
    assert_eq!(held.providers()[0].state, ProviderState::Stopped);
    let received = held.providers()[0].received;
    order(&first, 0..10).await;
    // Under the same name it can come again.
    let second = start(hears(bus.other("second"))).await;
    wait_for(&second, ProviderState::Connected).await;
    order(&first, [10]).await;
    // Of those before it some may still have been on their way.
    while lines(&second, 1).await.last().unwrap() != "10" {
        tokio::task::yield_now().await;
    }
    assert_eq!(held.providers()[0].received, received);
    end([first, second]).await;
}
