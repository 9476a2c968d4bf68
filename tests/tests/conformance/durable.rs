//! Durable events, of providers that say that they keep them.

use looselycoupled::prelude::*;
use looselycoupled::provider::{Capability, Via};

use crate::{Bus, Ledger, end, lines, order, start, texts};

fn durably(app: AppBuilder) -> AppBuilder {
    app.route_event("order", Via::provider("bus").durable())
}

fn with_ledger(app: AppBuilder) -> AppBuilder {
    durably(app).module("ledger", Ledger::default())
}

pub async fn it_comes_over_a_restart_of_who_hears_it<B: Bus>() {
    if !B::CLAIMS.has(Capability::Durable) {
        return;
    }
    let bus = B::new();
    let first = start(durably(bus.first("first"))).await;
    let second = start(with_ledger(bus.other("second"))).await;
    order(&first, 0..10).await;
    assert_eq!(lines(&second, 10).await, texts(0..10));
    second.shutdown().await.unwrap();
    order(&first, 10..100).await;
    let second = start(with_ledger(bus.other("second"))).await;
    assert_eq!(lines(&second, 90).await, texts(10..100), "all of them, and no other");
    end([first, second]).await;
}

pub async fn it_comes_over_a_restart_of_who_keeps_it<B: Bus>() {
    if !B::CLAIMS.has(Capability::Durable) {
        return;
    }
    let bus = B::new();
    let first = start(durably(bus.first("first"))).await;
    start(durably(bus.other("second"))).await.shutdown().await.unwrap();
    order(&first, 0..10).await;
    first.shutdown().await.unwrap();
    let first = start(durably(bus.first("first"))).await;
    let second = start(with_ledger(bus.other("second"))).await;
    assert_eq!(lines(&second, 10).await, texts(0..10));
    end([first, second]).await;
}

pub async fn a_group_shares_what_waits<B: Bus>() {
    if !B::CLAIMS.has(Capability::Durable) || !B::CLAIMS.has(Capability::Groups) {
        return;
    }
    let bus = B::new();
    let grouped = |app: AppBuilder| {
        let app = app.module("ledger", Ledger::default());
        app.route_event("order", Via::provider("bus").in_group("clerks").durable())
    };
    let first = start(durably(bus.first("first"))).await;
    start(grouped(bus.other("second"))).await.shutdown().await.unwrap();
    order(&first, 0..100).await;
    let second = start(grouped(bus.other("second"))).await;
    let third = start(grouped(bus.other("third"))).await;
    let mut all = loop {
        let (mut all, more) = (lines(&second, 0).await, lines(&third, 0).await);
        all.extend(more);
        if all.len() >= 100 {
            break all;
        }
        tokio::task::yield_now().await;
    };
    all.sort_by_key(|line| line.parse::<u32>().unwrap());
    assert_eq!(all, texts(0..100), "each is handled by one of them");
    end([first, second, third]).await;
}

pub async fn one_that_can_never_leave_is_a_dead_letter_and_holds_up_nobody<B: Bus>() {
    if !B::CLAIMS.has(Capability::Durable) {
        return;
    }
    let bus = B::new();
    let first = start(durably(bus.first("first"))).await;
    let second = start(with_ledger(bus.other("second"))).await;
    let text = "x".repeat(6 * 1024 * 1024);
    for arguments in [args! { number: 1, text: text }, args! { number: 2 }] {
        // Nobody waits for it.
        first.handle().trigger_event("order", arguments).after(Duration::ZERO).await.unwrap();
    }
    assert_eq!(lines(&second, 1).await, ["2"]);
    let lost = first.handle().dead_letters().letters;
    assert!(lost.iter().any(|letter| letter.address == "order"), "{lost:?}");
    assert_eq!(first.handle().providers()[0].undelivered, 1);
    end([first, second]).await;
}
