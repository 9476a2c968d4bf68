//! Messages without an answer, from one and four producers, until the last is handled.

use super::enter;
use crate::harness::{Effort, Finish, Flavour, Floor, Metric, Race, Tally, Unit, ns_per_operation};
use crate::peers::Looselycoupled;
use crate::peers::{
    Actix, ByMap, FindsByName, Flume, Kameo, Peer, Ractor, Roster, Tokio, TokioBatches, Xtra,
};

pub fn races() -> Vec<Race> {
    let families = [typed_race::<1>, typed_race::<4>, by_name_race::<1>, by_name_race::<4>];
    families.into_iter().flat_map(|family| Flavour::ALL.map(family)).collect()
}

fn metric(form: &str, producers: u64, flavour: Flavour) -> Metric {
    let floor = Floor::TimesBestFramework(flavour.pick(1.5, 2.5));
    Metric::new(format!("enqueue-{form}-{producers}p/{flavour}"), Unit::MESSAGES_PER_SECOND, floor)
}

fn typed_race<const PRODUCERS: u64>(flavour: Flavour) -> Race {
    let mut race = Race::new(metric("typed", PRODUCERS, flavour));
    enter!(
        race, typed given (flavour, PRODUCERS) =>
        Kameo, Kameo<1024>, Ractor, Actix, Xtra, Xtra<1024>, Tokio<0>, Tokio<1024>, TokioBatches, Flume,
        Looselycoupled,
    );
    race
}

fn by_name_race<const PRODUCERS: u64>(flavour: Flavour) -> Race {
    let mut race = Race::new(metric("name", PRODUCERS, flavour));
    enter!(race, by_name given (flavour, PRODUCERS) => Kameo, Ractor);
    // The registry of actix belongs to the thread of its system.
    if flavour == Flavour::CurrentThread {
        enter!(race, by_name given (flavour, PRODUCERS) => Actix);
    }
    enter!(
        race, by_name given (flavour, PRODUCERS) =>
        ByMap<Actix>, ByMap<Xtra>, ByMap<Tokio>, ByMap<Flume>, Looselycoupled,
    );
    race
}

/// Messages in the queue at most, so that the figure is not the cost of growing memory.
const ROUND: u64 = 10_000;

fn typed<P: Peer>(effort: Effort, (flavour, producers): (Flavour, u64)) -> f64 {
    P::run(flavour, async move {
        let finish = Finish::of(1);
        let address = P::start(flavour, Tally::new(ROUND, ROUND, &finish)).await;
        let produce = |messages| tell::<P>(address.clone(), messages);
        let round = |messages| produce_and_wait(producers, messages, &produce, &finish);
        1e9 / ns_per_operation(effort, flavour, ROUND, round).await
    })
}

async fn tell<P: Peer>(address: P::Address, messages: u64) {
    for value in 0..messages {
        P::tell(&address, value).await;
    }
}

fn by_name<P: FindsByName>(effort: Effort, (flavour, producers): (Flavour, u64)) -> f64 {
    P::run(flavour, async move {
        let finish = Finish::of(1);
        let directory = P::open(flavour, Roster::new(Tally::new(ROUND, ROUND, &finish))).await;
        let produce = |messages| tell_by_name::<P>(directory.clone(), messages);
        let round = |messages| produce_and_wait(producers, messages, &produce, &finish);
        1e9 / ns_per_operation(effort, flavour, ROUND, round).await
    })
}

async fn tell_by_name<P: FindsByName>(directory: P::Directory, messages: u64) {
    for value in 0..messages {
        P::tell_by_name(&directory, value).await;
    }
}

/// One round: from the first message to the last one handled.
///
/// The only producer is the client itself, of several each is a task.
async fn produce_and_wait<F>(producers: u64, messages: u64, produce: &impl Fn(u64) -> F, finish: &Finish)
where
    F: Future<Output = ()> + Send + 'static,
{
    if producers == 1 {
        produce(messages).await;
    } else {
        let start = |_| tokio::spawn(produce(messages / producers));
        let producing: Vec<_> = (0..producers).map(start).collect();
        for producer in producing {
            producer.await.expect("the producer runs to its end");
        }
    }
    finish.reached().await;
}
