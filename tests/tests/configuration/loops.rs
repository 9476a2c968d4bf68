//! Loops are bounded where there are any, by bounds that leave room, and are called like modules.

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow};

use super::{Bell, Reader, Wide, config, fault, faults, reader};

#[tokio::test]
async fn a_bound_for_a_loop_that_does_not_exist_is_refused_with_the_nearest() {
    let (builder, _) = reader("looselycoupled: { loops: { raeder: { tasks: { capacity: 2 } } } }");
    let expected = "\
loop `raeder` has settings, but no module is on it
 --> home.yaml:1:28
  |
1 | looselycoupled: { loops: { raeder: { tasks: { capacity: 2 } } } }
  |                            ^^^^^^ did you mean `reader`?";
    assert_eq!(fault(builder).await, expected);
    let builder = App::builder().module_on("bus", "reader", Reader::default());
    let message = fault(builder.event_loop("buss", LoopOptions::new())).await;
    assert_eq!(message, "loop `buss` has settings, but no module is on it; did you mean `bus`?");
}

#[tokio::test]
async fn a_bound_of_a_loop_on_which_its_module_is_not_is_refused() {
    let listed = "looselycoupled:\n  modules: { bell: { type: Bell, loop: bus } }\n";
    let text = format!("{listed}  loops: {{ bell: {{ tasks: {{ capacity: 2 }} }} }}\n");
    let message = fault(App::builder().config(config(&text))).await;
    assert!(message.starts_with("loop `bell` has settings, but no module is on it"), "{message}");
    assert!(message.contains("--> home.yaml:3:12"), "{message}");
}

#[tokio::test]
async fn a_limit_of_a_loop_whose_name_has_a_dot_is_refused_with_its_line() {
    let listed = "looselycoupled:\n  modules: { bell: { type: Bell, loop: a.b } }\n";
    let text = format!("{listed}  loops:\n    a.b: {{ concurrency: 2 }}\n");
    let message = faults(App::builder().config(config(&text))).await.remove(1);
    assert!(message.starts_with("loop `a.b` has a limit of overlapping handlers"), "{message}");
    assert!(message.contains("--> home.yaml:4:12"), "{message}");
}

#[tokio::test]
async fn a_bound_that_leaves_no_room_is_refused() {
    let text = "looselycoupled:\n  loops:\n    reader:\n      tasks: { capacity: 0 }\n      events: { capacity: 0 }\n      concurrency: 0\n";
    let faults = faults(reader(text).0).await;
    let keys = [(4, "tasks.capacity"), (5, "events.capacity"), (6, "concurrency")];
    assert_eq!(faults.len(), keys.len(), "{faults:#?}");
    for (fault, (line, key)) in faults.iter().zip(keys) {
        let expected = format!(
            "`looselycoupled.loops.reader.{key}` must be at least 1, found `0`\n --> home.yaml:{line}:"
        );
        assert!(fault.starts_with(&expected), "{fault}");
    }
    let zeros = [("tasks", LoopOptions::new().tasks(0)), ("concurrency", LoopOptions::new().concurrency(0))];
    for (option, options) in zeros {
        let builder = App::builder().module("wide", Wide::default()).event_loop("wide", options);
        let expected = format!("loop `wide` is bounded by `{option}(0)`; a bound must be at least 1");
        assert_eq!(fault(builder).await, expected);
    }
}

#[tokio::test]
async fn an_overflow_that_does_not_exist_is_refused_with_those_there_are() {
    let text = "looselycoupled:\n  loops:\n    reader: { tasks: { overflow: rejct } }\n";
    let message = faults(reader(text).0).await.remove(0);
    assert!(message.contains("must be `wait` or `reject`, found `rejct`"), "{message}");
    assert!(message.contains("did you mean `reject`?"), "{message}");
    let _known = [Overflow::Wait, Overflow::Reject];
}

#[tokio::test]
async fn a_limit_of_overlapping_for_a_sequential_module_is_refused() {
    let (builder, _) = reader("looselycoupled: { loops: { reader: { concurrency: 2 } } }");
    let expected = "\
loop `reader` has a limit of overlapping handlers, but its modules are sequential
 --> home.yaml:1:38
  |
1 | looselycoupled: { loops: { reader: { concurrency: 2 } } }
  |                                      ^^^^^^^^^^^";
    assert_eq!(fault(builder).await, expected);
    let in_code = App::builder().module("reader", Reader::default());
    let message = fault(in_code.event_loop("reader", LoopOptions::new().concurrency(2))).await;
    assert_eq!(message, "loop `reader` has a limit of overlapping handlers, but its modules are sequential");
}

#[tokio::test]
async fn a_loop_is_called_like_a_module() {
    for (name, said) in [
        ("''", "empty loop name; allowed are letters, digits, `_` and `-`"),
        ("a b.ü*", "loop name `a b.ü*` has ` ` as character 2; allowed are letters, digits, `_` and `-`"),
        ("2nd", "loop name `2nd` starts with `2`; it must start with a letter or `_`"),
    ] {
        let text = format!("looselycoupled:\n  modules:\n    bell: {{ type: Bell, loop: {name} }}\n");
        let message = fault(App::builder().config(config(&text))).await;
        let expected = format!("module `bell` has no loop: {said}\n --> home.yaml:3:31\n");
        assert!(message.starts_with(&expected), "{message}");
        let in_code = App::builder().module_on(name.trim_matches('\''), "bell", Bell);
        assert_eq!(fault(in_code).await, format!("module `bell` has no loop: {said}"));
    }
}
