//! Handlers that take turns with those of other processes, and events that say so themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::provider::{Capabilities, Capability, Local};

use crate::{config, hub, process};

/// Who has heard how much.
#[derive(Clone, Default)]
struct Counts(Arc<[AtomicU32; 6]>);

impl Counts {
    fn add(&self, place: usize) {
        self.0[place].fetch_add(1, Ordering::SeqCst);
    }

    fn all(&self) -> [u32; 6] {
        self.0.each_ref().map(|count| count.load(Ordering::SeqCst))
    }
}

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    number: u32,
}

/// One process is to do it.
#[event(broadcast = false)]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Errand {
    number: u32,
}

#[derive(Default)]
struct Office(Counts);

#[module]
impl Office {
    #[on_event(Order, group = "billing")]
    fn bill(&mut self, _order: &Order) {
        self.0.add(0);
    }

    #[on_event(Order)]
    fn note(&mut self, _order: &Order) {
        self.0.add(1);
    }

    #[on_event("order*", group = "billing")]
    fn watch(&mut self, _event: &EventRecord) {
        self.0.add(2);
    }

    #[on_event(Errand)]
    fn run(&mut self, _errand: &Errand) {
        self.0.add(3);
    }

    #[on_event(name = "runners")]
    fn on_errand(&mut self, number: u32) {
        let _which = number;
        self.0.add(4);
    }

    #[on_event(Errand, per_process)]
    fn write_down(&mut self, _errand: &Errand) {
        self.0.add(5);
    }

    #[task]
    fn nothing(&self) {}
}

async fn office(name: &str, hub: &str, counts: &Counts) -> App {
    let app = process(name, hub).module("office", Office(counts.clone()));
    app.route_event("order", "home").route_event("errand", "home").start().await.unwrap()
}

/// How often each handler of two processes has heard ten events.
async fn ten(send: impl AsyncFn(&Handle, u32) -> Result<(), Error>) -> [[u32; 6]; 2] {
    let (hub, counts) = (hub(), [Counts::default(), Counts::default()]);
    let first = office("first", &hub, &counts[0]).await;
    let second = office("second", &hub, &counts[1]).await;
    for number in 0..10 {
        send(&first.handle(), number).await.unwrap();
        // Until the others have it.
        while first.handle().providers()[0].published <= u64::from(number) {
            tokio::task::yield_now().await;
        }
    }
    for app in [&first, &second] {
        app.quiesce().await;
    }
    let counted = counts.each_ref().map(Counts::all);
    second.shutdown().await.unwrap();
    first.shutdown().await.unwrap();
    counted
}

#[tokio::test]
async fn handlers_of_a_group_take_turns_and_others_hear_everything() {
    let counted = ten(async |handle, number| handle.trigger(Order { number }).await.map(drop)).await;
    assert_eq!(counted, [[5, 10, 5, 0, 0, 0], [5, 10, 5, 0, 0, 0]]);
}

#[tokio::test]
async fn an_event_may_say_that_one_process_of_each_listener_hears_it() {
    let counted = ten(async |handle, number| handle.trigger(Errand { number }).await.map(drop)).await;
    assert_eq!(counted, [[0, 0, 0, 5, 5, 10], [0, 0, 0, 5, 5, 10]]);
}

#[tokio::test]
async fn without_a_route_all_handlers_of_the_process_hear_it() {
    let counts = Counts::default();
    let app = App::builder().module("office", Office(counts.clone())).start().await.unwrap();
    app.handle().trigger(Order { number: 1 }).await.unwrap();
    app.handle().trigger(Errand { number: 1 }).await.unwrap();
    app.quiesce().await;
    assert_eq!(counts.all(), [1, 1, 1, 1, 1, 1]);
    app.shutdown().await.unwrap();
}

#[test]
fn what_cannot_be_told_apart_is_a_fault() {
    let app = App::builder().module("office", Office::default()).provider("home", Local::connect("x"));
    let faults = app.route_event("ord**", "home").check().unwrap_err().to_string();
    let expected =
        "the handler `office.watch` hears `order*` in the group `billing`, and a route names `ord**`";
    assert!(faults.contains(expected), "{faults}");
}

/// To be kept wherever it goes.
#[event(durable)]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Payment {
    number: u32,
}

#[test]
fn an_event_may_say_that_it_is_durable_and_a_route_that_it_is_not() {
    let app = || App::builder().process("shop").provider("home", Local::connect("payments"));
    let faults = app().route_event("payment", "home").check().unwrap_err().to_string();
    assert!(faults.contains("the event `payment` cannot go via `home`"), "{faults}");
    let text = "looselycoupled:\n  routes: [ { event: payment, via: home, durable: false } ]\n";
    app().config(config(text)).check().unwrap();
}

#[test]
fn capabilities_can_be_taken_away() {
    let without = Capabilities::ALL.without(Capability::Durable);
    assert!(!without.has(Capability::Durable) && without.has(Capability::Groups));
    assert_eq!(without.with(Capability::Durable), Capabilities::ALL);
}
