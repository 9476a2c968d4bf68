//! Calls on an idle target whose name is looked up each time, among 64.

use std::hint::black_box;

use super::enter;
use crate::harness::{CALLS_PER_ROUND, Effort, Flavour, Floor, Metric, Race, Tally, Unit, ns_per_operation};
use crate::peers::Looselycoupled;
use crate::peers::{Actix, ByMap, FindsByName, Flume, Kameo, Ractor, Roster, Tokio, Xtra};

pub fn races() -> Vec<Race> {
    Flavour::ALL.map(race).into()
}

fn race(flavour: Flavour) -> Race {
    let floor = Floor::TimesBestFramework(2.5);
    let mut race = Race::new(Metric::new(format!("exec-idle-name/{flavour}"), Unit::NS, floor));
    enter!(race, by_name given flavour => Kameo, Ractor);
    if flavour == Flavour::CurrentThread {
        enter!(race, by_name given flavour => Actix);
    }
    enter!(race, by_name given flavour => ByMap<Actix>, ByMap<Xtra>, ByMap<Tokio>, ByMap<Flume>);
    enter!(race, by_name given flavour => Looselycoupled);
    race
}

fn by_name<P: FindsByName>(effort: Effort, flavour: Flavour) -> f64 {
    P::run(flavour, async move {
        let directory = P::open(flavour, Roster::new(Tally::endless())).await;
        let round = |calls| ask_in_turn::<P>(directory.clone(), calls);
        ns_per_operation(effort, flavour, CALLS_PER_ROUND, round).await
    })
}

async fn ask_in_turn<P: FindsByName>(directory: P::Directory, calls: u64) {
    for value in 0..calls {
        black_box(P::ask_by_name(&directory, value).await);
    }
}
