//! What is wrong with a connection is told where it is made, with the way out.

use looselycoupled::prelude::*;
use looselycoupled::{ConnectionProblem, Wire};

use super::bench;

fn problems(refused: Error) -> Vec<ConnectionProblem> {
    let Error::Connection(error) = refused else { panic!("{refused}") };
    error.faults().iter().map(|fault| fault.problem.clone()).collect()
}

#[tokio::test]
async fn an_end_that_does_not_exist_is_refused_with_the_nearest() {
    let bench = bench().await;
    let expected = [
        ("prodcer/produced", "consumer.note", "unknown module `prodcer`; did you mean `producer`?"),
        ("producer/produced", "consmer.note", "unknown module `consmer`; did you mean `consumer`?"),
        ("producer/produced", "consumer.noet", "unknown task `consumer.noet`; did you mean `consumer.note`?"),
        (
            "producer/prodced",
            "consumer.note",
            "module `producer` does not name event `prodced` in its `emits(…)`; did you mean `produced`?",
        ),
        (
            "producer/x",
            "consumer.note",
            "module `producer` does not name event `x` in its `emits(…)`; known are `produced`, `line.stopped`",
        ),
        ("garage/x", "consumer.note", "unknown module `garage`; known are `producer`, `speaker`, `consumer`"),
    ];
    for (from, to, problem) in expected {
        let refused = bench.handle.connect(from, to).unwrap_err().to_string();
        assert_eq!(refused, format!("`{from}` to `{to}`: {problem}"));
    }
    assert!(bench.handle.connections().is_empty());
}

#[tokio::test]
async fn a_module_that_names_no_events_may_send_any() {
    let bench = bench().await;
    bench.handle.connect("speaker/whatever", "consumer.note").unwrap();
    bench.handle.connect("producer/producer_event", "consumer.note").unwrap();
    bench.handle.connect("producer/exit", "consumer.hold").unwrap();
}

#[tokio::test]
async fn both_ends_may_be_wrong_at_once() {
    let bench = bench().await;
    let found = problems(bench.handle.connect("garage/x", "cellar.y").unwrap_err());
    let unknown: Vec<&str> = found
        .iter()
        .map(|problem| match problem {
            ConnectionProblem::UnknownModule { module, .. } => &**module,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(unknown, ["garage", "cellar"]);
}

#[tokio::test]
async fn ends_are_written_in_their_form() {
    let handle = bench().await.handle;
    let refused = |result: Result<Wire>| result.unwrap_err().to_string();
    let expected =
        "`producer.produced` to `consumer.note`: `producer.produced` is not written `<module>/<event>`";
    assert_eq!(refused(handle.connect("producer.produced", "consumer.note")), expected);
    let expected = "`producer/produced` to `consumer/note`: `consumer/note` is not written `<module>.<task>`";
    assert_eq!(refused(handle.connect("producer/produced", "consumer/note")), expected);
    let expected =
        "`producer/produced` to `consumer.note`: `consumer.note` is not written `<module>/<event>`";
    assert_eq!(refused(handle.forward("producer/produced", "consumer.note")), expected);
    let expected =
        "`producer/produced` to `note`: `note` is not written `<module>.<task>` or `<module>/<event>`";
    assert_eq!(refused(handle.connect("producer/produced", "note")), expected);
    let malformed = refused(handle.forward("speaker/said", "consumer/a..b"));
    assert!(
        malformed.ends_with(
            "event name `a..b` has an empty segment at character 3; dots stand between segments only"
        ),
        "{malformed}"
    );
    let pair = handle.connect_matching("producer/produced", "consumer").unwrap_err().to_string();
    assert_eq!(pair, "`producer/produced` to `consumer`: `producer/produced` is not written `<module>`");
}

#[tokio::test]
async fn what_cannot_be_fed_by_an_event_is_refused() {
    let handle = bench().await.handle;
    let expected = [
        (
            "speaker/said",
            "consumer.inspect",
            "`consumer.inspect` is a local task, which takes no arguments by name; leave out `local`, or connect \
             another task",
        ),
        (
            "speaker/said",
            "consumer.on_word",
            "`consumer.on_word` is an event handler and hears its event from everybody; to connect it, make it a \
             `#[task]`",
        ),
        (
            "speaker/said",
            "speaker.say",
            "a module does not hear itself; call the task where the event is sent",
        ),
    ];
    for (from, to, problem) in expected {
        let refused = handle.connect(from, to).unwrap_err().to_string();
        assert_eq!(refused, format!("`{from}` to `{to}`: {problem}"));
    }
}

#[tokio::test]
async fn the_frameworks_own_events_come_from_no_module() {
    let handle = bench().await.handle;
    for event in ["exception", "becoming_idle", "gap"] {
        let found = problems(handle.connect(&format!("producer/{event}"), "consumer.note").unwrap_err());
        assert_eq!(found, [ConnectionProblem::OwnEvent { event: event.into() }]);
        let found = problems(handle.forward("speaker/said", &format!("producer/{event}")).unwrap_err());
        assert_eq!(found, [ConnectionProblem::OwnEvent { event: event.into() }]);
    }
}

#[tokio::test]
async fn two_ends_are_connected_once() {
    let bench = bench().await;
    let handle = &bench.handle;
    handle.connect("producer/produced", "consumer.weigh").unwrap();
    for again in [
        handle.connect("producer/produced", "consumer.weigh"),
        handle.connect_positional("producer/produced", "consumer.weigh"),
    ] {
        assert_eq!(problems(again.unwrap_err()), [ConnectionProblem::Twice]);
    }
    let twice = [("speaker/said", "consumer.note"), ("speaker/said", "consumer.note")];
    assert_eq!(problems(handle.connect_all(twice).unwrap_err()), [ConnectionProblem::Twice]);
    let same = handle.forward("speaker/said", "speaker/said");
    assert_eq!(problems(same.unwrap_err()), [ConnectionProblem::SameEvent]);
    assert_eq!(bench.produce("salt").await, 1);
    assert_eq!(bench.noted().await, ["7"], "nobody hears an event twice");
}
