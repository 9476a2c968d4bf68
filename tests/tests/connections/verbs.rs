//! Connecting many at once, disconnecting, listing.

use looselycoupled::Wire;
use looselycoupled::prelude::*;

use super::bench;

fn shown(wires: &[Wire]) -> Vec<String> {
    wires.iter().map(ToString::to_string).collect()
}

const WIRES: [(&str, &str); 4] = [
    ("producer/produced", "consumer.on_produced"),
    ("producer/produced", "consumer.weigh"),
    ("producer/line.stopped", "consumer.on_line_stopped"),
    ("speaker/said", "consumer.note"),
];

#[tokio::test]
async fn connections_are_listed_in_the_order_of_their_making_and_can_be_made_again() {
    let handle = bench().await.handle;
    handle.connect("speaker/said", "consumer.note").unwrap();
    handle
        .connect_positional("producer/produced", "consumer.weigh")
        .unwrap_or_else(|error| panic!("{error}"));
    let made = handle.forward("speaker/said", "producer/produced").unwrap();
    let listed = handle.connections();
    let expected = [
        "speaker/said -> consumer.note",
        "producer/produced -> consumer.weigh (positional)",
        "speaker/said -> producer/produced",
    ];
    assert_eq!(shown(&listed), expected);
    assert_eq!((&listed[2], made.is_forward()), (&made, true));
    assert_eq!(handle.disconnect("*", "*").unwrap(), 3);
    assert!(handle.connections().is_empty());
    assert_eq!(handle.connect_all(listed.clone()).unwrap(), listed);
    assert_eq!(handle.connections(), listed);
}

#[tokio::test]
async fn of_many_connections_none_is_made_if_one_is_wrong() {
    let bench = bench().await;
    bench.handle.connect("speaker/said", "consumer.note").unwrap();
    let wires = [
        ("producer/produced", "consumer.on_produced"),
        ("producer/produced", "consumer.on_prodced"),
        ("speaker/said", "consumer.note"),
        ("garage/x", "consumer.note"),
    ];
    let refused = bench.handle.connect_all(wires).unwrap_err().to_string();
    let expected = "\
nothing was changed; 3 faults to mend:
- `producer/produced` to `consumer.on_prodced`: unknown task `consumer.on_prodced`; did you mean `consumer.on_produced`?
- `garage/x` to `consumer.note`: unknown module `garage`; known are `producer`, `speaker`, `consumer`
- `speaker/said` to `consumer.note`: they are connected already, and nobody hears an event twice";
    assert_eq!(refused, expected);
    assert_eq!(bench.produce("salt").await, 0);
    assert_eq!(bench.handle.connections().len(), 1);
}

#[tokio::test]
async fn all_whose_names_match_are_connected() {
    let bench = bench().await;
    let made = bench.handle.connect_matching("producer", "consumer").unwrap();
    let expected =
        ["producer/produced -> consumer.on_produced", "producer/line.stopped -> consumer.on_line_stopped"];
    assert_eq!(shown(&made), expected);
    bench.produce("salt").await;
    bench.told("producer.stop", args! {}).await;
    assert_eq!(bench.noted().await, ["salt", "stopped"]);
    bench.handle.connect_matching("producer", "consumer").unwrap_err();
    assert_eq!(bench.handle.connections(), made);
}

#[tokio::test]
async fn it_is_an_error_if_nothing_matches() {
    let handle = bench().await.handle;
    let refused = handle.connect_matching("consumer", "producer").unwrap_err().to_string();
    let expected = "`consumer` to `producer`: nothing matches: an event `x` that the first names in its `emits(…)` \
                    goes to a task `on_x` of the second";
    assert_eq!(refused, expected);
    let refused = handle.connect_matching("prodcer", "consmer").unwrap_err().to_string();
    assert!(
        refused.contains("did you mean `producer`?") && refused.contains("did you mean `consumer`?"),
        "{refused}"
    );
}

#[tokio::test]
async fn who_is_disconnected_hears_no_more_but_handles_what_waits() {
    let bench = bench().await;
    bench.handle.connect_all(WIRES).unwrap();
    bench.handle.enqueue_task("consumer.hold", args! {}).await.unwrap();
    bench.gate.reached(1).await;
    bench.produce("waiting").await;
    assert_eq!(bench.handle.disconnect("producer/produced", "consumer.on_produced").unwrap(), 1);
    bench.produce("late").await;
    bench.gate.open();
    assert_eq!(bench.noted().await, ["waiting", "7", "7"]);
}

#[tokio::test]
async fn a_star_disconnects_all_that_are_meant() {
    for (from, to, left) in [
        ("producer/produced", "*", vec![2, 3]),
        ("producer/*", "*", vec![3]),
        ("*", "consumer.*", vec![]),
        ("*", "consumer.note", vec![0, 1, 2]),
        ("producer/*", "consumer.*", vec![3]),
        ("speaker/*", "consumer.*", vec![0, 1, 2]),
        ("consumer/*", "*", vec![0, 1, 2, 3]),
        ("*", "producer.*", vec![0, 1, 2, 3]),
    ] {
        let handle = bench().await.handle;
        handle.connect_all(WIRES).unwrap();
        assert_eq!(handle.disconnect(from, to).unwrap(), WIRES.len() - left.len(), "{from} {to}");
        let expected: Vec<Wire> = left.into_iter().map(|number: usize| WIRES[number].into()).collect();
        assert_eq!(handle.connections(), expected, "{from} {to}");
    }
}

#[tokio::test]
async fn two_ends_that_are_not_connected_cannot_be_disconnected() {
    let handle = bench().await.handle;
    handle.connect_all(WIRES).unwrap();
    let refused = handle.disconnect("producer/produced", "consumer.on_prodced").unwrap_err().to_string();
    let expected = "`producer/produced` to `consumer.on_prodced`: they are not connected; did you mean \
                    `producer/produced` to `consumer.on_produced`?";
    assert_eq!(refused, expected);
    let refused = handle.disconnect("prodcer/*", "*").unwrap_err().to_string();
    assert_eq!(refused, "`prodcer/*` to `*`: unknown module `prodcer`; did you mean `producer`?");
    let refused = handle.disconnect("producer", "*").unwrap_err().to_string();
    assert_eq!(refused, "`producer` to `*`: `producer` is not written `<module>/<event>`");
    assert_eq!(handle.connections().len(), WIRES.len());
}
