//! From an address and arguments to a running handler.

mod affinity;
mod callee;
mod delayed;
mod delivery;
mod enqueue;
mod fed;
mod improvised;
mod job;
mod mapped;
mod named;
mod sender;
mod start;
mod tables;

pub use callee::Callee;
pub(crate) use callee::{enqueue_task, post_task, start_task};
pub(crate) use delayed::{Post, Supply, delay, delay_named};
pub(crate) use delivery::ByInterface;
use enqueue::enqueue;
pub(crate) use fed::feeding;
pub use improvised::{Answer, Outline};
pub(crate) use improvised::{Improvised, is_improvised};
pub(crate) use job::hook_item;
pub use mapped::infallible;
pub(crate) use named::{enqueue_named, start_named};
pub(crate) use sender::{Request, is_inside_of, made_here};
use start::start;
pub(crate) use start::{begin_wait, departing, not_admitted, prospect};
pub use tables::{NoDefault, Probe, Registration};
