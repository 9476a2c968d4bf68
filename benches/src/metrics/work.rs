//! Handlers that work for a while: four targets, a client for each, two workers.
//!
//! What a framework costs matters less here than whether it keeps both processors at work.

use std::hint::black_box;

use super::enter;
use crate::harness::{Effort, Finish, Flavour, Floor, Metric, Race, Tally, Unit, ns_per_operation};
use crate::peers::{Actix, Answers, Flume, Kameo, Looselycoupled, Ractor, Tokio, Xtra};

const TARGETS: u64 = 4;
const FLAVOUR: Flavour = Flavour::MultiThread;

pub fn races() -> Vec<Race> {
    [asked_race::<10>, asked_race::<100>, told_race::<10>, told_race::<100>].map(|race| race()).into()
}

fn metric(form: &str, microseconds: u64) -> Metric {
    let name = format!("work-{microseconds}us-{form}/{FLAVOUR}");
    Metric::new(name, Unit::MESSAGES_PER_SECOND, Floor::TimesBestFramework(1.0))
}

fn asked_race<const MICROSECONDS: u64>() -> Race {
    let mut race = Race::new(metric("asked", MICROSECONDS));
    enter!(
        race, asked given MICROSECONDS =>
        Kameo, Ractor, Actix, Xtra, Tokio<0>, Flume,
        Looselycoupled,
    );
    race
}

fn told_race<const MICROSECONDS: u64>() -> Race {
    let mut race = Race::new(metric("told", MICROSECONDS));
    enter!(
        race, told given MICROSECONDS =>
        Kameo, Ractor, Actix, Xtra, Tokio<0>, Flume,
        Looselycoupled,
    );
    race
}

/// Messages for each target in a round that takes some milliseconds.
const fn round_of(microseconds: u64) -> u64 {
    5_000 / microseconds
}

fn asked<P: Answers>(effort: Effort, microseconds: u64) -> f64 {
    P::run(FLAVOUR, async move {
        let mut addresses = Vec::new();
        for _ in 0..TARGETS {
            addresses.push(P::start(FLAVOUR, Tally::endless().working(microseconds)).await);
        }
        let calls = round_of(microseconds);
        let round = |_| together(&addresses, |address| ask_in_turn::<P>(address, calls));
        1e9 / ns_per_operation(effort, FLAVOUR, TARGETS * calls, round).await
    })
}

fn told<P: Answers>(effort: Effort, microseconds: u64) -> f64 {
    P::run(FLAVOUR, async move {
        let messages = round_of(microseconds);
        let finish = Finish::of(TARGETS as usize);
        let mut addresses = Vec::new();
        for _ in 0..TARGETS {
            let tally = Tally::new(messages, messages, &finish).working(microseconds);
            addresses.push(P::start(FLAVOUR, tally).await);
        }
        let round = async |_| {
            together(&addresses, |address| tell_in_turn::<P>(address, messages)).await;
            finish.reached().await;
        };
        1e9 / ns_per_operation(effort, FLAVOUR, TARGETS * messages, round).await
    })
}

async fn ask_in_turn<P: Answers>(address: P::Address, calls: u64) {
    for value in 0..calls {
        black_box(P::ask(&address, value).await);
    }
}

async fn tell_in_turn<P: Answers>(address: P::Address, messages: u64) {
    for value in 0..messages {
        P::tell(&address, value).await;
    }
}

/// A client task for each target.
async fn together<A: Clone, F>(addresses: &[A], client: impl Fn(A) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let clients: Vec<_> = addresses.iter().map(|address| tokio::spawn(client(address.clone()))).collect();
    for client in clients {
        client.await.expect("the client runs to its end");
    }
}
