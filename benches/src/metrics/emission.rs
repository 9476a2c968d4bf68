//! One event to 0, 1, 10 and 1000 listeners, until all have handled it.

use super::enter;
use crate::harness::{Clock, Effort, Finish, Flavour, Floor, Metric, Race, Tally, Unit};
use crate::peers::{
    ActixRecipients, FansOut, Looselycoupled, LooselycoupledCallbacks, LooselycoupledStreams, TokioBroadcast,
};

pub fn races() -> Vec<Race> {
    [0, 1, 10, 1000].map(race).into()
}

fn race(listeners: u64) -> Race {
    let mut race = Race::new(Metric::new(format!("emission-{listeners}"), Unit::NS, Floor::None));
    enter!(
        race, emission given listeners =>
        ActixRecipients, Looselycoupled, LooselycoupledCallbacks, LooselycoupledStreams,
    );
    // To send to nobody is an error there.
    if listeners > 0 {
        enter!(race, emission given listeners => TokioBroadcast);
    }
    race
}

/// CPU time of one event, the handling of all listeners included.
fn emission<F: FansOut>(effort: Effort, listeners: u64) -> f64 {
    let events = (effort.operations(400_000) / F::SLOWNESS / listeners.max(1)).max(8);
    let warm_up = (events / 10).max(8);
    F::run(Flavour::CurrentThread, async move {
        let finish = Finish::of(listeners as usize);
        let tallies = (0..listeners).map(|_| Tally::new(warm_up, events, &finish)).collect();
        let mut hub = F::build(Flavour::CurrentThread, tallies).await;
        // Subscriptions that are messages themselves arrive meanwhile.
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
        emit_all::<F>(&mut hub, warm_up, listeners, &finish).await;
        let clock = Clock::start(Flavour::CurrentThread);
        emit_all::<F>(&mut hub, events, listeners, &finish).await;
        clock.ns_per(events)
    })
}

/// Sends eight events, yields, and so on.
async fn emit_all<F: FansOut>(hub: &mut F::Hub, events: u64, listeners: u64, finish: &Finish) {
    for value in 0..events {
        F::publish(hub, value).await;
        if value % 8 == 7 {
            tokio::task::yield_now().await;
        }
    }
    if listeners > 0 {
        finish.reached().await;
    }
}
