//! An urgent call behind 10,000 queued messages.

use super::enter;
use crate::harness::{Clock, Effort, Finish, Flavour, Floor, Gate, Metric, Race, Tally, Unit};
use crate::peers::Looselycoupled;
use crate::peers::{AnswersUrgently, TokioLanes, Xtra};

const QUEUED: u64 = 10_000;

pub fn races() -> Vec<Race> {
    Flavour::ALL.map(race).into()
}

fn race(flavour: Flavour) -> Race {
    let floor = Floor::AtMostTimesOf(TokioLanes::NAME, 1.5);
    let mut race = Race::new(Metric::new(format!("urgent-behind-10000/{flavour}"), Unit::US, floor));
    enter!(race, urgent given flavour => Xtra, TokioLanes, Looselycoupled);
    race
}

/// Microseconds until the answer, the median of some rounds.
fn urgent<P: AnswersUrgently>(effort: Effort, flavour: Flavour) -> f64 {
    let rounds = effort.operations(50) as usize;
    P::run(flavour, async move {
        let finish = Finish::of(1);
        let address = P::start(flavour, Tally::new(QUEUED, QUEUED, &finish)).await;
        let mut waits = vec![];
        for _ in 0..rounds {
            waits.push(round::<P>(&address, &finish, flavour).await);
        }
        waits.sort_by(f64::total_cmp);
        waits[rounds / 2]
    })
}

/// Holds the target, fills its queue, lets it go and asks urgently in the same breath.
async fn round<P: AnswersUrgently>(address: &P::Address, finish: &Finish, flavour: Flavour) -> f64 {
    P::hold(address).await;
    Gate::entered().await;
    for value in 0..QUEUED {
        P::tell_low(address, value).await;
    }
    let clock = Clock::start(flavour);
    Gate::open();
    P::ask_urgently(address, 1).await;
    let microseconds = clock.ns() / 1e3;
    finish.reached().await;
    microseconds
}
