//! What follows from a failure: who hears of it, and whether the module is made again or the application ends;
//! and who is named although nothing has failed yet.

mod arrival;
mod budget;
mod hooks;
mod job;
mod policy;
mod renewal;
mod report;
mod seat;
mod watchdog;

pub(crate) use arrival::{arrive, reserve};
pub(crate) use hooks::{RunHooks, Running, cause, push_idle, run_alone};
pub use policy::{Policy, Restart};
pub(crate) use report::{Rule, Supervisor};
pub(crate) use watchdog::Watchdog;
