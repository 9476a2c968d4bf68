//! The names of modules, loops, tasks and events, and how they are written, matched and corrected.

pub(crate) mod constant;
mod known;
mod name;
mod nearest;
mod pattern;
mod quoted;
mod task;

pub use known::Known;
pub use name::{NameError, NameKind, event_name, loop_name, module_name, task_name};
pub use nearest::{hint, nearest};
pub use pattern::EventPattern;
pub use quoted::quoted;
pub use task::split;
