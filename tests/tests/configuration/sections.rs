//! A module reads the section of its name, and a section that nobody can read as it stands is refused.

use looselycoupled::AppBuilder;
use looselycoupled::prelude::*;
use looselycoupled_tests::Scratch;

use super::{Bell, Lamp, LampStub, ReaderStub, config, fault, faults, lamp, reader};

/// The bell is listed, so that nobody has looked at its section before.
fn bell(text: &str) -> AppBuilder {
    App::builder().config(config(&format!("{text}looselycoupled: {{ modules: {{ bell: Bell }} }}\n")))
}

#[tokio::test]
async fn an_instance_reads_the_section_of_its_name_by_type() {
    let text = "hall: { max_level: 80, colours: [red, on], fading: on }\nattic: { max_level: 20 }\n";
    let app = lamp(text).module("attic", Lamp).start().await.unwrap();
    let hall: LampStub = app.handle().stub("hall").unwrap();
    let attic: LampStub = app.handle().stub("attic").unwrap();
    assert_eq!((hall.max_level().await.unwrap(), attic.max_level().await.unwrap()), (80, 20));
    assert_eq!(hall.colours().await.unwrap(), ["red", "on"]);
    assert!(hall.fading().await.unwrap());
}

#[tokio::test]
async fn a_typed_section_keeps_what_it_had_at_the_start() {
    let app = lamp("hall: { max_level: 80 }").start().await.unwrap();
    app.handle().with_config(|config| config.set("hall.max_level", 20)).unwrap();
    let stub: LampStub = app.handle().stub("hall").unwrap();
    assert_eq!(stub.max_level().await.unwrap(), 80);
    let changed: Option<u8> = app.handle().with_config(|config| config.get("hall.max_level")).unwrap();
    assert_eq!(changed, Some(20));
}

#[tokio::test]
async fn single_settings_are_read_below_the_own_section() {
    let (builder, _) = reader("reader: { lines: { 3: 17, door: front }, list: [5, 6] }");
    let app = builder.start().await.unwrap();
    let stub: ReaderStub = app.handle().stub("reader").unwrap();
    assert_eq!(stub.number("lines.3".into()).await.unwrap(), Some(17));
    assert_eq!(stub.number("list.1".into()).await.unwrap(), Some(6));
    assert_eq!(stub.text("lines.door".into()).await.unwrap().as_deref(), Some("front"));
    assert_eq!(stub.number("lines.4".into()).await.unwrap(), None);
    let wrong = stub.number("lines.door".into()).await.unwrap_err().to_string();
    assert!(wrong.contains("`reader.lines.door` must be"), "{wrong}");
    assert!(wrong.contains("home.yaml:1:"), "{wrong}");
}

