//! The error of a typed read before it knows its file.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use crate::address::{nearest, quoted};
use crate::config::fault::{Fault, FaultKind, in_section};
use crate::config::source::{Source, Span};

/// What serde or a reader complains about, and where it was found.
#[derive(Debug)]
pub(crate) struct ReadError(Box<(Problem, Option<Spot>)>);

/// The complaint alone.
#[derive(Debug)]
pub(crate) enum Problem {
    /// A value is something else than what was asked for.
    Unfit {
        wanted: String,
        found: String,
        hint: String,
    },
    /// A text outside of a fixed choice.
    Choice {
        found: String,
        choices: &'static [&'static str],
    },
    /// A struct that refuses unknown keys itself met one.
    UnknownKey {
        key: String,
        known: &'static [&'static str],
    },
    MissingKey(&'static str),
    /// One field is given under two of its names.
    Repeated(&'static str),
    /// What a type of the user says.
    Other(String),
}

/// The path and range of the value that an error is about.
#[derive(Debug, Default)]
pub(crate) struct Spot {
    pub(crate) path: String,
    pub(crate) span: Option<Span>,
    /// It is about the key at the end of the path, not about the value under it.
    pub(crate) is_key: bool,
}

impl ReadError {
    pub(crate) fn new(problem: Problem) -> Self {
        Self(Box::new((problem, None)))
    }

    pub(crate) fn unfit(wanted: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Problem::Unfit { wanted: wanted.into(), found: found.into(), hint: String::new() })
    }

    pub(crate) fn problem(&self) -> &Problem {
        &self.0.0
    }

    pub(crate) fn spot(&self) -> Option<&Spot> {
        self.0.1.as_ref()
    }

    /// Says where it was found, unless a deeper value has said so already.
    pub(crate) fn or_at(mut self, spot: impl FnOnce() -> Spot) -> Self {
        self.0.1.get_or_insert_with(spot);
        self
    }

    pub(crate) fn into_fault(self, source: &Source) -> Fault {
        let (problem, spot) = *self.0;
        let message = problem.message(spot.as_ref());
        let Spot { path, span, .. } = spot.unwrap_or_default();
        let fault = Fault::new(problem.kind(), message).at(source, span).key_path(path);
        match problem {
            Problem::Unfit { hint, .. } => fault.label(hint),
            Problem::Choice { found, choices } => fault.suggest(nearest(&found, choices.iter().copied())),
            Problem::UnknownKey { key, known } => fault.suggest(nearest(&key, known.iter().copied())),
            _ => fault,
        }
    }
}

impl Problem {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Unfit { .. } | Self::Choice { .. } | Self::Other(_) => FaultKind::Value,
            Self::UnknownKey { .. } => FaultKind::UnknownKey,
            Self::MissingKey(_) => FaultKind::MissingKey,
            Self::Repeated(_) => FaultKind::DuplicateKey,
        }
    }

    fn message(&self, spot: Option<&Spot>) -> String {
        let path = spot.map_or("", |spot| &spot.path);
        let this = match spot {
            Some(spot) if spot.is_key => format!("the key of {}", quoted(path)),
            _ if path.is_empty() => "the configuration".to_owned(),
            _ => quoted(path),
        };
        let section = in_section(path);
        match self {
            Self::Unfit { wanted, found, .. } => format!("{this} must be {wanted}, found {found}"),
            Self::Choice { found, choices } => {
                format!("{this} must be {}, found {}", list(choices), quoted(found))
            }
            Self::UnknownKey { key, .. } => format!("unknown key {}{section}", quoted(key)),
            Self::MissingKey(key) => format!("missing key `{key}`{section}"),
            Self::Repeated(key) => format!("key `{key}` is given under two names{section}"),
            Self::Other(message) => format!("{this}: {message}"),
        }
    }
}

fn list(choices: &[&str]) -> String {
    let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    match choices.as_slice() {
        [] => "absent".to_owned(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
    }
}

/// serde's names for values, said as in a configuration.
fn named(value: &Unexpected<'_>) -> String {
    match value {
        Unexpected::Str(text) => quoted(text),
        Unexpected::Bool(flag) => format!("`{flag}`"),
        Unexpected::Unsigned(number) => format!("`{number}`"),
        Unexpected::Signed(number) => format!("`{number}`"),
        Unexpected::Float(number) => format!("`{number}`"),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        other => other.to_string(),
    }
}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        // Structs that flatten and refuse unknown keys say so in a text only.
        let key = message.strip_prefix("unknown field `").and_then(|key| key.strip_suffix('`'));
        Self::new(match key {
            Some(key) => Problem::UnknownKey { key: key.to_owned(), known: &[] },
            None => Problem::Other(message),
        })
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::unfit(wanted.to_string(), named(&found))
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::unfit(wanted.to_string(), named(&found))
    }

    fn invalid_length(length: usize, wanted: &dyn Expected) -> Self {
        Self::unfit(wanted.to_string(), format!("{length} items"))
    }

    fn unknown_variant(found: &str, choices: &'static [&'static str]) -> Self {
        Self::new(Problem::Choice { found: found.to_owned(), choices })
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self::new(Problem::UnknownKey { key: key.to_owned(), known })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Problem::MissingKey(key))
    }

    fn duplicate_field(key: &'static str) -> Self {
        Self::new(Problem::Repeated(key))
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem().message(self.spot()))
    }
}

impl std::error::Error for ReadError {}
