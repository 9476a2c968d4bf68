//! What modules are told to do with outputs stands on the wires.

use looselycoupled::modules::gpio::OutputState::{Off, On};

use crate::bench::{Bench, FAN, LAMP, RELAY};
use crate::by_each_driver;
use crate::house::{House, told};

const OUTPUTS: &str =
    "outputs:\n  lamp: LAMP\n  fan: { line: FAN, active_low: true }\n  relay: { line: 2, initial: on }";

async fn start(bench: &Bench, driver: &str) -> House {
    House::start(driver, &format!("chip: {}\n{OUTPUTS}", bench.chip())).await
}

async fn an_output_begins_as_its_section_says(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    assert_eq!([LAMP, FAN, RELAY].map(|line| bench.high(line)), [false, true, true]);
    house.end().await;
}

async fn an_output_that_is_set_is_set_on_the_wire(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    assert_eq!(house.set("lamp", On).await, Off);
    assert!(bench.high(LAMP));
    assert_eq!(house.set("fan", On).await, Off);
    assert!(!bench.high(FAN), "what is active when low is low when it is on");
    assert_eq!(house.set("fan", Off).await, On);
    assert!(bench.high(FAN));
    assert_eq!(house.gpio.toggle_output_state("relay".into()).await.unwrap(), Off);
    assert!(!bench.high(RELAY));
    assert_eq!(house.gpio.get_output_state("lamp".into()).await.unwrap(), On);
    assert!(bench.high(LAMP), "the others stay as they are");
    house.end().await;
}

async fn an_output_is_called_by_its_name_or_number(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    house.gpio.set_output_state(LAMP.into(), On).await.unwrap();
    assert_eq!(house.gpio.get_output_state("lamp".into()).await.unwrap(), On);
    let unknown = house.gpio.get_output_state("lump".into()).await.unwrap_err();
    assert!(told(&unknown).contains("lump"), "{unknown}");
    house.end().await;
}

async fn at_the_end_outputs_are_switched_off_and_lines_given_back(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    for output in ["lamp", "fan", "relay"] {
        house.set(output, On).await;
    }
    // A line that nobody holds is as it is pulled, here as if it were still on.
    bench.pull(LAMP, true);
    bench.pull(RELAY, true);
    bench.forget_writes();
    house.end().await;
    let last = [LAMP, FAN, RELAY].map(|line| bench.writes(line).last().map(|write| write.high));
    assert_eq!(last, [Some(false), Some(true), Some(false)], "the kernel was told that they are off");
    assert!([LAMP, FAN, RELAY].iter().all(|line| bench.is_free(*line)));
}

#[tokio::test]
async fn auto_finds_a_way() {
    let Some(bench) = Bench::here().await else { return };
    let house = start(&bench, "auto").await;
    house.set("lamp", On).await;
    assert!(bench.high(LAMP));
    house.end().await;
}

by_each_driver! {
    an_output_begins_as_its_section_says
    an_output_that_is_set_is_set_on_the_wire
    an_output_is_called_by_its_name_or_number
    at_the_end_outputs_are_switched_off_and_lines_given_back
}
