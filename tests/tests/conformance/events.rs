//! Events.

use looselycoupled::Value;
use looselycoupled::interceptor::{Interceptor, Message, Rejection};
use looselycoupled::prelude::*;
use looselycoupled::provider::{Capability, Via};
use looselycoupled_tests::within;

use crate::{Bus, Ledger, end, lines, order, start, texts};

/// Three processes that hear orders.
async fn three<B: Bus>(bus: &B) -> [App; 3] {
    let hears = |app: AppBuilder| app.module("ledger", Ledger::default()).route_event("order", "bus");
    let first = start(hears(bus.first("first"))).await;
    [first, start(hears(bus.other("second"))).await, start(hears(bus.other("third"))).await]
}

pub async fn all_others_hear_it_with_all_its_values<B: Bus>() {
    let bus = B::new();
    let routed = |app: AppBuilder| app.route_event("figures", "bus");
    let apps = [start(routed(bus.first("first"))).await, start(routed(bus.other("second"))).await];
    for (sender, receiver) in [(&apps[0], &apps[1]), (&apps[1], &apps[0])] {
        let mut heard = receiver.handle().subscribe("figures");
        let text = "ä\u{0}\"\\".repeat(100);
        let list = vec![Value::from(-1), Value::Null, Value::from("x")];
        let sent =
            args! { most: u64::MAX, least: i64::MIN, half: 0.5, yes: true, text: text, list: list.clone() };
        sender.handle().trigger_event("figures", sent).await.unwrap();
        let event = within(heard.next()).await.unwrap();
        assert_eq!(event.field::<u64>("most").unwrap(), u64::MAX);
        assert_eq!(event.field::<i64>("least").unwrap(), i64::MIN);
        assert_eq!(event.field::<f64>("half").unwrap(), 0.5);
        assert!(event.field::<bool>("yes").unwrap());
        assert_eq!(event.field::<String>("text").unwrap(), text);
        assert_eq!(event.field::<Vec<Value>>("list").unwrap(), list);
        assert!(event.process().is_some());
    }
    end(apps).await;
}

