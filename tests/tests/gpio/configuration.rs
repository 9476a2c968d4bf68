//! Sections that are not what they should be, and those that are.

use looselycoupled::modules::gpio::{Bias, Driver, Edges, GpioConfig, Line, OutputState};
use looselycoupled::prelude::*;

async fn fault(section: &str) -> String {
    let text = format!("looselycoupled: {{ modules: {{ gpio: Gpio }} }}\ngpio: {{ {section} }}");
    let config = looselycoupled::config::Config::parse(&text, "config.yaml").unwrap();
    App::builder().config(config).start().await.unwrap_err().to_string()
}

#[looselycoupled::test]
async fn mistakes_are_answered_with_their_place_and_what_was_meant() {
    for (section, expected) in [
        ("drivr: auto", "did you mean `driver`?"),
        ("driver: simulater", "did you mean `simulator`?"),
        ("inputs: { door: { line: 22, bais: pull_up } }", "did you mean `bias`?"),
        ("inputs: { door: { line: 22, bias: pull_ap } }", "did you mean `pull_up`?"),
        ("inputs: { door: { line: 22, debounce: fast } }", "a duration such as `250ms`"),
        ("inputs: { door: [22] }", "an offset, the name of a line, or settings such as `{ line: 17 }`"),
        ("outputs: { lamp: { line: -4 } }", "the offset or the name of a line"),
        ("outputs: { lamp: { initial: blinc } }", "did you mean `blink`?"),
    ] {
        let told = fault(section).await;
        assert!(told.contains(expected), "{section}: {told}");
        assert!(told.contains("config.yaml:2"), "{told}");
    }
}

#[looselycoupled::test]
async fn one_line_under_two_names_is_told_when_it_is_used() {
    let (_app, gpio) = crate::house("outputs: { lamp: 4 }, inputs: { door: { line: 4 } }").await;
    let told = gpio.lines().await.unwrap_err().to_string();
    assert!(told.ends_with("line 4 of the GPIO chip `/dev/gpiochip0` is listed as `door` and as `lamp`; the policy `restart` has the module try again"), "{told}");
}

#[test]
fn a_section_says_everything_or_only_the_line() {
    let text = "
gpio:
  driver: gpio-cdev
  chip: pinctrl-rp1
  debounce: 5ms
  inputs: { door: { line: DOOR, bias: pull_down, active_low: true, debounce: 1s, edges: falling }, motion: 17, BUTTON: LEAK }
  outputs: { lamp: { line: 4, active_low: true, initial: blink_slow }, fan: FAN, relay: {} }
";
    let config = looselycoupled::config::Config::parse(text, "config.yaml").unwrap();
    let gpio: GpioConfig = config.section("gpio").read().unwrap();
    assert_eq!(
        (gpio.driver, &*gpio.chip, gpio.debounce),
        (Driver::GpioCdev, "pinctrl-rp1", Duration::from_millis(5))
    );
    let door = &gpio.inputs["door"];
    assert_eq!(
        (&door.line, door.bias, door.edges),
        (&Some(Line::from("DOOR")), Bias::PullDown, Edges::Falling)
    );
    assert_eq!((door.active_low, door.debounce), (true, Some(Duration::from_secs(1))));
    let motion = &gpio.inputs["motion"];
    assert_eq!(
        (&motion.line, motion.bias, motion.edges),
        (&Some(Line::Offset(17)), Bias::PullUp, Edges::Both)
    );
    assert_eq!(gpio.inputs["BUTTON"].line, Some(Line::from("LEAK")));
    let lamp = &gpio.outputs["lamp"];
    assert_eq!(
        (&lamp.line, lamp.active_low, lamp.initial),
        (&Some(Line::Offset(4)), true, OutputState::BlinkSlow)
    );
    assert_eq!((&gpio.outputs["fan"].line, &gpio.outputs["relay"].line), (&Some(Line::from("FAN")), &None));
}

#[looselycoupled::test]
async fn a_name_of_digits_is_that_of_its_own_line_or_refused() {
    let (_app, gpio) = crate::house("outputs: { '5': {}, '6': 6 }").await;
    assert_eq!(gpio.lines().await.unwrap().len(), 2);
    let (_app, gpio) = crate::house("outputs: { '5': 6, '6': 5 }").await;
    let told = gpio.set_output_state("5".into(), OutputState::On).await.unwrap_err().to_string();
    assert!(told.contains("`5` is the name of line 6, but digits are the number of a line"), "{told}");
}

#[looselycoupled::test]
async fn editors_know_the_keys_of_a_section_and_what_they_may_hold() {
    let text = "looselycoupled: { modules: { gpio: Gpio, click: Click } }\ngpio: { driver: simulator }";
    let config = looselycoupled::config::Config::parse(text, "config.yaml").unwrap();
    let app = TestApp::new().with(|app| app.config(config)).start().await;
    let schema: serde_json::Value = serde_json::from_str(&app.describe().to_config_schema()).unwrap();
    let is_valid = |section: serde_json::Value| jsonschema::is_valid(&schema, &section);
    for right in [
        serde_json::json!({ "gpio": { "driver": "gpio-cdev", "debounce": "10ms", "inputs": { "door": 22 } } }),
        serde_json::json!({ "gpio": { "inputs": { "door": { "line": "DOOR", "bias": "pull_up", "active_low": true } } } }),
        serde_json::json!({ "gpio": { "outputs": { "lamp": { "initial": "blink_slow" }, "fan": "FAN" } } }),
        serde_json::json!({ "click": { "inverted": [22, "door"], "hold": "2s" } }),
    ] {
        assert!(is_valid(right.clone()), "{right}");
    }
    for wrong in [
        serde_json::json!({ "gpio": { "drivr": "auto" } }),
        serde_json::json!({ "gpio": { "driver": "wiringpi" } }),
        serde_json::json!({ "gpio": { "inputs": { "door": { "bais": "pull_up" } } } }),
        serde_json::json!({ "gpio": { "outputs": { "lamp": { "initial": "bright" } } } }),
        serde_json::json!({ "click": { "inverted": 22 } }),
    ] {
        assert!(!is_valid(wrong.clone()), "{wrong}");
    }
}
