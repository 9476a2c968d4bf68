//! What modules, tasks and events may be called.

use std::fmt::{self, Display, Formatter};

use super::quoted;

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameKind {
    /// An instance of a module.
    Module,
    /// An event loop that modules share.
    Loop,
    /// A task of a module.
    Task,
    /// An event.
    Event,
    /// A pattern of names of events.
    Pattern,
}

impl NameKind {
    /// Whether names of this kind have segments.
    fn has_segments(self) -> bool {
        matches!(self, Self::Event | Self::Pattern)
    }

    fn allowed(self) -> &'static str {
        match self {
            Self::Module | Self::Loop | Self::Task => "letters, digits, `_` and `-`",
            Self::Event => "letters, digits, `_`, `-`, and `.` between segments",
            Self::Pattern => "letters, digits, `_`, `-`, `*`, `**`, and `.` between segments",
        }
    }
}

impl Display for NameKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Module => "module name",
            Self::Loop => "loop name",
            Self::Task => "task name",
            Self::Event => "event name",
            Self::Pattern => "event pattern",
        })
    }
}

/// Why something cannot be a name. Positions count characters, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// There is no name.
    #[error("empty {kind}; allowed are {}", kind.allowed())]
    Empty {
        /// What it should name.
        kind: NameKind,
    },
    /// The name begins with a digit or a hyphen.
    #[error("{kind} {} starts with `{character}`; it must start with a letter or `_`", quoted(name))]
    Start {
        /// What it should name.
        kind: NameKind,
        /// The whole name.
        name: String,
        /// Its first character.
        character: char,
    },
    /// A character is not allowed.
    #[error(
        "{kind} {} has `{}` as character {position}; allowed are {}",
        quoted(name), character.escape_debug(), kind.allowed()
    )]
    Character {
        /// What it should name.
        kind: NameKind,
        /// The whole name.
        name: String,
        /// The character.
        character: char,
        /// Where it is.
        position: usize,
    },
    /// There is nothing before, between or after dots.
    #[error(
        "{kind} {} has an empty segment at character {position}; dots stand between segments only",
        quoted(name)
    )]
    EmptySegment {
        /// What it should name.
        kind: NameKind,
        /// The whole name.
        name: String,
        /// Where the segment should be.
        position: usize,
    },
}

/// Checks the name of a module: letters (of any script), digits, `_` and `-`, and a letter or `_` first.
///
/// # Errors
///
/// The name is empty, starts otherwise, or has another character. Dots and slashes are not allowed, since they separate
/// a module from its tasks and events.
pub fn module_name(name: &str) -> Result<(), NameError> {
    plain(NameKind::Module, name)
}

/// Checks the name of a shared event loop, to which the rules of modules apply.
///
/// # Errors
///
/// As those of [`module_name`].
pub fn loop_name(name: &str) -> Result<(), NameError> {
    plain(NameKind::Loop, name)
}

/// Checks the name of a task, to which the rules of modules apply.
///
/// # Errors
///
/// As those of [`module_name`].
pub fn task_name(name: &str) -> Result<(), NameError> {
    plain(NameKind::Task, name)
}

/// Checks the name of an event: segments of letters (of any script), digits, `_` and `-`, with dots between them.
///
/// # Errors
///
/// The name or a segment is empty, or it has another character.
pub fn event_name(name: &str) -> Result<(), NameError> {
    check(NameKind::Event, name, is_ordinary)
}

/// Checks a pattern of names of events.
pub(super) fn event_pattern(pattern: &str) -> Result<(), NameError> {
    check(NameKind::Pattern, pattern, |character| is_ordinary(character) || character == '*')
}

fn is_ordinary(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

fn plain(kind: NameKind, name: &str) -> Result<(), NameError> {
    check(kind, name, is_ordinary)?;
    match name.chars().next() {
        Some(character) if !character.is_alphabetic() && character != '_' => {
            Err(NameError::Start { kind, name: name.to_owned(), character })
        }
        _ => Ok(()),
    }
}

fn check(kind: NameKind, name: &str, is_allowed: impl Fn(char) -> bool) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty { kind });
    }
    let mut in_segment = false;
    for (index, character) in name.chars().enumerate() {
        if is_allowed(character) {
            in_segment = true;
        } else if character != '.' || !kind.has_segments() {
            return Err(NameError::Character { kind, name: name.to_owned(), character, position: index + 1 });
        } else if in_segment {
            in_segment = false;
        } else {
            return Err(NameError::EmptySegment { kind, name: name.to_owned(), position: index + 1 });
        }
    }
    if in_segment {
        return Ok(());
    }
    Err(NameError::EmptySegment { kind, name: name.to_owned(), position: name.chars().count() + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(result: Result<(), NameError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn ordinary_names_are_allowed() {
        for name in ["lamp", "hall_lamp", "_lamp", "lamp-2", "Küche"] {
            assert_eq!(module_name(name), Ok(()), "{name}");
            assert_eq!(task_name(name), Ok(()), "{name}");
            assert_eq!(event_name(name), Ok(()), "{name}");
        }
        for name in ["sensor.hall.2", "3", "a-b.c_d"] {
            assert_eq!(event_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_module_starts_with_a_letter() {
        assert_eq!(
            refused(module_name("2nd")),
            "module name `2nd` starts with `2`; it must start with a letter or `_`"
        );
        assert_eq!(refused(module_name("")), "empty module name; allowed are letters, digits, `_` and `-`");
    }

    #[test]
    fn a_wrong_character_is_named_with_its_place() {
        assert_eq!(
            refused(module_name("hall.lamp")),
            "module name `hall.lamp` has `.` as character 5; allowed are letters, digits, `_` and `-`"
        );
        assert_eq!(
            refused(task_name("ö/")),
            "task name `ö/` has `/` as character 2; allowed are letters, digits, `_` and `-`"
        );
        assert_eq!(
            refused(event_name("door\nopen")),
            r"event name `door\nopen` has `\n` as character 5; allowed are letters, digits, `_`, `-`, and `.` between segments"
        );
        assert!(event_name("door_*").is_err());
    }

    #[test]
    fn an_event_has_no_empty_segments() {
        for (name, position) in [(".door", 1), ("door..open", 6), ("door.", 6), (".", 1)] {
            let (kind, name) = (NameKind::Event, name.to_owned());
            assert_eq!(
                event_name(&name),
                Err(NameError::EmptySegment { kind, name: name.clone(), position })
            );
        }
    }
}
