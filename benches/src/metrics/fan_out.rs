//! One event to 10, 100 and 1000 subscribers, until the last has handled the last.

use super::enter;
use crate::harness::{Clock, Effort, Finish, Flavour, Floor, Metric, Race, Tally, Unit};
use crate::peers::Looselycoupled;
use crate::peers::{
    ActixBroker, ActixRecipients, FansOut, KameoPubSub, KameoPubSubInPlace, RactorGroup, RactorPort,
    TokioBroadcast, TokioLoop, XtraBroadcast, XtraLoop,
};

pub fn races() -> Vec<Race> {
    [10, 100, 1000].into_iter().flat_map(|count| Flavour::ALL.map(|flavour| race(count, flavour))).collect()
}

fn race(subscribers: u64, flavour: Flavour) -> Race {
    let floor = Floor::TimesBestFramework(flavour.pick(1.2, 2.0));
    let name = format!("fan-out-{subscribers}/{flavour}");
    let mut race = Race::new(Metric::new(name, Unit::DELIVERIES_PER_SECOND, floor));
    enter!(
        race, fan_out given (flavour, subscribers) =>
        KameoPubSub, KameoPubSubInPlace, RactorPort, RactorGroup, ActixRecipients, XtraBroadcast, XtraLoop,
        TokioBroadcast, TokioLoop, Looselycoupled,
    );
    // actix-broker is a service of the system's thread.
    if flavour == Flavour::CurrentThread {
        enter!(race, fan_out given (flavour, subscribers) => ActixBroker);
    }
    race
}

fn fan_out<F: FansOut>(effort: Effort, (flavour, subscribers): (Flavour, u64)) -> f64 {
    let events = (effort.operations(400_000) / F::SLOWNESS / subscribers).max(8);
    let warm_up = (events / 10).max(8);
    F::run(flavour, async move {
        let finish = Finish::of(subscribers as usize);
        let tallies = (0..subscribers).map(|_| Tally::new(warm_up, events, &finish)).collect();
        let mut hub = F::build(flavour, tallies).await;
        // Subscriptions that are messages themselves arrive meanwhile.
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
        publish_all::<F>(&mut hub, warm_up, &finish).await;
        let clock = Clock::start(flavour);
        publish_all::<F>(&mut hub, events, &finish).await;
        clock.per_second(events * subscribers)
    })
}

/// Publishes eight events, yields, and so on.
async fn publish_all<F: FansOut>(hub: &mut F::Hub, events: u64, finish: &Finish) {
    for value in 0..events {
        F::publish(hub, value).await;
        if value % 8 == 7 {
            tokio::task::yield_now().await;
        }
    }
    finish.reached().await;
}
