//! Errors of tasks that were served in another process.

use std::error::Error as StdError;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BoxError, CallError, TaskFailure};
use crate::code::ErrorCode;

/// Why a call that was served in another process has no result, in the form in which it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteError {
    /// What sort of error it is.
    pub code: ErrorCode,
    /// The error in words; of a panic, what it said.
    pub message: String,
    /// Its causes in words, from the nearest on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Whether the task had begun.
    #[serde(default)]
    pub begun: bool,
}

impl RemoteError {
    /// What a call came to here, for whoever made it elsewhere.
    #[must_use]
    pub fn of(error: &CallError) -> Self {
        let message = match error {
            CallError::Panicked { message, .. } => message.to_string(),
            other => other.to_string(),
        };
        let begun = match error {
            CallError::Timeout { begun, .. } | CallError::ShuttingDown { begun, .. } => *begun,
            CallError::Failed(_) | CallError::Panicked { .. } | CallError::Result { .. } => true,
            _ => false,
        };
        let mut causes = Vec::new();
        let mut cause = StdError::source(error);
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        Self { code: error.code(), message, causes, begun }
    }

    /// What a caller here is told.
    pub(crate) fn into_call_error(self, address: Box<str>) -> CallError {
        let Self { code, message, causes, begun } = self;
        match code {
            ErrorCode::Failed => {
                CallError::Failed(TaskFailure::of(Elsewhere::chain(message, causes.into_iter())))
            }
            ErrorCode::Panicked => CallError::Panicked { address, message: message.into() },
            ErrorCode::Timeout => CallError::Timeout { address, begun },
            ErrorCode::ShuttingDown => CallError::ShuttingDown { address, begun },
            code => CallError::Remote {
                code,
                begun,
                cause: Box::new(Elsewhere::chain(message, causes.into_iter())),
            },
        }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for RemoteError {}

/// An error of another process: its words, and those of its causes.
#[derive(Debug)]
struct Elsewhere {
    message: String,
    cause: Option<BoxError>,
}

impl Elsewhere {
    fn chain(message: String, mut causes: std::vec::IntoIter<String>) -> Self {
        let cause = causes.next().map(|next| Self::chain(next, causes).into());
        Self { message, cause }
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Elsewhere {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as &(dyn StdError + 'static))
    }
}
