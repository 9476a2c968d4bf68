//! Broadcasting events.

mod trigger;

pub use trigger::Trigger;
pub(crate) use trigger::{BECOMING_IDLE, EXCEPTION, EXIT, publish};
