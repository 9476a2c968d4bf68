//! What follows from a failure: who hears of it, and whether the module is made again or the application ends.

mod budget;
mod hooks;
mod job;
mod policy;
mod renewal;
mod report;
mod seat;

pub(crate) use hooks::{RunHooks, Running, cause, push_idle, run_alone};
pub use policy::{Policy, Restart};
pub(crate) use report::{Rule, Supervisor};
