//! What comes out of a call, in a form that all ways in have in common.

use std::fmt::Display;

use looselycoupled::Reply;
use looselycoupled::prelude::*;
use serde_json::Value as Json;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As JSON text, its fields in the order of the alphabet.
    Value(String),
    /// Its code, and what it says.
    Error { code: String, text: String },
}

impl Outcome {
    /// Whether it is this value, or an error that says so.
    pub fn is(&self, expected: &str) -> bool {
        match self {
            Self::Value(value) => value == expected,
            Self::Error { text, .. } => text == expected,
        }
    }

    pub fn of_value<T: Serialize, E: Display>(result: Result<T, CallError<E>>) -> Self {
        match result {
            Ok(value) => Self::Value(serde_json::to_value(&value).unwrap().to_string()),
            Err(error) => Self::of_error(&error),
        }
    }

    pub fn of_reply(result: Result<Reply, CallError>) -> Self {
        Self::of_value(result.map(Reply::into_value))
    }

    fn of_error<E: Display>(error: &CallError<E>) -> Self {
        Self::Error { code: error.code().to_string(), text: error.to_string() }
    }

    /// What the web server answers: a value, or a problem.
    pub fn of_json(answer: &Json) -> Self {
        match answer.get("code") {
            None => Self::Value(answer["value"].to_string()),
            Some(code) => {
                let text = |json: &Json| json.as_str().unwrap().to_owned();
                Self::Error { code: text(code), text: text(&answer["detail"]) }
            }
        }
    }
}
