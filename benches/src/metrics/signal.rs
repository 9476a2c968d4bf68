//! One emission of a signal to 0, 1, 10 and 1000 listeners that are called at once.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use looselycoupled::Signal;

use crate::harness::{Clock, Effort, Floor, Kind, Label, Metric, Race, Unit};

const BARE: &str = "virtual-calls";

pub fn races() -> Vec<Race> {
    [0, 1, 10, 1000].map(race).into()
}

fn race(listeners: u64) -> Race {
    let floor = if listeners == 1 { Floor::AtMostTimesOf(BARE, 5.0) } else { Floor::None };
    let mut race = Race::new(Metric::new(format!("signal-{listeners}"), Unit::NS, floor));
    let mut enter = |name, kind, measure: fn(Effort, u64) -> f64| {
        race.enter_as(Label::new(name, kind), move |effort| measure(effort, listeners).into());
    };
    enter("looselycoupled", Kind::Ours, signal);
    enter(BARE, Kind::Raw, virtual_calls);
    enter("tokio-broadcast", Kind::Raw, broadcast);
    race
}

/// CPU time of one emission.
fn each(effort: Effort, listeners: u64, mut emit: impl FnMut(u64)) -> f64 {
    let emissions = effort.operations(2_000_000) / listeners.max(1);
    (0..emissions / 10).for_each(&mut emit);
    let clock = Clock::cpu();
    (0..emissions).for_each(&mut emit);
    clock.ns_per(emissions)
}

/// What a listener does.
fn listener() -> impl Fn(&u64) + Send + Sync + 'static {
    let heard = Arc::new(AtomicU64::new(0));
    move |value| heard.store(*value, Ordering::Relaxed)
}

fn signal(effort: Effort, listeners: u64) -> f64 {
    let signal = Signal::new();
    (0..listeners).for_each(|_| signal.connect(listener()).forever());
    each(effort, listeners, |value| _ = black_box(&signal).emit(value))
}

/// The list that nobody can change.
fn virtual_calls(effort: Effort, listeners: u64) -> f64 {
    type Listener = Box<dyn Fn(&u64) + Send + Sync>;
    let list: Vec<Listener> = (0..listeners).map(|_| Box::new(listener()) as Listener).collect();
    each(effort, listeners, |value| black_box(&list).iter().for_each(|listener| listener(&value)))
}

/// Puts the value where each of so many receivers will find it. Nobody reads.
fn broadcast(effort: Effort, listeners: u64) -> f64 {
    let (sender, _) = tokio::sync::broadcast::channel(64);
    let _receivers: Vec<_> = (0..listeners).map(|_| sender.subscribe()).collect();
    each(effort, listeners, |value| _ = black_box(&sender).send(value))
}
