//! Listeners, what they give and what is meant for them may panic, also when they are dropped.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use looselycoupled::{Connection, Signal};
use looselycoupled_tests::{Bomb, Gate, Journal, Log, quiet, within};

use super::{Dial, noting};

const DROPPED: &str =
    "ERROR looselycoupled: a listener of a signal, or a value meant for it, panicked when it was dropped";

/// Connects a listener that panics when it is dropped.
fn fragile<T: 'static>(signal: &Signal<T>, words: &'static str) -> Connection {
    let bomb = Bomb(words);
    signal.connect(move |_| _ = &bomb)
}

#[test]
fn a_listener_that_panics_harms_nobody() {
    quiet();
    let (dial, journal) = (Dial::default(), Journal::new());
    let _failing = dial.turned.connect(|_| panic!("fails on purpose"));
    let _other = noting(&dial.turned, &journal, "other");
    assert_eq!((dial.turned.emit(1), dial.turned.emit(2)), (2, 2));
    assert_eq!(journal.take(), ["other 1", "other 2"]);
}

#[test]
fn a_listener_that_panics_when_it_is_dropped_harms_nobody() {
    quiet();
    let (log, dial, journal) = (Log::default(), Dial::default(), Journal::new());
    let _listening = log.listen();
    let connection = fragile(&dial.turned, "falls");
    let _other = noting(&dial.turned, &journal, "other");
    drop(connection);
    assert_eq!(dial.turned.emit(1), 1);
    assert_eq!(journal.take(), ["other 1"]);
    assert_eq!(log.count(&format!("{DROPPED}: falls on purpose")), 1, "{}", log.text());
}

#[test]
fn listeners_that_panic_when_their_signal_is_dropped_harm_nobody() {
    quiet();
    let (log, dial) = (Log::default(), Dial::default());
    let _listening = log.listen();
    ["first", "second"].into_iter().for_each(|words| fragile(&dial.turned, words).forever());
    drop(dial);
    for words in ["first", "second"] {
        assert_eq!(log.count(&format!("{DROPPED}: {words} on purpose")), 1, "{}", log.text());
    }
}

/// Several go at once: with the emission after the one in which they were disconnected.
#[test]
fn listeners_that_panic_and_go_together_harm_nobody() {
    quiet();
    let (log, dial) = (Log::default(), Dial::default());
    let _listening = log.listen();
    let connections = Mutex::new(["first", "second"].map(|words| Some(fragile(&dial.turned, words))));
    let _cutting =
        dial.turned.connect(move |_| connections.lock().unwrap().iter_mut().for_each(|one| *one = None));
    assert_eq!((dial.turned.emit(1), log.count(DROPPED)), (3, 0));
    assert_eq!((dial.turned.emit(2), log.count(DROPPED)), (1, 2), "{}", log.text());
}

/// A call that is over at once, and panics when it is dropped.
struct Brittle(#[expect(dead_code, reason = "matters when it is dropped")] Bomb);

impl Future for Brittle {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

#[tokio::test]
async fn a_call_that_panics_when_it_is_dropped_ends_nothing_but_itself() {
    quiet();
    let (log, dial, journal) = (Log::default(), Dial::default(), Journal::new());
    let _listening = log.listen();
    let connection = dial.turned.connect_async({
        let (journal, fragile) = (journal.clone(), Bomb("listener"));
        move |value| {
            let _owned = &fragile;
            journal.note(value.to_string());
            Brittle(Bomb("call"))
        }
    });
    (1..=3).for_each(|value| assert_eq!(dial.turned.emit(value), 1));
    drop(dial);
    within(idle()).await;
    assert_eq!((journal.take(), connection.missed()), (["1", "2", "3"].map(String::from).to_vec(), 0));
    assert_eq!(log.count(&format!("{DROPPED}: call on purpose")), 3, "{}", log.text());
    assert_eq!(log.count(&format!("{DROPPED}: listener on purpose")), 1, "{}", log.text());
}

/// Until no task is left.
async fn idle() {
    while tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0 {
        tokio::task::yield_now().await;
    }
}

/// Its clones panic when they are dropped.
struct Reading(#[expect(dead_code, reason = "matters when it is dropped")] Option<Bomb>);

impl Clone for Reading {
    fn clone(&self) -> Self {
        Self(Some(Bomb("value")))
    }
}

#[tokio::test]
async fn values_that_panic_when_nobody_wants_them_harm_nobody() {
    quiet();
    let (log, signal, gate) = (Log::default(), Signal::new(), Gate::new());
    let _listening = log.listen();
    let (waits, kept) = (gate.clone(), Arc::new(Mutex::new(Vec::new())));
    let keeping = Arc::clone(&kept);
    let connection = signal.connect_async(move |reading: Reading| {
        keeping.lock().unwrap().push(reading);
        let gate = waits.clone();
        async move { gate.pass().await }
    });
    (0..65_540).for_each(|_| assert_eq!(signal.emit(Reading(None)), 1));
    assert_eq!((connection.missed(), log.count(DROPPED)), (4, 4), "what finds no room");
    within(gate.reached(1)).await;
    drop(connection);
    gate.open();
    within(idle()).await;
    assert_eq!(log.count(&format!("{DROPPED}: value on purpose")), 65_539, "what waited");
    std::mem::forget(kept);
}
