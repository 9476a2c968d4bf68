//! An application with the lines of the chip.

use std::time::Duration;

use looselycoupled::EventStream;
use looselycoupled::config::Config;
use looselycoupled::modules::gpio::{ChangedGpioInput, GpioStub, OutputState};
use looselycoupled::prelude::*;

/// Longer than anything takes in an emulated machine beside other work.
pub const LONGEST: Duration = Duration::from_secs(20);

/// Somebody who can be asked whether the application still lives.
#[derive(Debug, Default)]
struct Neighbour;

#[module]
impl Neighbour {
    #[task]
    fn is_there(&self) -> bool {
        true
    }
}

/// An application with a GPIO module, a module for its buttons, and a neighbour.
pub struct House {
    pub app: App,
    pub gpio: GpioStub,
    changes: EventStream,
}

impl House {
    /// Starts one with a section `gpio` of these lines of YAML, beside the driver's. The button `door` pulls its line low.
    pub async fn start(driver: &str, section: &str) -> Self {
        Self::with_policy("report", driver, section).await
    }

    /// Starts one whose GPIO module has a policy of its own.
    pub async fn with_policy(policy: &str, driver: &str, section: &str) -> Self {
        let gpio: String = section.lines().map(|line| format!("  {line}\n")).collect();
        let text = format!(
            "looselycoupled:\n  modules:\n    gpio: {{ type: Gpio, policy: {policy} }}\n    click: Click\n\
             click: {{ inverted: [door], hold: 2s }}\ngpio:\n  driver: {driver}\n{gpio}"
        );
        let config = Config::parse(&text, "house.yaml").unwrap();
        let app = App::builder().config(config).module("neighbour", Neighbour).start().await;
        let app = app.unwrap_or_else(|error| panic!("{}\n{text}", told(&error)));
        let changes = app.handle().subscribe("changed_gpio_input");
        let gpio = app.handle().stub("gpio").unwrap();
        Self { app, gpio, changes }
    }

    pub async fn set(&self, line: &str, state: OutputState) -> OutputState {
        self.gpio.set_output_state(line.into(), state).await.unwrap()
    }

    /// The next change of an input.
    pub async fn change(&mut self) -> ChangedGpioInput {
        let next = tokio::time::timeout(LONGEST, self.changes.next()).await;
        read(&next.expect("an input changes").expect("the application lives"))
    }

    /// The changes that come until none has come for so long.
    pub async fn changes_until_quiet(&mut self, quiet: Duration) -> Vec<ChangedGpioInput> {
        let mut changes = Vec::new();
        while let Ok(Some(change)) = tokio::time::timeout(quiet, self.changes.next()).await {
            changes.push(read(&change));
        }
        changes
    }

    /// With what the module answers that cannot work.
    pub async fn answers_with(&self) -> String {
        let answer = self.gpio.set_output_state("lamp".into(), OutputState::On).await;
        told(&answer.expect_err("the module cannot work"))
    }

    /// Everything else works, whatever became of the GPIO module.
    pub async fn must_live(&self) {
        let there: bool =
            self.app.handle().exec_task("neighbour.is_there", args! {}).await.unwrap().get().unwrap();
        assert!(there);
    }

    /// Ends it, which must succeed.
    pub async fn end(self) {
        let Self { app, changes, gpio } = self;
        drop((changes, gpio));
        app.shutdown().await.unwrap_or_else(|error| panic!("{}", told(&error)));
    }
}

fn read(change: &EventRecord) -> ChangedGpioInput {
    assert!(change.gap().is_none(), "the reader keeps pace");
    change.typed::<ChangedGpioInput>().expect("it is typed").clone()
}

/// An error with its causes.
pub fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Waits until something is so, asking again and again.
pub async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONGEST, asking).await.expect("it does not come to be");
}
