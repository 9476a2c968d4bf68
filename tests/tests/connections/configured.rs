//! Connections that code and configuration state are checked before the start.

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, Wire};

use super::{Bench, Consumer, bench_with, builder};

fn config(text: &str) -> Config {
    Config::parse(text, "home.yaml").unwrap()
}

async fn bench(text: &str) -> Bench {
    bench_with(|builder| builder.config(config(text))).await
}

async fn faults(builder: AppBuilder) -> Vec<String> {
    let Err(StartError::Check(faults)) = builder.start().await else { panic!("it starts") };
    faults.into_iter().map(|fault| fault.message).collect()
}

#[tokio::test]
async fn a_file_connects_modules() {
    let bench = bench(
        "
looselycoupled:
  connections:
    - { from: producer/produced, to: consumer.on_produced }
    - { from: speaker/moved, to: consumer.subtract, arguments: positional }
    - from: speaker/said
      to: producer/line.stopped
    - { from: producer/line.stopped, to: consumer.hold }
",
    )
    .await;
    assert_eq!(bench.produce("salt").await, 1);
    bench.told("speaker.pair", args! { event: "moved" }).await;
    assert_eq!(bench.say("said", "hello").await, 1);
    bench.gate.open();
    assert_eq!(bench.noted().await, ["salt", "-1"]);
    assert_eq!(bench.handle.connections().len(), 4);
}

#[tokio::test]
async fn a_file_connects_all_that_match_by_naming_two_modules() {
    let bench = bench("looselycoupled: { connections: [ { from: producer, to: consumer } ] }").await;
    let wires: Vec<String> = bench.handle.connections().iter().map(ToString::to_string).collect();
    let expected =
        ["producer/produced -> consumer.on_produced", "producer/line.stopped -> consumer.on_line_stopped"];
    assert_eq!(wires, expected);
}

#[tokio::test]
async fn code_and_file_add_up_and_can_be_changed_while_the_application_runs() {
    let text = "looselycoupled: { connections: [ { from: speaker/said, to: consumer.note } ] }";
    let bench = bench_with(|builder| {
        builder.connect("producer/produced", "consumer.on_produced").config(config(text))
    })
    .await;
    assert_eq!(bench.handle.disconnect("speaker/said", "*").unwrap(), 1);
    assert_eq!(bench.handle.connections(), [Wire::new("producer/produced", "consumer.on_produced")]);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_with_its_place() {
    let text = "
looselycoupled:
  connections:
    - { from: prodcer/produced, to: consumer.on_produced }
    - { from: producer/prodced, to: consmer.on_produced }
    - { from: producer/produced, to: consumer.on_prodced }
    - { from: producer/produced, to: consumer.subtract }
    - { from: speaker/said, to: consumer.note }
    - { from: speaker/said, to: consumer.note, arguments: positional }
    - { from: producer/produced, to: consumer.fail }
";
    let told = faults(builder(&Consumer::default()).config(config(text))).await;
    let expected = [
        (4, 15, "unknown module `prodcer`; did you mean `producer`?"),
        (
            5,
            15,
            "module `producer` does not name event `prodced` in its `emits(…)`; did you mean `produced`?",
        ),
        (5, 37, "unknown module `consmer`; did you mean `consumer`?"),
        (6, 38, "unknown task `consumer.on_prodced`; did you mean `consumer.on_produced`?"),
        (
            7,
            38,
            "the event has nothing for `x: i32`, `y: i32` among `what`, `weight`; name them alike, give what is \
                 missing a `#[default]`, or connect by position",
        ),
        (9, 33, "they are connected already, and nobody hears an event twice"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, (line, column, problem)) in told.iter().zip(expected) {
        assert!(told.contains(&format!(": {problem}\n")), "{told}");
        assert!(told.contains(&format!("--> home.yaml:{line}:{column}\n")), "{told}");
    }
}

#[tokio::test]
async fn a_fault_shows_its_line() {
    let text = "looselycoupled:\n  connections: [ { from: producer/produced, to: consumer.weih } ]\n";
    let expected = "\
`producer/produced` to `consumer.weih`: unknown task `consumer.weih`; did you mean `consumer.weigh`?
 --> home.yaml:2:49
  |
2 |   connections: [ { from: producer/produced, to: consumer.weih } ]
  |                                                 ^^^^^^^^^^^^^";
    assert_eq!(faults(builder(&Consumer::default()).config(config(text))).await, [expected]);
}

#[tokio::test]
async fn a_connection_that_cannot_be_read_does_not_move_the_others() {
    let text = "
looselycoupled:
  connections:
    - { from: producer/produced, too: consumer.weigh }
    - { from: producer/produced, to: consumer.weigh, arguments: in_order }
    - { from: producer/produced, to: consumer.weih }
";
    let told = faults(builder(&Consumer::default()).config(config(text))).await;
    let all = told.join("\n");
    assert!(all.contains("did you mean `to`?") && all.contains("--> home.yaml:4:"), "{all}");
    assert!(all.contains("`by_name` or `positional`") && all.contains("--> home.yaml:5:"), "{all}");
    assert!(all.contains("did you mean `consumer.weigh`?") && all.contains("--> home.yaml:6:38"), "{all}");
}

#[tokio::test]
async fn what_code_states_is_checked_as_well() {
    let stated = builder(&Consumer::default())
        .connect("producer/prodced", "consumer.note")
        .connect("producer/produced", "consumer/note")
        .forward("producer/produced", "consumer.note")
        .connect_all([("speaker/said", "consumer.noet")]);
    let told = faults(stated).await;
    let expected = [
        "`producer/prodced` to `consumer.note`: module `producer` does not name event `prodced` in its `emits(…)`; did \
         you mean `produced`?",
        "`producer/produced` to `consumer/note`: `consumer/note` is not written `<module>.<task>`",
        "`producer/produced` to `consumer.note`: `consumer.note` is not written `<module>/<event>`",
        "`speaker/said` to `consumer.noet`: unknown task `consumer.noet`; did you mean `consumer.note`?",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_connection_of_a_module_of_an_unknown_type_is_not_refused_as_well() {
    let text = "
looselycoupled:
  modules: { press: Pres }
  connections: [ { from: press/printed, to: consumer.note }, { from: speaker/said, to: press.print } ]
";
    let told = faults(builder(&Consumer::default()).config(config(text))).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("no module type `Pres` is registered"), "{told:#?}");
}

#[tokio::test]
async fn of_very_many_wrong_connections_the_rest_are_counted() {
    let wires = (0..1_000).map(|number| Wire::new("speaker/said", &format!("nobody{number}.note")));
    let told = faults(builder(&Consumer::default()).connect_all(wires)).await;
    assert_eq!(told.len(), 101);
    assert_eq!(told[100], "… and 900 more connections that cannot be made");
}
