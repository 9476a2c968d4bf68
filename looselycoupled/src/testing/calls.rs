//! Calls that a spy has taken.

use crate::{Arguments, DecodeError, FromReply, Metadata};

/// A call that a [`Spy`](super::Spy) has taken, or a task that stood in its line.
#[derive(Debug, Clone)]
pub struct SpyCall {
    pub(super) module: String,
    pub(super) task: String,
    pub(super) arguments: Arguments,
    pub(super) metadata: Metadata,
}

impl SpyCall {
    /// The name of the task.
    #[must_use]
    pub fn task(&self) -> &str {
        &self.task
    }

    /// All arguments, in the order in which they were given.
    pub const fn arguments(&self) -> &Arguments {
        &self.arguments
    }

    /// One argument as a Rust value.
    ///
    /// # Errors
    ///
    /// It was not given, or is of another type; the error says what was given.
    pub fn get<T: FromReply>(&self, argument: &str) -> Result<T, DecodeError> {
        let Some(value) = self.arguments.get(argument) else {
            return Err(self.fault(&format!("there is no argument `{argument}`")));
        };
        value
            .clone()
            .decode()
            .map_err(|error: DecodeError| self.fault(&format!("argument `{argument}`: {error}")))
    }

    #[cold]
    fn fault(&self, what: &str) -> DecodeError {
        let (module, task, arguments) = (&self.module, &self.task, &self.arguments);
        DecodeError::custom(format!("`{module}.{task}` was called with `{arguments}`: {what}"))
    }

    /// The module that called; `None` if the call came from outside of every module.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.metadata.source.as_deref()
    }

    /// What the call inherited: its transaction, its priority, the message that led to it.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}