#[tokio::test]
async fn an_unknown_key_is_refused_with_its_line_and_the_nearest() {
    let message = fault(lamp("hall:\n  max_level: 80\n  colurs: [red]\n")).await;
    assert!(message.contains("unknown key `colurs` in section `hall`"), "{message}");
    assert!(message.contains("home.yaml:3:3"), "{message}");
    assert!(message.contains("did you mean `colours`?"), "{message}");
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused_with_its_line() {
    let message = fault(lamp("hall:\n  max_level: bright\n")).await;
    assert!(message.contains("`hall.max_level` must be"), "{message}");
    assert!(message.contains("home.yaml:2:14"), "{message}");
}

#[tokio::test]
async fn a_missing_key_is_refused_with_its_section() {
    let message = fault(lamp("hall:\n  fading: true\n")).await;
    assert!(message.contains("missing key `max_level` in section `hall`"), "{message}");
    assert!(message.contains("home.yaml:"), "{message}");
}

#[tokio::test]
async fn all_wrong_values_of_a_section_are_told_at_once() {
    let faults = faults(lamp("hall:\n  max_level: bright\n  colours: [red, {}]\n  fading: maybe\n")).await;
    let starts = ["`hall.max_level` must be", "`hall.colours.1` must be", "`hall.fading` must be"];
    assert_eq!(faults.len(), starts.len(), "{faults:#?}");
    for (fault, start) in faults.iter().zip(starts) {
        assert!(fault.starts_with(start) && fault.contains("--> home.yaml:"), "{fault}");
    }
}

#[tokio::test]
async fn a_section_that_belongs_to_no_module_is_refused_with_the_nearest() {
    let message = fault(lamp("hall: { max_level: 1 }\nhal: { max_level: 2 }\n")).await;
    let expected = "\
section `hal` belongs to no module
 --> home.yaml:2:1
  |
2 | hal: { max_level: 2 }
  | ^^^ did you mean `hall`?";
    assert_eq!(message, expected);
    let message = fault(lamp("hall: { max_level: 1 }\ngarage: {}\n")).await;
    let expected = "\
section `garage` belongs to no module
 --> home.yaml:2:1
  |
2 | garage: {}
  | ^^^^^^ sections are named like module instances; one for notes and anchors is called `x-…`";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn what_a_misspelt_section_would_give_is_not_missed_as_well() {
    let message = fault(lamp("hal: { max_level: 80 }\n")).await;
    assert!(message.starts_with("section `hal` belongs to no module\n --> home.yaml:1:1"), "{message}");
    assert!(message.ends_with("did you mean `hall`?"), "{message}");
    // What does not follow from that is told.
    let both = faults(lamp("hal: { max_level: 80 }\n").module("attic", Lamp)).await;
    assert_eq!(both.len(), 2, "{both:#?}");
    assert!(both[1].starts_with("missing key `max_level` in section `attic`"), "{both:#?}");
    let garage = faults(lamp("garage: { max_level: 80 }\n")).await;
    assert_eq!(garage.len(), 2, "{garage:#?}");
    let own = faults(lamp("hal: { max_level: 80 }\nhall: {}\n")).await;
    assert_eq!(own.len(), 2, "{own:#?}");
}

#[tokio::test]
async fn a_section_that_its_module_does_not_read_is_refused_with_its_keys() {
    let expected = "\
nobody reads section `bell`: `Bell` has no configuration for `volume` (line 2), `tune` (line 3)
 --> home.yaml:1:1
  |
1 | bell:
  | ^^^^ write `#[module(config = BellConfig)]`, with a struct that has these keys as fields";
    assert_eq!(fault(bell("bell:\n  volume: 3\n  tune: { notes: [c, d] }\n")).await, expected);
    let message = fault(bell("bell: loud\n")).await;
    assert!(
        message.starts_with("nobody reads section `bell`: `Bell` has no configuration for its value"),
        "{message}"
    );
}

#[tokio::test]
async fn code_may_read_a_section_for_the_module_that_it_makes() {
    let text = "bell: { volume: 3 }\n";
    let in_hand = App::builder().module("bell", Bell).config(config(text));
    assert!(in_hand.start().await.is_ok(), "whoever made the bell may have looked");
    let scratch = Scratch::new();
    let file = scratch.file("config.yaml", text);
    let message = fault(App::builder().module("bell", Bell).config_file(&file)).await;
    assert!(
        message.starts_with("nobody reads section `bell`: `Bell` has no configuration for `volume` (line 1)"),
        "{message}"
    );
}

#[tokio::test]
async fn a_section_that_says_nothing_needs_no_reader() {
    for text in ["bell:\n", "bell: {}\n", "bell: null\n", ""] {
        assert!(bell(text).start().await.is_ok(), "{text:?}");
    }
}

#[tokio::test]
async fn sections_for_notes_and_anchors_are_free() {
    let text = "x-common: &common { max_level: 70 }\nhall: *common\n";
    let app = lamp(text).start().await.unwrap();
    assert_eq!(app.handle().stub::<LampStub>("hall").unwrap().max_level().await.unwrap(), 70);
}
