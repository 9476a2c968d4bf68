//! Inputs and outputs of a Linux GPIO chip.
//!
//! ```
//! use looselycoupled::modules::gpio::{ChangedGpioInput, Gpio, GpioStub, OutputState};
//! use looselycoupled::prelude::*;
//!
//! /// Blinks for as long as somebody moves.
//! #[derive(Default)]
//! struct Watchman;
//!
//! #[module]
//! impl Watchman {
//!     #[on_event(ChangedGpioInput)]
//!     async fn look(&mut self, ctx: &Context, input: &ChangedGpioInput) -> Result<()> {
//!         let state = if input.rising_edge { OutputState::BlinkFast } else { OutputState::Off };
//!         ctx.stub::<GpioStub>("gpio")?.set_output_state("lamp".into(), state).await?;
//!         Ok(())
//!     }
//! }
//!
//! const CONFIG: &str = "
//!     gpio:
//!       driver: simulator                              # without it: the chip of this machine
//!       inputs: { motion: { line: 17, bias: pull_down } }
//!       outputs: { lamp: 4 }
//! ";
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = looselycoupled::config::Config::parse(CONFIG, "config.yaml")?;
//! let app = App::builder()
//!     .config(config)
//!     .module_with("gpio", Gpio::default)
//!     .module("watchman", Watchman)
//!     .start()
//!     .await?;
//! let gpio: GpioStub = app.handle().stub("gpio")?;
//! let seen = app.handle().wait_for::<ChangedGpioInput>();
//! gpio.simulate_input("motion".into(), true).await?;
//! assert!(seen.await?.rising_edge);
//! app.quiesce().await;
//! assert_eq!(gpio.get_output_state("lamp".into()).await?, OutputState::BlinkFast);
//! app.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A file lists it as `modules: { gpio: { type: Gpio, policy: restart } }`; [`GpioConfig`] shows its section. Several chips are several
//! instances.

mod bank;
mod config;
mod driver;
mod error;
mod event;
mod line;
mod module;
mod outputs;
mod plan;
mod state;

pub use config::{Bias, Driver, Edges, GpioConfig, InputConfig, OutputConfig};
pub use error::GpioError;
pub use event::ChangedGpioInput;
pub use line::{Direction, Line, LineInfo};
pub use module::{Gpio, GpioStub};
pub use state::OutputState;
