//! Why the arguments of a call do not fit its task.

use std::borrow::Cow;

use super::{DecodeError, EncodeError, Value};
use crate::address::{hint, quoted};

/// Why the arguments of a call or an event do not fit.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentError {
    /// The task has no parameter of this name.
    #[error("unknown argument {}{}", quoted(name), hint(name, known))]
    Unknown {
        /// The name that was given.
        name: Cow<'static, str>,
        /// The parameter that was probably meant.
        suggestion: Option<&'static str>,
        /// All parameters.
        known: &'static [&'static str],
    },
    /// The same name was given twice.
    #[error("argument {} is given twice", quoted(name))]
    Duplicate {
        /// The name.
        name: Cow<'static, str>,
    },
    /// A parameter that has no default got no argument.
    #[error("missing argument `{name}` of type `{}`", short(type_name))]
    Missing {
        /// The parameter.
        name: &'static str,
        /// Its type with all paths, as [`std::any::type_name`] gives it.
        type_name: &'static str,
    },
    /// An argument does not fit the type of its parameter.
    #[error("invalid argument `{name}`: {cause}")]
    Invalid {
        /// The parameter.
        name: &'static str,
        /// Its type with all paths, as [`std::any::type_name`] gives it.
        type_name: &'static str,
        /// What was expected and what was found, and where in the argument.
        cause: DecodeError,
    },
    /// An argument could not be turned into a value.
    #[error("argument `{name}` cannot be serialised: {cause}")]
    Unencodable {
        /// The name of the argument.
        name: Cow<'static, str>,
        /// Why not.
        cause: EncodeError,
    },
    /// Arguments arrived without names.
    #[error("expected named arguments, found {found}")]
    Unnamed {
        /// What arrived instead.
        found: Value,
    },
}

/// A type as people write it: `Option<String>` for `core::option::Option<alloc::string::String>`.
fn short(type_name: &str) -> String {
    let mut short = String::with_capacity(type_name.len());
    let mut rest = type_name;
    while let Some(end) = rest.find(|character: char| !is_part_of_path(character)) {
        let (path, after) = rest.split_at(end);
        short.push_str(last(path));
        let width = after.chars().next().map_or(0, char::len_utf8);
        let (separator, after) = after.split_at(width);
        short.push_str(separator);
        rest = after;
    }
    short.push_str(last(rest));
    short
}

fn is_part_of_path(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | ':')
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use std::any::type_name;

    use super::*;

    #[test]
    fn a_type_is_shown_without_its_paths() {
        assert_eq!(short(type_name::<u8>()), "u8");
        assert_eq!(short(type_name::<Option<Vec<String>>>()), "Option<Vec<String>>");
        assert_eq!(short(type_name::<(String, [Option<u8>; 2])>()), "(String, [Option<u8>; 2])");
        assert_eq!(short(type_name::<ArgumentError>()), "ArgumentError");
    }
}
