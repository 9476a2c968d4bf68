//! Who waits for whom, so that a call that would wait for itself fails at once.

mod path;
mod table;

pub use path::CallPath;
pub(crate) use table::{Blocked, Edge, NodeId, WaitTable};
