//! What the machine and tokio cost by themselves: nobody can be faster than what he is built from.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::Notify;

use crate::harness::{Clock, Effort, Flavour, Floor, Kind, Label, Metric, Race, Unit, run_on_tokio};

pub fn races() -> Vec<Race> {
    vec![
        race("atomic-fetch-add", atomic),
        race("mutex-lock-unlock", mutex),
        race("alloc-free-64-bytes", allocation),
        race("arc-clone-drop", arc),
        race("hash-map-get-string", hash_map),
        race("instant-now", instant),
        race("yield-now/ct", yielding),
        race("two-tasks-ping-pong/ct", two_tasks),
        race("two-threads-park-unpark", two_threads),
    ]
}

fn race(name: &str, measure: fn(Effort) -> f64) -> Race {
    let mut race = Race::new(Metric::new(name, Unit::NS, Floor::None));
    race.enter_as(Label::new("limit", Kind::Limit), move |effort| measure(effort).into());
    race
}

/// CPU time of one `operation`, uncontended.
fn each(effort: Effort, mut operation: impl FnMut(u64)) -> f64 {
    let operations = effort.operations(1_000_000);
    (0..operations / 10).for_each(&mut operation);
    let clock = Clock::cpu();
    (0..operations).for_each(&mut operation);
    clock.ns_per(operations)
}

fn atomic(effort: Effort) -> f64 {
    let number = AtomicU64::new(0);
    each(effort, |value| {
        black_box(black_box(&number).fetch_add(value, Ordering::AcqRel));
    })
}

fn mutex(effort: Effort) -> f64 {
    let number = Mutex::new(0);
    each(effort, |value| *black_box(&number).lock().expect("nobody panics with the lock") += value)
}

fn allocation(effort: Effort) -> f64 {
    each(effort, |value| drop(black_box(Box::new([value; 8]))))
}

fn arc(effort: Effort) -> f64 {
    let shared = Arc::new(0_u64);
    each(effort, |_| drop(black_box(Arc::clone(black_box(&shared)))))
}

fn hash_map(effort: Effort) -> f64 {
    let map: HashMap<String, u64> = (0..64).map(|number| (format!("counter{number}.add"), number)).collect();
    each(effort, |_| {
        black_box(map.get(black_box("counter17.add")));
    })
}

fn instant(effort: Effort) -> f64 {
    each(effort, |_| {
        black_box(Instant::now());
    })
}

fn yielding(effort: Effort) -> f64 {
    let operations = effort.operations(100_000);
    run_on_tokio(Flavour::CurrentThread, async move {
        let clock = Clock::cpu();
        for _ in 0..operations {
            tokio::task::yield_now().await;
        }
        clock.ns_per(operations)
    })
}

/// A round trip between two tasks that only wake each other: the floor of all that cross to another task.
fn two_tasks(effort: Effort) -> f64 {
    let operations = effort.operations(100_000);
    run_on_tokio(Flavour::CurrentThread, async move {
        let (ping, pong) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (served, returned) = (Arc::clone(&ping), Arc::clone(&pong));
        let other = tokio::spawn(async move {
            for _ in 0..operations {
                served.notified().await;
                returned.notify_one();
            }
        });
        let clock = Clock::cpu();
        for _ in 0..operations {
            ping.notify_one();
            pong.notified().await;
        }
        let figure = clock.ns_per(operations);
        other.await.expect("the other task ends");
        figure
    })
}

/// A round trip between two threads that sleep in between.
fn two_threads(effort: Effort) -> f64 {
    let operations = effort.operations(10_000);
    let turn = Arc::new(AtomicU64::new(0));
    let (their_turn, we) = (Arc::clone(&turn), std::thread::current());
    let other = std::thread::spawn(move || {
        for round in 0..operations {
            park_until(&their_turn, 2 * round + 1);
            their_turn.store(2 * round + 2, Ordering::Release);
            we.unpark();
        }
    });
    let clock = Clock::wall();
    for round in 0..operations {
        turn.store(2 * round + 1, Ordering::Release);
        other.thread().unpark();
        park_until(&turn, 2 * round + 2);
    }
    let figure = clock.ns_per(operations);
    other.join().expect("the other thread ends");
    figure
}

fn park_until(turn: &AtomicU64, awaited: u64) {
    while turn.load(Ordering::Acquire) != awaited {
        std::thread::park();
    }
}
