//! Outputs of a GPIO chip that blink together. Simulated; `-- auto` takes lines 17 and 27 of the chip of this machine.

use looselycoupled::config::Config;
use looselycoupled::modules::gpio::{Gpio, GpioStub, OutputState};
use looselycoupled::prelude::*;
use tokio::time::{Instant, sleep, sleep_until};

const CONFIG: &str = "gpio: { outputs: { red: 17, green: 27 } }";

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let driver = std::env::args().nth(1).unwrap_or_else(|| "simulator".to_owned());
    let mut config = Config::parse(CONFIG, "gpio_blink")?;
    config.set("gpio.driver", driver)?;

    let start = Instant::now();
    let app =
        App::builder().config(config).log_to_stderr().module_with("gpio", Gpio::default).start().await?;
    let gpio: GpioStub = app.handle().stub("gpio")?;

    // Both follow the same rhythm, whenever they are told to.
    gpio.set_output_state("red".into(), OutputState::BlinkFast).await?;
    sleep(Duration::from_millis(300)).await;
    gpio.set_output_state("green".into(), OutputState::BlinkFast).await?;
    for half in 1..=4 {
        sleep_until(start + half * Duration::from_millis(800) + Duration::from_millis(400)).await;
        let lines = gpio.lines().await?;
        let lit = lines.iter().map(|line| format!("{} {}", line.name, if line.active { "●" } else { "○" }));
        println!("{}", lit.collect::<Vec<_>>().join("   "));
    }

    let before = gpio.set_output_state("green".into(), OutputState::On).await?;
    println!("green was told {before} before");
    println!("red is {} now", gpio.toggle_output_state("red".into()).await?);
    if let Err(error) = gpio.set_output_state("rde".into(), OutputState::On).await {
        println!("{error}");
    }
    Ok(app.shutdown().await?) // and everything is off
}
