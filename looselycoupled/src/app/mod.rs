//! The application: put together, checked, started, ended.

mod apps;
mod builder;
mod check;
mod code;
mod error;
mod examine;
mod faults;
mod housing;
mod idle;
mod listed;
mod logging;
mod loop_events;
mod loops;
mod main;
mod make;
mod moves;
mod own_section;
mod plan;
mod rehearsal;
mod run;
mod section;
mod settings;
mod shutdown;
mod start;
mod tuning;
mod wiring;

pub use builder::{App, AppBuilder};
pub use code::FaultCode;
pub use error::{AppError, Fault, Late, NotQuiet, StartError};
pub use examine::expect_whole;
pub use logging::log_to_stderr;
pub use main::Main;
pub(crate) use own_section::own_section;
pub use rehearsal::Rehearsal;
