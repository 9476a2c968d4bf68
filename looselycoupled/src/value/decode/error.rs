//! Why a value is not what a Rust type wanted.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use serde::de::{self, Expected, Unexpected};

use super::found::describe;
use crate::address::{hint, quoted};
use crate::value::DEPTH_LIMIT;
use crate::value::path::{Path, Step, write_place};

/// Why a value is not what a Rust type wanted, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(
    // Boxed, so that the result of a decoding that succeeds is hardly larger than the decoded.
    Box<Details>,
);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    /// Where the value comes from, if that was worth telling.
    origin: Option<String>,
    path: Path,
    problem: DecodeProblem,
}

/// What stood in the way of decoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// Something of another kind was wanted.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// What the type wanted.
        expected: String,
        /// What there was.
        found: String,
    },
    /// A number is of the right kind, but too large or too small.
    #[error("{found} does not fit into {expected}")]
    OutOfRange {
        /// The type of number that was wanted.
        expected: String,
        /// The number.
        found: String,
    },
    /// An integer would have to be rounded to become a floating-point number.
    #[error("{found} is not exact as {expected}")]
    Inexact {
        /// The type of number that was wanted.
        expected: String,
        /// The number.
        found: String,
    },
    /// A sequence or a map has too few or too many items.
    #[error("expected {expected}, found {found} of them")]
    Length {
        /// What the type wanted.
        expected: String,
        /// How many there were.
        found: usize,
    },
    /// A field is not there and has no default.
    #[error("missing field `{name}`")]
    MissingField {
        /// The field.
        name: String,
    },
    /// A field is there twice.
    #[error("duplicate field {}", quoted(name))]
    DuplicateField {
        /// The field.
        name: String,
    },
    /// The type has no such field, and no room for others.
    #[error("unknown field {}{}", quoted(name), hint(name, known))]
    UnknownField {
        /// What was found.
        name: String,
        /// The fields of the type.
        known: &'static [&'static str],
    },
    /// The enum has no such variant.
    #[error("unknown variant {}{}", quoted(name), hint(name, known))]
    UnknownVariant {
        /// What was found.
        name: String,
        /// The variants of the enum.
        known: &'static [&'static str],
    },
    /// The value has too many levels.
    #[error("nested deeper than {DEPTH_LIMIT} levels")]
    TooDeep,
    /// The text is not JSON.
    #[error("not valid JSON: {message}")]
    Malformed {
        /// What is wrong, with line and column.
        message: String,
    },
    /// The `Deserialize` of the type refused.
    #[error("{message}")]
    Refused {
        /// What it said.
        message: String,
    },
}

impl DecodeError {
    #[cold]
    pub(in crate::value) fn new(problem: DecodeProblem) -> Self {
        Self(Box::new(Details { origin: None, path: Path::default(), problem }))
    }

    /// An error in the words of a type's own rules.
    #[cold]
    pub fn custom(message: impl Display) -> Self {
        Self::new(DecodeProblem::Refused { message: message.to_string() })
    }

    /// The error of a field that is not there.
    #[cold]
    #[must_use]
    pub fn missing_field(name: &str) -> Self {
        Self::new(DecodeProblem::MissingField { name: name.to_owned() })
    }

    /// The same error as seen from the value whose field `name` could not be decoded.
    #[cold]
    #[must_use]
    pub fn in_field(self, name: &str) -> Self {
        self.within(Step::Field(name.to_owned()))
    }

    /// Adds the step that leads to the part which failed.
    #[cold]
    pub(in crate::value) fn within(mut self, step: Step) -> Self {
        self.0.path.enclose(step);
        self
    }

    /// Says in front of the message where the value comes from.
    #[cold]
    pub(crate) fn with_origin(mut self, origin: String) -> Self {
        self.0.origin = Some(origin);
        self
    }

    /// The field of the whole value that it is about, and what is wrong inside of that; nothing where it is missing.
    pub(crate) fn by_field(&self) -> Option<(String, Option<Self>)> {
        let mut inside = self.clone();
        match (inside.0.path.open(), self.problem()) {
            (Some(Step::Field(name)), _) => Some((name, Some(inside))),
            (Some(Step::Index(index)), _) => Some((index.to_string(), Some(inside))),
            (None, DecodeProblem::MissingField { name }) => Some((name.clone(), None)),
            (None, _) => None,
        }
    }

    /// What stood in the way.
    #[must_use]
    pub fn problem(&self) -> &DecodeProblem {
        &self.0.problem
    }

    /// Where inside the value, as in `rooms[2].level`; empty for the whole value.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.path.to_string()
    }
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.0.origin {
            write!(f, "{origin}: ")?;
        }
        write!(f, "{}", self.problem())?;
        write_place(f, &self.0.path)
    }
}

// The problem is part of the message, hence no source.
impl Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::custom(message)
    }

    #[cold]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(DecodeProblem::Mismatch { expected: expected.to_string(), found: describe(found) })
    }

    #[cold]
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let number = matches!(found, Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_));
        let found = describe(found);
        // Serde's own visitors of numbers state nothing but the type's name.
        let problem = if number && is_number(&expected) {
            DecodeProblem::OutOfRange { expected, found }
        } else {
            DecodeProblem::Mismatch { expected, found }
        };
        Self::new(problem)
    }

    #[cold]
    fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
        Self::new(DecodeProblem::Length { expected: expected.to_string(), found })
    }

    #[cold]
    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(DecodeProblem::UnknownVariant { name: name.to_owned(), known })
    }

    #[cold]
    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(DecodeProblem::UnknownField { name: name.to_owned(), known })
    }

    fn missing_field(name: &'static str) -> Self {
        Self::missing_field(name)
    }

    #[cold]
    fn duplicate_field(name: &'static str) -> Self {
        Self::new(DecodeProblem::DuplicateField { name: name.to_owned() })
    }
}

fn is_number(expected: &str) -> bool {
    matches!(
        expected,
        "i8" | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "f32"
            | "f64"
    ) || expected.starts_with("a nonzero ")
}
