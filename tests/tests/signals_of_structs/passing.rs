//! Listeners that go while somebody emits are dropped afterwards, and do not pile up until then.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;

use looselycoupled::{Connection, Signal};

/// Connects a listener that owns this.
fn owning(signal: &Signal<u32>, owned: &Arc<()>) -> Connection {
    let owned = Arc::clone(owned);
    signal.connect(move |_| _ = &owned)
}

/// Does something while an emission is under way on another thread.
fn during_an_emission(signal: &Signal<u32>, act: impl FnOnce()) {
    let ((begin, begun), (end, ended)) = (channel(), channel::<()>());
    let ended = Mutex::new(ended);
    let _slow = signal.connect(move |value| {
        if *value == 1 {
            begin.send(()).unwrap();
            // Until the other end is dropped, also by an assertion that fails.
            let _ended = ended.lock().unwrap().recv();
        }
    });
    thread::scope(|scope| {
        let end = end;
        scope.spawn(|| signal.emit(1));
        begun.recv().unwrap();
        act();
        drop(end);
    });
}

#[test]
fn a_listener_that_is_disconnected_during_an_emission_goes_with_the_next_one() {
    let (signal, owned) = (Signal::new(), Arc::new(()));
    let connection = owning(&signal, &owned);
    during_an_emission(&signal, || {
        drop(connection);
        signal.emit(2);
        assert_eq!(Arc::strong_count(&owned), 2, "somebody may be calling it");
    });
    assert_eq!(signal.emit(2), 0);
    assert_eq!(Arc::strong_count(&owned), 1);
}

#[test]
fn listeners_that_come_and_go_during_an_emission_do_not_pile_up() {
    let (signal, owned) = (Signal::new(), Arc::new(()));
    during_an_emission(&signal, || {
        let stays = owning(&signal, &owned);
        for _ in 0..1_000 {
            let passing = owning(&signal, &owned);
            assert_eq!(signal.emit(2), 3, "all are heard");
            drop(passing);
            assert_eq!(Arc::strong_count(&owned), 2, "only who stays is left");
        }
        assert!(stays.is_connected());
    });
}
