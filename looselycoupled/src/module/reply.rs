//! What a call by name brings back.

use serde::de::DeserializeOwned;

use super::TaskInfo;
use crate::value::{DecodeError, Value};

/// The result of a task that was called by name.
#[derive(Debug, Clone)]
pub struct Reply {
    value: Value,
    /// For messages. The instance is not known here: its name would have to be counted or copied with each reply.
    task: Option<&'static TaskInfo>,
}

/// Replies are equal if their values are.
impl PartialEq for Reply {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Reply {
    pub(crate) const fn new(value: Value, task: &'static TaskInfo) -> Self {
        Self { value, task: Some(task) }
    }

    /// From a module in another process, of which nothing is known.
    pub(crate) const fn from_elsewhere(value: Value) -> Self {
        Self { value, task: None }
    }

    /// The result as a Rust value.
    ///
    /// # Errors
    ///
    /// The result is not of this type; the error says of which task it is, what was expected and what was found.
    #[inline]
    pub fn get<T: FromReply>(self) -> Result<T, DecodeError> {
        let Self { value, task } = self;
        value.decode().map_err(|error| match task {
            Some(task) => of_task(error, task),
            None => error,
        })
    }

    /// The result as it came.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The result as it came.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.value
    }
}

#[cold]
fn of_task(error: DecodeError, task: &TaskInfo) -> DecodeError {
    let TaskInfo { name, result, location, .. } = task;
    error.with_origin(format!("the result of `{name}`, a `{result}` ({location})"))
}

/// What a reply can be read as: everything that is `DeserializeOwned`.
#[diagnostic::on_unimplemented(
    message = "a reply cannot be read as `{Self}`",
    label = "say what it is: `let level: u8 = …`, or `.get::<u8>()`",
    note = "a type of your own derives `Serialize` and `Deserialize`"
)]
pub trait FromReply: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> FromReply for T {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::CallError;

    #[test]
    fn what_is_kept_for_messages_makes_no_result_of_a_call_larger() {
        assert_eq!(size_of::<Result<Reply, CallError>>(), size_of::<Result<Value, CallError>>());
        // Of the variants, `WrongType` decides; what names a full queue is boxed.
        assert_eq!(size_of::<CallError>(), 7 * size_of::<usize>());
    }
}
