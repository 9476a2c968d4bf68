//! Broadcasting events.

mod trigger;

pub use trigger::Trigger;
pub(crate) use trigger::{EXIT, publish};
