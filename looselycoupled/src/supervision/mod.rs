//! What follows from a failure: who hears of it, and whether the application goes on.

mod policy;
mod report;

pub use policy::Policy;
pub(crate) use report::Supervisor;
