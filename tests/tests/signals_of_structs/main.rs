//! Signals of plain structs call their listeners in order, whatever these do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "listeners that fail fail their test")]

mod failures;
mod passing;
mod runtimes;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use looselycoupled::{Connection, Signal};
use looselycoupled_tests::{Gate, Journal, begin, is_long, quiet, within};

/// A struct that is no module.
#[derive(Default)]
struct Dial {
    turned: Signal<u32>,
}

/// Connects a listener that writes down what it hears.
fn noting(signal: &Signal<u32>, journal: &Journal, name: &'static str) -> Connection {
    let journal = journal.clone();
    signal.connect(move |value| journal.note(format!("{name} {value}")))
}

#[test]
fn listeners_are_called_at_once_in_the_order_in_which_they_were_connected() {
    let (dial, journal) = (Dial::default(), Journal::new());
    let _connections = ["first", "second", "third"].map(|name| noting(&dial.turned, &journal, name));
    assert_eq!(dial.turned.emit(1), 3);
    assert_eq!(journal.take(), ["first 1", "second 1", "third 1"]);
}

#[test]
fn a_signal_without_listeners_is_no_fault() {
    assert_eq!(Dial::default().turned.emit(1), 0);
}

#[test]
fn a_listener_is_connected_for_as_long_as_its_connection_is_there() {
    let (dial, journal, kept) = (Dial::default(), Journal::new(), Arc::new(()));
    let connection = dial.turned.connect({
        let kept = Arc::clone(&kept);
        move |_| assert_eq!(Arc::strong_count(&kept), 2)
    });
    noting(&dial.turned, &journal, "for ever").forever();
    let other = noting(&dial.turned, &journal, "other");
    assert!(connection.is_connected());
    drop(connection);
    assert_eq!(Arc::strong_count(&kept), 1, "the listener is gone at once");
    other.disconnect();
    assert_eq!((dial.turned.listeners(), dial.turned.emit(1)), (1, 1));
    assert_eq!(journal.take(), ["for ever 1"]);
}

#[test]
fn a_connection_outlives_its_signal() {
    let connection = Signal::<u32>::new().connect(|_| {});
    assert!(!connection.is_connected());
}

