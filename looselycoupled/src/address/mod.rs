//! The names of modules, loops, tasks and events, and how they are written, matched and corrected.

mod name;
mod nearest;
mod pattern;
mod task;

pub use name::{NameError, NameKind, event_name, loop_name, module_name, task_name};
pub use nearest::{hint, nearest};
pub use pattern::EventPattern;
pub use task::split;
