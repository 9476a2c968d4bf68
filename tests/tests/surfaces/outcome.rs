//! What comes out of a call, in a form that all ways in have in common.

use std::fmt::{Debug, Display};

use looselycoupled::Reply;
use looselycoupled::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As JSON text.
    Value(String),
    /// Which error it is, and what it says.
    Error { kind: String, text: String },
}

impl Outcome {
    /// Whether it is this value, or an error that says so.
    pub fn is(&self, expected: &str) -> bool {
        match self {
            Self::Value(value) => value == expected,
            Self::Error { text, .. } => text == expected,
        }
    }

    pub fn of_value<T: Serialize, E: Debug + Display>(result: Result<T, CallError<E>>) -> Self {
        match result {
            Ok(value) => Self::Value(serde_json::to_string(&value).unwrap()),
            Err(error) => Self::of_error(&error),
        }
    }

    pub fn of_reply(result: Result<Reply, CallError>) -> Self {
        Self::of_value(result.map(Reply::into_value))
    }

    /// The variant, whatever the type of the task's own error.
    fn of_error<E: Debug + Display>(error: &CallError<E>) -> Self {
        let shown = format!("{error:?}");
        let kind = shown.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
        Self::Error { kind: kind.to_owned(), text: error.to_string() }
    }
}
