//! Why a Rust value could not become a [`Value`](crate::value::Value).

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use serde::ser;

use crate::value::DEPTH_LIMIT;
use crate::value::path::{Path, Step, write_place};

/// Why a Rust value could not become a [`Value`](crate::value::Value), and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError(
    // Boxed, so that the result of an encoding that succeeds is no larger than the value.
    Box<(Path, EncodeProblem)>,
);

/// What stood in the way of encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeProblem {
    /// An `i128` or `u128` beyond 64 bits.
    #[error("{number} does not fit into 64 bits")]
    OutOfRange {
        /// The number.
        number: String,
    },
    /// A map has a key that is neither text nor an integer, a truth value or a character.
    #[error("{found} cannot be the key of a map")]
    Key {
        /// What the key is.
        found: &'static str,
    },
    /// The value has too many levels.
    #[error("nested deeper than {DEPTH_LIMIT} levels")]
    TooDeep,
    /// JSON text has no such number.
    #[error("{number} cannot be written as JSON")]
    NotFinite {
        /// NaN or an infinity.
        number: String,
    },
    /// The `Serialize` of the type refused.
    #[error("{message}")]
    Refused {
        /// What it said.
        message: String,
    },
}

impl EncodeError {
    #[cold]
    pub(in crate::value) fn new(problem: EncodeProblem) -> Self {
        Self(Box::new((Path::default(), problem)))
    }

    /// Adds the step that leads to the part which failed.
    #[cold]
    pub(in crate::value) fn within(mut self, step: Step) -> Self {
        self.0.0.enclose(step);
        self
    }

    /// What stood in the way.
    #[must_use]
    pub fn problem(&self) -> &EncodeProblem {
        &self.0.1
    }

    /// Where inside the value, as in `rooms[2].level`; empty for the whole value.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.0.to_string()
    }
}

impl Display for EncodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.problem())?;
        write_place(f, &self.0.0)
    }
}

// The problem is part of the message, hence no source.
impl Error for EncodeError {}

impl ser::Error for EncodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(EncodeProblem::Refused { message: message.to_string() })
    }
}
