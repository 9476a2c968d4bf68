//! Pushes of buttons: short, long, double, held.
//!
//! ```
//! use looselycoupled::modules::click::{Click, DoubleClick, PushedShort};
//! use looselycoupled::prelude::*;
//!
//! #[derive(Default)]
//! struct Bell;
//!
//! #[module]
//! impl Bell {
//!     #[on_event(PushedShort)]
//!     fn ring(&mut self, button: &PushedShort) {
//!         println!("somebody is at {:?}", button.line_name);
//!     }
//!
//!     #[on_event(DoubleClick)]
//!     fn open(&mut self, _button: &DoubleClick) {
//!         println!("somebody who knows the sign");
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = looselycoupled::config::Config::parse(
//!     "looselycoupled: { modules: { click: Click } }\nclick: { inverted: [door], hold: 3s }",
//!     "config.yaml",
//! )?;
//! let app = App::builder().config(config).module("bell", Bell).start().await?;
//! let rung = app.handle().wait_for::<PushedShort>();
//! for (line_seq, rising_edge, timestamp_ns) in [(1_u32, false, 0_u64), (2, true, 300_000_000)] {
//!     // As a GPIO module sends them.
//!     let change = args! { line: 22, line_name: "door", line_seq, rising_edge, timestamp_ns };
//!     app.handle().trigger_event("changed_gpio_input", change).await?;
//! }
//! assert_eq!(rung.await?.line_seq, 2);
//! app.shutdown().await?;
//! # Ok(())
//! # }
//! ```

mod button;
mod config;
mod events;
mod module;

pub use config::{ClickConfig, LineName};
pub use events::{DoubleClick, Hold, PushedLong, PushedShort};
pub use module::{Click, ClickStub, HoldTooShort};
