//! Outputs that are set, by whoever knows their name.

use looselycoupled::modules::gpio::OutputState::{BlinkSlow, Off, On};
use looselycoupled::modules::gpio::{Direction, GpioError, LineInfo};
use looselycoupled::prelude::*;

use crate::{house, is_active, set};

#[looselycoupled::test]
async fn an_output_is_set_and_tells_what_it_did_before() {
    let (_app, gpio) = house("outputs: { lamp: 4 }").await;
    assert_eq!(set(&gpio, "lamp", On).await, Off);
    assert!(is_active(&gpio, "lamp").await);
    assert_eq!(gpio.get_output_state("lamp".into()).await.unwrap(), On);
    assert_eq!(set(&gpio, "lamp", Off).await, On);
    assert!(!is_active(&gpio, "lamp").await);
}

#[looselycoupled::test]
async fn toggling_knows_on_and_off_and_ends_blinking() {
    let (_app, gpio) = house("outputs: { lamp: 4 }").await;
    assert_eq!(gpio.toggle_output_state("lamp".into()).await.unwrap(), On);
    assert_eq!(gpio.toggle_output_state("lamp".into()).await.unwrap(), Off);
    set(&gpio, "lamp", BlinkSlow).await;
    assert_eq!(gpio.toggle_output_state("lamp".into()).await.unwrap(), Off);
}

#[looselycoupled::test]
async fn lines_are_called_by_name_or_number_from_everywhere() {
    let (app, gpio) = house("outputs: { lamp: 4 }").await;
    app.exec_task("gpio.set_output_state", args! { line: "lamp", state: "blink_slow" }).await.unwrap();
    assert_eq!(gpio.get_output_state(4.into()).await.unwrap(), BlinkSlow);
    app.exec_task("gpio.set_output_state", args! { line: 4, state: "off" }).await.unwrap();
    assert_eq!(gpio.get_output_state("4".into()).await.unwrap(), Off, "digits are a number");
}

#[looselycoupled::test]
async fn a_line_that_nobody_configured_is_answered_with_those_that_are() {
    let (_app, gpio) = house("outputs: { lamp: 4 }, inputs: { door: 22 }").await;
    let error = gpio.set_output_state("lmap".into(), On).await.unwrap_err();
    assert_eq!(error.to_string(), "no line `lmap` is configured; there are `door` (22), `lamp` (4)");
    let Err(CallError::Failed(GpioError::UnknownLine { .. })) = gpio.get_output_state(5.into()).await else {
        panic!("5 is no line");
    };
}

#[looselycoupled::test]
async fn inputs_are_not_set_and_outputs_not_read() {
    let (_app, gpio) = house("outputs: { lamp: 4 }, inputs: { door: 22 }").await;
    let error = gpio.set_output_state("door".into(), On).await.unwrap_err();
    assert_eq!(error.to_string(), "line `door` is an input, so nothing can be set there");
    let error = gpio.get_input("lamp".into()).await.unwrap_err();
    assert_eq!(error.to_string(), "line `lamp` is an output; `get_output_state` tells what it does");
}

#[looselycoupled::test]
async fn all_lines_are_listed_with_what_they_do() {
    let (_app, gpio) =
        house("outputs: { lamp: { line: 4, initial: on }, LEAK: {} }, inputs: { door: 0 }").await;
    let lines = gpio.lines().await.unwrap();
    let told = |line: &LineInfo| (line.name.clone(), line.line, line.direction, line.active, line.state);
    assert_eq!(
        lines.iter().map(told).collect::<Vec<_>>(),
        [
            ("door".to_owned(), 0, Direction::Input, true, None),
            // A simulated line that only has a name gets a free number.
            ("LEAK".to_owned(), 1, Direction::Output, false, Some(Off)),
            ("lamp".to_owned(), 4, Direction::Output, true, Some(On)),
        ]
    );
}
