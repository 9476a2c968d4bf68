//! A device that goes while it is in use, and comes back.

use std::time::Duration;

use looselycoupled::modules::gpio::OutputState::{BlinkVeryFast, Off, On};
use tokio::time::timeout;

use crate::bench::{Bench, DOOR, LAMP};
use crate::by_each_driver;
use crate::house::{House, LONGEST, until};

const LINES: &str =
    "outputs: { lamp: LAMP }\ninputs: { door: { line: DOOR, bias: pull_down, debounce: 0ms } }";
/// Patient enough for a device that is away for some seconds.
const PATIENT: &str = "{ restart: { budget: 1000, within: 1m, first_delay: 50ms, longest_delay: 200ms } }";

async fn every_task_answers_with_the_cause_once_the_device_is_gone(bench: Bench, driver: &str) {
    let house = House::start(driver, &format!("chip: {}\n{LINES}", bench.label())).await;
    house.set("lamp", On).await;
    bench.unplug();
    let told = house.answers_with().await;
    assert!(told.contains("gone") && told.contains(&bench.label()), "{told}");
    let asked = house.gpio.get_input("door".into()).await;
    assert!(asked.is_err(), "a level from a device that is gone is no level");
    assert!(house.gpio.get_output_state("lamp".into()).await.is_err());
    house.must_live().await;
    house.end().await;
}

async fn a_device_that_goes_unused_is_noticed(bench: Bench, driver: &str) {
    let house = House::start(driver, &format!("chip: {}\n{LINES}", bench.label())).await;
    let mut exceptions = house.app.handle().subscribe("exception");
    bench.unplug();
    // Nobody calls; the inputs are silent, as they may well be.
    let told = timeout(LONGEST, exceptions.next()).await.expect("somebody notices").unwrap();
    assert_eq!(told.field::<String>("module").unwrap(), "gpio");
    let causes =
        format!("{} {:?}", told.field::<String>("message").unwrap(), told.field::<Vec<String>>("causes"));
    assert!(causes.contains("gone"), "{causes}");
    house.end().await;
}

async fn under_restart_the_module_works_again_when_the_device_is_back(mut bench: Bench, driver: &str) {
    let mut house = House::with_policy(PATIENT, driver, &format!("chip: {}\n{LINES}", bench.label())).await;
    for _ in 0..2 {
        house.set("lamp", BlinkVeryFast).await;
        bench.pull(DOOR, true);
        assert!(house.change().await.rising_edge);
        bench.unplug();
        let handle = house.app.handle();
        until(async || handle.statistics().module("gpio").unwrap().restarts >= 3).await;
        house.must_live().await;

        bench.plug();
        until(async || house.gpio.get_output_state("lamp".into()).await.is_ok_and(|state| state == Off))
            .await;
        house.set("lamp", On).await;
        assert!(bench.high(LAMP));
        house.changes_until_quiet(Duration::from_millis(100)).await;
        bench.pull(DOOR, true);
        let change = house.change().await;
        assert_eq!((change.line_seq, change.rising_edge), (1, true), "it counts anew");
        bench.pull(DOOR, false);
        assert!(!house.change().await.rising_edge);
    }
    house.end().await;
}

async fn under_restart_an_application_starts_before_its_device(mut bench: Bench, driver: &str) {
    let label = bench.label();
    bench.unplug();
    let house = House::with_policy(PATIENT, driver, &format!("chip: {label}\n{LINES}")).await;
    house.must_live().await;
    bench.plug();
    until(async || house.gpio.set_output_state("lamp".into(), On).await.is_ok()).await;
    assert!(bench.high(LAMP));
    house.end().await;
}

by_each_driver! {
    every_task_answers_with_the_cause_once_the_device_is_gone
    a_device_that_goes_unused_is_noticed
    under_restart_the_module_works_again_when_the_device_is_back
    under_restart_an_application_starts_before_its_device
}