pub async fn those_of_one_sender_come_in_their_order<B: Bus>() {
    let bus = B::new();
    let apps = three(&bus).await;
    order(&apps[1], 0..1_000).await;
    let heard = lines(&apps[2], 1_000).await;
    if B::CLAIMS.has(Capability::Order) {
        assert_eq!(heard, texts(0..1_000));
    } else {
        let mut numbers: Vec<u32> = heard.iter().map(|line| line.parse().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(texts(numbers), texts(0..1_000), "each once");
    }
    assert_eq!(lines(&apps[0], 1_000).await.len(), 1_000);
    end(apps).await;
}

pub async fn nobody_hears_its_own_twice<B: Bus>() {
    let bus = B::new();
    let apps = three(&bus).await;
    for (number, app) in (0_u32..).zip(&apps) {
        order(app, [number]).await;
        // What comes back comes before what is sent after it.
        for app in &apps {
            lines(app, number as usize + 1).await;
        }
    }
    order(&apps[0], [3]).await;
    for app in &apps {
        assert_eq!(lines(app, 4).await, texts(0..4));
    }
    end(apps).await;
}

pub async fn patterns_carry_what_they_match<B: Bus>() {
    if !B::CLAIMS.has(Capability::Patterns) {
        return;
    }
    let bus = B::new();
    let routed = |app: AppBuilder| app.route_event("door.*", "bus").route_event("sensor.**", "bus");
    let apps = [start(routed(bus.first("first"))).await, start(routed(bus.other("second"))).await];
    let mut heard = apps[1].handle().subscribe("**");
    for name in ["door.opened", "door.lock.turned", "doorbell", "sensor.hall.motion"] {
        apps[0].handle().trigger_event(name, args! {}).await.unwrap();
    }
    for name in ["door.opened", "sensor.hall.motion"] {
        let event = loop {
            let event = within(heard.next()).await.unwrap();
            if event.process().is_some() {
                break event;
            }
        };
        assert_eq!(event.name(), name);
    }
    end(apps).await;
}

/// Says to whom the house belongs.
struct Owner;

impl Interceptor for Owner {
    async fn sending(&self, message: &mut Message) -> Result<(), Rejection> {
        message.set_header("owner", "ada");
        Ok(())
    }
}

pub async fn headers_come_along<B: Bus>() {
    if !B::CLAIMS.has(Capability::Headers) {
        return;
    }
    let bus = B::new();
    let first = start(bus.first("first").route_event("order", "bus")).await;
    let second = start(bus.other("second").route_event("order", "bus").interceptor(Owner)).await;
    let mut heard = first.handle().subscribe("order");
    second.handle().trigger_event("order", args! { number: 1 }).priority(Priority::High).await.unwrap();
    let event = within(heard.next()).await.unwrap();
    assert_eq!(event.headers().get("owner"), Some("ada"));
    assert_eq!(event.priority(), Priority::High);
    assert_eq!(event.process(), Some("second"));
    end([first, second]).await;
}

pub async fn of_a_group_one_hears_each_until_it_leaves<B: Bus>() {
    if !B::CLAIMS.has(Capability::Groups) {
        return;
    }
    let bus = B::new();
    let grouped = |app: AppBuilder| {
        let app = app.module("ledger", Ledger::default());
        app.route_event("order", Via::provider("bus").in_group("clerks"))
    };
    let first = start(bus.first("first").route_event("order", "bus")).await;
    let second = start(grouped(bus.other("second"))).await;
    let third = start(grouped(bus.other("third"))).await;
    order(&first, 0..100).await;
    let (mut all, more) = loop {
        let (second, third) = (lines(&second, 0).await, lines(&third, 0).await);
        if second.len() + third.len() >= 100 {
            break (second, third);
        }
        tokio::task::yield_now().await;
    };
    all.extend(more);
    all.sort_by_key(|line| line.parse::<u32>().unwrap());
    assert_eq!(all, texts(0..100), "each is heard by one of them");
    third.shutdown().await.unwrap();
    let before = lines(&second, 0).await.len();
    order(&first, 100..200).await;
    assert_eq!(lines(&second, before + 100).await[before..], texts(100..200));
    end([first, second]).await;
}

pub async fn what_is_too_much_is_told_and_holds_up_nothing<B: Bus>() {
    let bus = B::new();
    let apps = three(&bus).await;
    let handle = apps[1].handle();
    let long = "x".repeat(2 * 1024 * 1024);
    let deep = (0..200).fold(Value::from(1), |inner, _| Value::from(vec![inner]));
    for sent in [args! { number: long }, args! { number: 1, deep: deep }] {
        // Either its sender is told, or it is counted, or it arrives: it may be within the limits of this provider.
        let count = || apps.each_ref().map(|app| app.handle().providers()[0].clone());
        let before = count();
        if handle.trigger_event("order", sent).await.is_ok() {
            let is_somewhere = || {
                let after = count();
                after[1].undelivered > before[1].undelivered
                    || after[0].received + after[0].refused > before[0].received + before[0].refused
            };
            while !is_somewhere() {
                tokio::task::yield_now().await;
            }
        }
    }
    order(&apps[1], [7]).await;
    assert_eq!(lines(&apps[2], 1).await.last().unwrap(), "7");
    end(apps).await;
}

pub async fn every_event_is_somewhere_in_the_counters<B: Bus>() {
    let bus = B::new();
    let apps = three(&bus).await;
    for app in &apps {
        order(app, 0..100).await;
    }
    for app in &apps {
        lines(app, 300).await;
    }
    for app in &apps {
        let provider = app.handle().providers()[0].clone();
        assert_eq!(provider.published + provider.dropped + provider.undelivered, 100, "{provider:?}");
        assert_eq!((provider.published, provider.received, provider.refused), (100, 200, 0), "{provider:?}");
        assert_eq!(provider.lost, 0, "{provider:?}");
    }
    end(apps).await;
}

pub async fn what_has_no_route_neither_leaves_nor_comes<B: Bus>() {
    let bus = B::new();
    let first =
        start(bus.first("first").module("ledger", Ledger::default()).route_event("order", "bus")).await;
    let second = start(bus.other("second").route_event("order", "bus").route_event("bill", "bus")).await;
    let mut heard = first.handle().subscribe("**");
    for name in ["bill", "news", "order"] {
        second.handle().trigger_event(name, args! { number: 1 }).await.unwrap();
    }
    let event = loop {
        let event = within(heard.next()).await.unwrap();
        if event.process().is_some() {
            break event;
        }
    };
    assert_eq!(event.name(), "order");
    assert_eq!(second.handle().providers()[0].published, 2);
    end([first, second]).await;
}
