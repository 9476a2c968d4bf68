//! What came of a call.

pub use crate::reply::RemoteError;
use crate::value::Value;

/// What came of a call that was served in another process; null for a task that was put in line.
pub type Answer = Result<Value, RemoteError>;
