//! What cannot be opened is told with its cause, and harms nobody else.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use gpiocdev::line::Value;
use gpiocdev::request::Request;

use crate::bench::{Bench, LAMP, NOBODY, is_nobody};
use crate::by_each_driver;
use crate::house::House;

/// Starts a house that cannot work, and returns why.
async fn trouble(driver: &str, chip: &str, lines: &str) -> String {
    let house = House::start(driver, &format!("chip: {chip}\n{lines}")).await;
    let told = house.answers_with().await;
    house.must_live().await;
    assert_eq!(house.answers_with().await, told, "it stays so");
    house.end().await;
    told
}

async fn a_line_that_somebody_else_has_is_named(bench: Bench, driver: &str) {
    for consumer in ["kettle", "looselycoupled"] {
        let mut request = Request::builder();
        let other =
            request.on_chip(bench.chip()).with_consumer(consumer).with_line(LAMP).as_output(Value::Active);
        let other = other.request().unwrap();
        let told =
            trouble(driver, &bench.chip(), "outputs: { fan: FAN, lamp: LAMP }\ninputs: { door: DOOR }").await;
        assert!(told.contains("`lamp`") && told.contains("in use"), "{told}");
        assert!(told.contains(consumer), "{told}");
        assert!(bench.high(LAMP), "who has it keeps it");
        drop(other);
    }
}

async fn an_input_that_somebody_else_has_is_named(bench: Bench, driver: &str) {
    let other =
        Request::builder().on_chip(bench.chip()).with_consumer("kettle").with_line(4).as_input().request();
    let told = trouble(driver, &bench.chip(), "outputs: { lamp: LAMP }\ninputs: { motion: MOTION }").await;
    assert!(told.contains("`motion`") && told.contains("kettle"), "{told}");
    assert!(bench.is_free(LAMP), "what could be had is given back");
    drop(other.unwrap());
}

async fn a_line_that_the_chip_does_not_have_is_named_with_what_was_meant(bench: Bench, driver: &str) {
    let told = trouble(driver, &bench.chip(), "outputs: { lamp: LAMB }").await;
    assert!(told.contains("LAMB") && told.contains("LAMP"), "{told}");
    let told = trouble(driver, &bench.chip(), "outputs: { lamp: 8 }").await;
    assert!(told.contains("`8`") && told.contains("it has 8"), "{told}");
}

async fn a_chip_that_is_not_there_is_named_with_those_that_are(bench: Bench, driver: &str) {
    let told = trouble(driver, "/dev/gpiochip77", "outputs: { lamp: LAMP }").await;
    assert!(told.contains("/dev/gpiochip77") && told.contains(&bench.chip()), "{told}");
}

async fn a_chip_is_found_by_its_name_and_by_its_label(bench: Bench, driver: &str) {
    for chip in [bench.chip().trim_start_matches("/dev/").to_owned(), bench.label()] {
        let house = House::start(driver, &format!("chip: {chip}\noutputs: {{ lamp: LAMP }}")).await;
        house.set("lamp", looselycoupled::modules::gpio::OutputState::On).await;
        assert!(bench.high(LAMP));
        house.end().await;
    }
}

async fn a_device_that_belongs_to_others_is_named_with_the_way_out(bench: Bench, driver: &str) {
    if is_nobody() {
        let told = trouble(driver, &bench.chip(), "outputs: { lamp: LAMP }").await;
        assert!(
            told.contains("permission") && told.contains(&bench.chip()) && told.contains("group"),
            "{told}"
        );
        return;
    }
    // The same test once more, by somebody who is nobody here.
    let test = std::thread::current().name().unwrap().to_owned();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", &test])
        .env(NOBODY, "1")
        .uid(65534)
        .gid(65534)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

by_each_driver! {
    a_line_that_somebody_else_has_is_named
    an_input_that_somebody_else_has_is_named
    a_line_that_the_chip_does_not_have_is_named_with_what_was_meant
    a_chip_that_is_not_there_is_named_with_those_that_are
    a_chip_is_found_by_its_name_and_by_its_label
    a_device_that_belongs_to_others_is_named_with_the_way_out
}
