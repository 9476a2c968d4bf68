//! Modules that somebody else puts on a loop than who adds them.

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, LoopOptions};

use super::{Bell, Reader, Wide, config, fault, faults};

/// Exists without being listed.
#[derive(Debug, Default)]
struct Gong;

#[module(name = "gong")]
impl Gong {}

fn with(text: &str) -> AppBuilder {
    App::builder().module("bell", Bell).module("reader", Reader::default()).config(config(text))
}

async fn on_bus(builder: AppBuilder) -> Vec<String> {
    let app = builder.start().await.unwrap();
    let modules = app.handle().event_loop("bus").unwrap().statistics().modules;
    modules.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_file_puts_modules_on_a_loop_wherever_they_were_added() {
    let text = "looselycoupled:\n  modules: { other: Bell }\n  loops: { bus: { modules: [bell, gong, other], fairness: 8 } }\n";
    assert_eq!(on_bus(with(text)).await, ["bell", "other", "gong"]);
}

#[tokio::test]
async fn code_moves_what_code_a_file_or_an_attribute_added() {
    let text = "looselycoupled: { modules: { other: { type: Bell, loop: there } } }";
    let builder =
        with(text).module_on("there", "third", Bell).event_loop("bus", LoopOptions::new().fairness(8));
    let moved = ["bell", "other", "third", "gong"];
    let builder = moved.into_iter().fold(builder, |builder, module| builder.move_module(module, "bus"));
    assert_eq!(on_bus(builder).await, ["bell", "third", "other", "gong"]);
}

#[tokio::test]
async fn a_module_is_on_one_loop() {
    let text = "looselycoupled: { loops: { io: { modules: [bell] }, bus: { modules: [reader, bell] } } }";
    let expected = "\
module `bell` is to be on loop `io`, but is on loop `bus`
 --> home.yaml:1:44
  |
1 | looselycoupled: { loops: { io: { modules: [bell] }, bus: { modules: [reader, bell] } } }
  |                                            ^^^^";
    assert_eq!(faults(with(text)).await, [expected]);
    let text = "looselycoupled: { loops: { io: { modules: [bell] } } }";
    let message = fault(with(text).move_module("bell", "bus")).await;
    assert!(message.starts_with("module `bell` is to be on loop `io`, but is on loop `bus`\n"), "{message}");
}

#[tokio::test]
async fn a_module_that_does_not_exist_is_moved_nowhere() {
    let text = "looselycoupled: { loops: { bus: { modules: [bel] } } }";
    let message = fault(with(text)).await;
    assert!(
        message.starts_with("module `bel` is to be on loop `bus`, but does not exist\n --> home.yaml:1:"),
        "{message}"
    );
    assert!(message.ends_with("did you mean `bell`?"), "{message}");
    let message = fault(with("").move_module("bel", "bus")).await;
    assert_eq!(message, "module `bel` is moved to loop `bus`, but does not exist; did you mean `bell`?");
}

#[tokio::test]
async fn who_cannot_be_on_a_shared_loop_is_not_moved_there() {
    let text = "looselycoupled: { loops: { bus: { modules: [wide, bell] } } }";
    let message = fault(with(text).module("wide", Wide::default())).await;
    assert!(
        message.starts_with("module `wide` is on the shared loop `bus`, but `Wide` is concurrent"),
        "{message}"
    );
    assert!(message.contains("--> home.yaml:1:"), "{message}");
}
