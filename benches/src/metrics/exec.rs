//! Calls: on an idle target, through the queue, to a handler that really awaits, many outstanding.

use std::hint::black_box;

use super::enter;
use crate::harness::{
    CALLS_PER_ROUND, Effort, Flavour, Floor, Kind, Label, Metric, Race, Tally, Unit, ns_per_operation,
};
use crate::peers::{
    Actix, Answers, AnswersAfterYield, Flume, FlumeAwaiting, Kameo, Ractor, Tokio, TokioAwaiting, Xtra,
};
use crate::peers::{Looselycoupled, LooselycoupledChecked};

/// The stub's call, as the measure of the checked one.
const STUB: &str = "looselycoupled-stub";

pub fn races() -> Vec<Race> {
    let families = [
        idle_race,
        checked_race,
        queued_race,
        awaiting_race,
        outstanding_race::<64>,
        outstanding_race::<1000>,
    ];
    families.into_iter().flat_map(|family| Flavour::ALL.map(family)).collect()
}

fn idle_race(flavour: Flavour) -> Race {
    let floor = Floor::TimesBestFramework(flavour.pick(4.0, 8.0));
    let mut race = Race::new(Metric::new(format!("exec-idle-stub/{flavour}"), Unit::NS, floor));
    enter!(
        race, idle given flavour =>
        Kameo, Ractor, Actix, Xtra, Tokio<0>, Flume,
        Looselycoupled,
    );
    race
}

/// A name that the compiler has checked, beside the stub.
fn checked_race(flavour: Flavour) -> Race {
    let floor = Floor::AtMostTimesOf(STUB, 1.1);
    let mut race = Race::new(Metric::new(format!("exec-idle-checked/{flavour}"), Unit::NS, floor));
    enter!(race, idle given flavour => LooselycoupledChecked);
    race.enter_as(Label::new(STUB, Kind::Raw), move |effort| idle::<Looselycoupled>(effort, flavour).into());
    race
}

fn queued_race(flavour: Flavour) -> Race {
    let floor = Floor::TimesBestFramework(1.1);
    let mut race = Race::new(Metric::new(format!("exec-queued/{flavour}"), Unit::NS, floor));
    enter!(
        race, queued given flavour =>
        Kameo, Ractor, Actix, Xtra, Tokio<0>, Flume,
        Looselycoupled,
    );
    race
}

fn awaiting_race(flavour: Flavour) -> Race {
    let mut race = Race::new(Metric::new(format!("exec-awaiting/{flavour}"), Unit::NS, Floor::None));
    enter!(
        race, awaiting given flavour =>
        Kameo, Ractor, Actix, Xtra, TokioAwaiting, FlumeAwaiting,
        Looselycoupled,
    );
    race
}

fn outstanding_race<const CLIENTS: u64>(flavour: Flavour) -> Race {
    let name = format!("exec-{CLIENTS}-outstanding/{flavour}");
    let mut race = Race::new(Metric::new(name, Unit::CALLS_PER_SECOND, Floor::None));
    enter!(
        race, outstanding given (flavour, CLIENTS) =>
        Kameo, Ractor, Actix, Xtra, Tokio<0>, Flume,
        Looselycoupled,
    );
    race
}

/// Asks, one after the other, somebody who has nothing else to do.
fn idle<P: Answers>(effort: Effort, flavour: Flavour) -> f64 {
    P::run(flavour, async move {
        let address = P::start(flavour, Tally::endless()).await;
        let round = |calls| ask_in_turn::<P>(address.clone(), calls);
        ns_per_operation(effort, flavour, CALLS_PER_ROUND, round).await
    })
}

async fn ask_in_turn<P: Answers>(address: P::Address, calls: u64) {
    for value in 0..calls {
        black_box(P::ask(&address, value).await);
    }
}

/// Tells and then asks, so that the target holds one item when the call is made; the pair is one operation.
fn queued<P: Answers>(effort: Effort, flavour: Flavour) -> f64 {
    P::run(flavour, async move {
        let address = P::start(flavour, Tally::endless()).await;
        let round = |pairs| tell_and_ask::<P>(address.clone(), pairs);
        ns_per_operation(effort, flavour, CALLS_PER_ROUND, round).await
    })
}

async fn tell_and_ask<P: Answers>(address: P::Address, pairs: u64) {
    for value in 0..pairs {
        P::tell(&address, value).await;
        black_box(P::ask(&address, value).await);
    }
}

/// Asks, one after the other, a handler that yields once.
fn awaiting<P: AnswersAfterYield>(effort: Effort, flavour: Flavour) -> f64 {
    P::run(flavour, async move {
        let address = P::start(flavour, Tally::endless()).await;
        let round = |calls| ask_in_turn_after_yield::<P>(address.clone(), calls);
        ns_per_operation(effort, flavour, CALLS_PER_ROUND, round).await
    })
}

async fn ask_in_turn_after_yield<P: AnswersAfterYield>(address: P::Address, calls: u64) {
    for value in 0..calls {
        black_box(P::ask_after_yield(&address, value).await);
    }
}

/// As many client tasks as calls may be outstanding, each asking one after the other.
fn outstanding<P: Answers>(effort: Effort, (flavour, clients): (Flavour, u64)) -> f64 {
    let calls_each = effort.operations(200_000).div_ceil(clients);
    P::run(flavour, async move {
        let address = P::start(flavour, Tally::endless()).await;
        let round = |_| ask_together::<P>(address.clone(), clients, calls_each);
        1e9 / ns_per_operation(effort, flavour, clients * calls_each, round).await
    })
}

async fn ask_together<P: Answers>(address: P::Address, clients: u64, calls_each: u64) {
    let start = |_| tokio::spawn(ask_in_turn::<P>(address.clone(), calls_each));
    let asking: Vec<_> = (0..clients).map(start).collect();
    for client in asking {
        client.await.expect("the client runs to its end");
    }
}
