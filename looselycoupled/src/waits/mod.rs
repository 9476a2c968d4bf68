//! Who waits for whom, so that a call that would wait for itself fails at once.
//!
//! Parties wait for parties. A caller that began a handler directly is known to the loop of that handler and costs
//! no entry here; whoever waits in line is in the [`table`]. The [`search`] joins both, and only a wait that is about
//! to begin in line starts one: a circle cannot close in any other way.

mod party;
mod path;
mod search;
mod table;
mod visits;

pub(crate) use party::{Caller, LoopId, Party};
pub use path::CallPath;
pub(crate) use table::{Edge, Loops, Pending, Progress, WaitId, WaitTable};
pub(crate) use visits::{Visit, Visits};
