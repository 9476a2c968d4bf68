//! Values as the bodies of frames; what they look like stands at [`wire`](super).

mod depth;
mod read;
mod write;

use std::borrow::Cow;

pub use depth::depth_within;
pub use read::read_value;
pub use write::write_value;

/// How many levels a [`Value`](crate::Value) has at most, the innermost scalar included.
const VALUE_LEVELS: usize = 128;

/// How many levels a body may have: those of a value, and one for raw bytes, which are an object in the text.
pub const DEPTH_LIMIT: usize = VALUE_LEVELS + 1;

/// The key of raw bytes.
const BYTES: &str = "$bytes";

/// The key of what is no finite number.
const FLOAT: &str = "$float";

/// Why a body can be neither read nor written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// It has too many levels. When it is read, nothing has been decoded.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// How many there may be.
        limit: usize,
    },
    /// It is not JSON.
    #[error("not valid JSON: {message}")]
    Malformed {
        /// What is wrong, with line and column.
        message: String,
    },
}

/// Whether a key is one of the two, or is written with more dollar signs for the sake of them.
fn is_reserved(key: &str) -> bool {
    let word = key.trim_start_matches('$');
    word.len() < key.len() && [BYTES, FLOAT].iter().any(|reserved| reserved[1..] == *word)
}

/// The only key of a map of one's own, as it is written.
fn escaped(key: &str) -> Cow<'_, str> {
    if is_reserved(key) { Cow::Owned(format!("${key}")) } else { Cow::Borrowed(key) }
}

#[cfg(test)]
pub(super) mod tests;