/// Listeners that hold each other's connections.
fn with_connections(of: [&'static str; 3], cuts: usize) -> (Dial, Journal) {
    let (dial, journal) = (Dial::default(), Journal::new());
    let connections = Arc::new(Mutex::new(Vec::new()));
    for (place, name) in of.into_iter().enumerate() {
        let (journal, held) = (journal.clone(), Arc::clone(&connections));
        let connection = dial.turned.connect(move |value| {
            journal.note(format!("{name} {value}"));
            if place == 1 {
                let cut: Option<Connection> = held.lock().unwrap().get_mut(cuts).and_then(Option::take);
                drop(cut);
            }
        });
        connections.lock().unwrap().push(Some(connection));
    }
    std::mem::forget(connections);
    (dial, journal)
}

#[test]
fn a_listener_may_disconnect_itself() {
    let (dial, journal) = with_connections(["a", "b", "c"], 1);
    assert_eq!((dial.turned.emit(1), dial.turned.emit(2)), (3, 2));
    assert_eq!(journal.take(), ["a 1", "b 1", "c 1", "a 2", "c 2"]);
}

#[test]
fn who_is_disconnected_during_an_emission_is_called_no_more() {
    let (dial, journal) = with_connections(["a", "b", "c"], 2);
    assert_eq!((dial.turned.emit(1), dial.turned.emit(2)), (2, 2));
    assert_eq!(journal.take(), ["a 1", "b 1", "a 2", "b 2"]);
}

#[test]
fn who_is_connected_during_an_emission_hears_the_next_one() {
    let (dial, journal) = (Arc::new(Dial::default()), Journal::new());
    let weak = Arc::downgrade(&dial);
    let added = OnceLock::new();
    let _connection = dial.turned.connect({
        let journal = journal.clone();
        move |_| {
            let dial = weak.upgrade().unwrap();
            added.get_or_init(|| noting(&dial.turned, &journal, "added"));
        }
    });
    assert_eq!((dial.turned.emit(1), dial.turned.emit(2)), (1, 2));
    assert_eq!(journal.take(), ["added 2"]);
}

#[test]
fn a_listener_may_emit_in_its_turn() {
    let (dial, journal) = (Arc::new(Dial::default()), Journal::new());
    let weak = Arc::downgrade(&dial);
    let _back = dial.turned.connect(move |value| {
        if *value > 0 {
            weak.upgrade().unwrap().turned.emit(value - 1);
        }
    });
    let _noting = noting(&dial.turned, &journal, "heard");
    dial.turned.emit(2);
    assert_eq!(journal.take(), ["heard 0", "heard 1", "heard 2"]);
}

#[tokio::test]
async fn a_listener_that_waits_is_called_with_one_value_after_the_other() {
    quiet();
    let (dial, journal, gate) = (Dial::default(), Journal::new(), Gate::new());
    let connection = dial.turned.connect_async({
        let (journal, gate) = (journal.clone(), gate.clone());
        move |value| {
            let (journal, gate) = (journal.clone(), gate.clone());
            async move {
                journal.note(format!("begins {value}"));
                gate.pass().await;
                assert_ne!(value, 2, "fails on purpose");
                journal.note(format!("ends {value}"));
            }
        }
    });
    for value in 1..=3 {
        dial.turned.emit(value);
    }
    within(gate.reached(1)).await;
    assert_eq!(journal.take(), ["begins 1"], "the emitter has not waited");
    gate.open();
    let mut heard = Vec::new();
    while heard.len() < 4 {
        tokio::task::yield_now().await;
        heard.extend(journal.take());
    }
    assert_eq!(heard, ["ends 1", "begins 2", "begins 3", "ends 3"], "a panic ends one call only");
    assert_eq!(connection.missed(), 0);
}

#[tokio::test]
async fn what_finds_no_room_before_a_slow_listener_is_counted() {
    let dial = Dial::default();
    let sum = Arc::new(AtomicU32::new(0));
    let heard = Arc::clone(&sum);
    let connection = dial.turned.connect_async(move |value| {
        heard.fetch_add(value, Ordering::Relaxed);
        async {}
    });
    (0..65_540).for_each(|_| _ = dial.turned.emit(1));
    assert_eq!(connection.missed(), 4);
    while sum.load(Ordering::Relaxed) < 65_536 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_waits_is_handled_after_the_signal_but_not_after_the_connection() {
    for is_signal_dropped in [true, false] {
        let (dial, gate, calls) = (Dial::default(), Gate::new(), Journal::new());
        let connection = dial.turned.connect_async({
            let (gate, calls) = (gate.clone(), calls.clone());
            move |value| {
                calls.note(value.to_string());
                let gate = gate.clone();
                async move { gate.pass().await }
            }
        });
        (1..=3).for_each(|value| _ = dial.turned.emit(value));
        within(gate.reached(1)).await;
        let kept = if is_signal_dropped {
            drop(dial);
            Some(connection)
        } else {
            drop(connection);
            None
        };
        gate.open();
        let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        while alive() > 0 {
            tokio::task::yield_now().await;
        }
        let expected: &[&str] = if is_signal_dropped { &["1", "2", "3"] } else { &["1"] };
        assert_eq!(calls.take(), expected);
        drop(kept);
    }
}

#[tokio::test]
async fn the_next_emission_is_awaited_from_when_that_is_asked_for() {
    let dial = Dial::default();
    let next = dial.turned.next();
    assert_eq!(dial.turned.listeners(), 1);
    dial.turned.emit(1);
    dial.turned.emit(2);
    assert_eq!(within(next).await, Some(1));
    let mut given_up = dial.turned.next();
    assert!(begin(&mut given_up).await.is_pending());
    drop(given_up);
    assert_eq!(dial.turned.listeners(), 0, "nothing is left behind");
    let never = dial.turned.next();
    drop(dial);
    assert_eq!(within(never).await, None);
}

/// Who stays hears every emission once, on whatever threads others emit, connect and disconnect.
#[test]
fn emissions_and_connections_on_many_threads_lose_nothing() {
    let (signal, heard) = (Signal::new(), Arc::new(AtomicU32::new(0)));
    let counting = Arc::clone(&heard);
    let _stays = signal.connect(move |value| _ = counting.fetch_add(*value, Ordering::Relaxed));
    let rounds = if is_long() { 100_000 } else { 5_000 };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..rounds).for_each(|_| _ = signal.emit(1)));
        }
        scope.spawn(|| {
            for round in 0..rounds {
                let called = Arc::new(AtomicU32::new(0));
                let counting = Arc::clone(&called);
                let connection = signal.connect(move |_| _ = counting.fetch_add(1, Ordering::Relaxed));
                if round % 16 == 0 {
                    signal.emit(0);
                    assert!(called.load(Ordering::Relaxed) > 0, "connected before the emission");
                }
                drop(connection);
            }
        });
    });
    assert_eq!(heard.load(Ordering::Relaxed), 2 * rounds);
    assert_eq!(signal.listeners(), 1);
}
