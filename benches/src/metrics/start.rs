//! Starting many actors, and what an idle one costs in memory and tasks.

use tokio::runtime::Handle;

use crate::harness::{Clock, Finish, Flavour, Floor, Metric, Race, Readings, Tally, Unit, resident_bytes};
use crate::peers::Looselycoupled;
use crate::peers::{Actix, Flume, Kameo, Ractor, Singly, StartsMany, Tokio, Xtra};

const FEW: usize = 1_000;
const MANY: usize = 100_000;
const MOST_BYTES: f64 = 1024.0;

pub fn races() -> Vec<Race> {
    [FEW, MANY].into_iter().flat_map(|count| Flavour::ALL.map(|flavour| race(count, flavour))).collect()
}

fn race(count: usize, flavour: Flavour) -> Race {
    let mut metrics = vec![Metric::new(format!("start-{count}/{flavour}"), Unit::NS_PER_ACTOR, Floor::None)];
    if count == MANY {
        metrics.extend(memory_metrics(flavour));
    }
    let mut race = Race::for_all(metrics);
    enter_one::<Singly<Kameo>>(&mut race, count, flavour);
    enter_one::<Singly<Ractor>>(&mut race, count, flavour);
    enter_one::<Singly<Actix>>(&mut race, count, flavour);
    enter_one::<Singly<Xtra>>(&mut race, count, flavour);
    enter_one::<Singly<Tokio>>(&mut race, count, flavour);
    enter_one::<Singly<Flume>>(&mut race, count, flavour);
    enter_one::<Looselycoupled>(&mut race, count, flavour);
    race
}

fn enter_one<P: StartsMany>(race: &mut Race, count: usize, flavour: Flavour) {
    let metrics = race.metrics.len();
    race.enter_as(P::label(), move |effort| {
        let Readings(mut figures) = start_and_weigh::<P>(flavour, effort.actors(count));
        figures.truncate(metrics);
        Readings(figures)
    });
}

/// A thousand actors are too few pages for these.
fn memory_metrics(flavour: Flavour) -> [Metric; 3] {
    let bytes = |name: &str, floor| Metric::new(format!("{name}/{flavour}"), Unit::BYTES_PER_ACTOR, floor);
    [
        bytes("memory-idle", Floor::AtMost(MOST_BYTES)),
        bytes("memory-after-1-message", Floor::None),
        Metric::new(format!("tasks-per-actor/{flavour}"), Unit::TASKS_PER_ACTOR, Floor::None),
    ]
}

/// ns, bytes idle, bytes after one message and tasks, per actor.
fn start_and_weigh<P: StartsMany>(flavour: Flavour, count: usize) -> Readings {
    P::run(flavour, async move {
        // What the first start sets up once is nobody's memory.
        let first = Finish::of(1);
        let _first = P::start_many(flavour, vec![Tally::new(1, 0, &first)]).await;
        let finish = Finish::of(count);
        let tasks_before = alive_tasks();
        let bytes_before = resident_bytes();
        let clock = Clock::start(flavour);
        let tallies = (0..count).map(|_| Tally::new(1, 0, &finish)).collect();
        let crowd = P::start_many(flavour, tallies).await;
        let ns = clock.ns_per(count as u64);
        let idle = resident_bytes() - bytes_before;
        let tasks = alive_tasks() - tasks_before;
        P::tell_each(&crowd).await;
        finish.reached().await;
        let used = resident_bytes() - bytes_before;
        let per_actor = |total: f64| Some(total / count as f64);
        let tasks = if P::TASKS_ARE_COUNTED { per_actor(tasks) } else { None };
        Readings(vec![Some(ns), per_actor(idle), per_actor(used), tasks])
    })
}

fn alive_tasks() -> f64 {
    Handle::current().metrics().num_alive_tasks() as f64
}
