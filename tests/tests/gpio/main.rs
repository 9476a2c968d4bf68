//! The GPIO module without a device; with one, the package `looselycoupled-gpio-tests` tests it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails fails its test")]

mod configuration;
mod inputs;
mod outputs;
mod rhythms;
mod trouble;

use looselycoupled::modules::gpio::{Gpio, GpioStub, OutputState};
use looselycoupled::prelude::*;

/// A simulated chip with this section, beside nobody else.
async fn house(section: &str) -> (TestApp, GpioStub) {
    let text = format!("gpio: {{ driver: simulator, {section} }}");
    let config = looselycoupled::config::Config::parse(&text, "config.yaml").unwrap();
    let app = TestApp::new().module_with("gpio", Gpio::default).with(|app| app.config(config)).start().await;
    let gpio = app.stub::<GpioStub>("gpio").unwrap();
    (app, gpio)
}

/// Whether a line is active.
async fn is_active(gpio: &GpioStub, name: &str) -> bool {
    let lines = gpio.lines().await.unwrap();
    lines.iter().find(|line| line.name == name).unwrap().active
}

async fn set(gpio: &GpioStub, line: &str, state: OutputState) -> OutputState {
    gpio.set_output_state(line.into(), state).await.unwrap()
}
