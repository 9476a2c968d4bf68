//! Sending later, once or again and again.

mod departures;
mod later;
mod tasks;
mod timer;

pub use later::Later;
pub(crate) use later::Way;
pub use tasks::Delayed;
pub use timer::{Timer, TimerId, TimerInfo};
