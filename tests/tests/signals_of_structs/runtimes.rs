//! Listeners that run later live with their runtime.

use looselycoupled::{Connection, Signal};
use looselycoupled_tests::{Gate, Log, panic_of, within};
use tokio::runtime::{Builder, Runtime};

use super::Dial;

const ENDED: &str = "WARN looselycoupled: the runtime of a signal's listener has ended";

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

/// Connects a listener that does not come to an end.
fn waiting(dial: &Dial, gate: &Gate) -> Connection {
    let gate = gate.clone();
    dial.turned.connect_async(move |_| {
        let gate = gate.clone();
        async move { gate.pass().await }
    })
}

#[test]
fn a_listener_whose_runtime_has_ended_is_disconnected_and_what_it_missed_is_told() {
    let (log, dial, gate, runtime) = (Log::default(), Dial::default(), Gate::new(), runtime());
    let _listening = log.listen();
    let connection = runtime.block_on(async {
        let connection = waiting(&dial, &gate);
        (1..=3).for_each(|value| assert_eq!(dial.turned.emit(value), 1));
        within(gate.reached(1)).await;
        connection
    });
    assert!(connection.is_connected());
    drop(runtime);
    assert!(!connection.is_connected());
    assert_eq!((dial.turned.emit(4), dial.turned.listeners()), (0, 0));
    assert_eq!(connection.missed(), 3, "the call that had begun, and what waited");
    assert_eq!((log.count(ENDED), log.count("missed=3")), (1, 1), "{}", log.text());
}

#[test]
fn a_runtime_that_ends_without_anything_to_do_is_nothing_to_tell() {
    let (log, dial, runtime) = (Log::default(), Dial::default(), runtime());
    let _listening = log.listen();
    let connection = runtime.block_on(async { waiting(&dial, &Gate::new()) });
    drop(runtime);
    assert_eq!((connection.is_connected(), connection.missed(), log.text()), (false, 0, String::new()));
}

#[test]
fn what_nobody_wanted_any_more_is_not_told_when_the_runtime_ends() {
    let (log, dial, runtime) = (Log::default(), Dial::default(), runtime());
    let _listening = log.listen();
    let connection = runtime.block_on(async { waiting(&dial, &Gate::new()) });
    dial.turned.emit(1);
    drop(connection);
    drop(runtime);
    assert_eq!(log.text(), "");
}

#[test]
fn nobody_can_be_connected_on_a_runtime_that_has_ended() {
    let (dial, runtime) = (Dial::default(), runtime());
    let handle = runtime.handle().clone();
    drop(runtime);
    let _inside = handle.enter();
    let connection = waiting(&dial, &Gate::new());
    assert_eq!((connection.is_connected(), dial.turned.emit(1)), (false, 0));
}

#[test]
fn a_listener_without_a_runtime_is_refused_where_that_is_written() {
    let signal = Signal::<u32>::new();
    let (message, file, line) = panic_of(|| signal.connect_async(|_| async {}));
    assert!(message.contains("`let _inside = runtime.enter();`; `connect` needs none"), "{message}");
    assert_eq!((file.as_str(), line), (file!(), line!() - 2));
    assert_eq!(signal.listeners(), 0);
}
