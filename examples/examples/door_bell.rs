//! A door bell: what a button does on a GPIO line, short, twice, or long. The line is simulated, and so is whoever pushes.

use looselycoupled::config::Config;
use looselycoupled::modules::click::{DoubleClick, PushedLong, PushedShort};
use looselycoupled::modules::gpio::GpioStub;
use looselycoupled::prelude::*;
use tokio::time::sleep;

const CONFIG: &str = "
    looselycoupled: { modules: { gpio: Gpio, click: Click, bell: Bell } }
    gpio: { driver: simulator, inputs: { button: { line: 22, active_low: true } } }
    click: { short: 2s, double_click: 1s }
";

#[derive(Default)]
struct Bell;

#[module]
impl Bell {
    #[on_event(PushedShort)]
    fn ring(&mut self, _push: &PushedShort) {
        println!("ding dong");
    }

    #[on_event(DoubleClick)]
    fn open(&mut self, _push: &DoubleClick) {
        println!("it is somebody who knows the sign: the door opens");
    }

    #[on_event(PushedLong)]
    fn complain(&mut self, _push: &PushedLong) {
        println!("the button is stuck, or it is urgent");
    }
}

/// Pushes the button for so many milliseconds.
async fn push(gpio: &GpioStub, milliseconds: u64) -> Result<()> {
    gpio.simulate_input("button".into(), true).await?;
    sleep(Duration::from_millis(milliseconds)).await;
    gpio.simulate_input("button".into(), false).await?;
    sleep(Duration::from_millis(100)).await;
    Ok(())
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().config(Config::parse(CONFIG, "door_bell")?).start().await?;
    let gpio: GpioStub = app.handle().stub("gpio")?;
    for milliseconds in [100, 100, 2500] {
        push(&gpio, milliseconds).await?;
    }
    app.quiesce().await;
    Ok(app.shutdown().await?)
}
