//! Code that blocks: a bounded pool for short bodies, threads for long ones, and a way to wait without a runtime.

mod pool;
mod thread;
mod wait;

pub(crate) use pool::BlockingPool;
pub(crate) use thread::{is_marked, marked};
pub(crate) use wait::wait;
