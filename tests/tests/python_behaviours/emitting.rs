//! `MrEventLoop`: plain objects that emit, and their listeners (`test_events.py`).

use looselycoupled::Signal;
use looselycoupled_tests::Journal;

/// Emits two events.
#[derive(Default)]
struct Emitter {
    first: Signal<&'static str>,
    second: Signal<&'static str>,
}

fn listen(signal: &Signal<&'static str>) -> (Journal, looselycoupled::Connection) {
    let journal = Journal::default();
    let noted = journal.clone();
    (journal, signal.connect(move |item| noted.note(item)))
}

#[test]
fn a_listener_gets_every_emission_at_once_and_in_order() {
    let emitter = Emitter::default();
    let (heard, _connection) = listen(&emitter.first);
    emitter.first.emit("foo");
    assert_eq!(heard.lines(), ["foo"]);
    emitter.first.emit("bar");
    assert_eq!(heard.lines(), ["foo", "bar"]);
}

#[test]
fn all_listeners_of_an_event_get_every_emission() {
    let emitter = Emitter::default();
    let ((one, _first), (other, _second)) = (listen(&emitter.first), listen(&emitter.first));
    emitter.first.emit("foo");
    emitter.first.emit("bar");
    assert_eq!(
        (one.lines(), other.lines()),
        (vec!["foo".into(), "bar".into()], vec!["foo".into(), "bar".into()])
    );
}

#[test]
fn listeners_hear_the_events_that_they_are_connected_to_and_no_others() {
    let emitter = Emitter::default();
    let listeners =
        [listen(&emitter.first), listen(&emitter.second), listen(&emitter.first), listen(&emitter.second)];
    emitter.first.emit("foo");
    emitter.second.emit("baz");
    emitter.first.emit("bar");
    emitter.second.emit("123");
    for (number, (heard, _connection)) in listeners.iter().enumerate() {
        let expected = [["foo", "bar"], ["baz", "123"]][number % 2];
        assert_eq!(heard.lines(), expected);
    }
}

/// There, names can be added to an emitter; here, a signal is a field, and one that is made later is as good.
#[test]
fn an_event_that_comes_later_is_emitted_like_the_others() {
    let mut emitters = vec![Signal::<&'static str>::default()];
    let (first, _one) = listen(&emitters[0]);
    emitters.push(Signal::default());
    let (second, _other) = listen(&emitters[1]);
    emitters[0].emit("foo");
    emitters[1].emit("baz");
    assert_eq!((first.lines(), second.lines()), (vec!["foo".to_owned()], vec!["baz".to_owned()]));
}

#[test]
fn a_listener_that_was_removed_hears_nothing_more_and_the_others_go_on() {
    let emitter = Emitter::default();
    let ((gone, connection), (stays, _other)) = (listen(&emitter.first), listen(&emitter.first));
    let (apart, _third) = listen(&emitter.second);
    emitter.first.emit("foo");
    emitter.second.emit("baz");
    connection.disconnect();
    emitter.first.emit("456");
    assert_eq!(gone.lines(), ["foo"]);
    assert_eq!(stays.lines(), ["foo", "456"]);
    assert_eq!(apart.lines(), ["baz"]);
}
