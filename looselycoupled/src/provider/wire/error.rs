//! Why a frame can be neither read nor written.

use std::fmt::{self, Display, Formatter};
use std::io;

use crate::address::quoted;

/// Why a frame can be neither read nor written.
///
/// After a frame that could not be read nobody knows where the next one begins: the connection is of no further use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The frame is longer than allowed. When it is read, nothing of it but its length has been looked at.
    #[error("a frame of {length} bytes, and at most {limit} are allowed")]
    TooLong {
        /// How long it is, or says that it is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The frame says that it is shorter than the shortest one.
    #[error("a frame of {length} bytes, and the shortest one has {shortest}")]
    TooShort {
        /// How long it says that it is.
        length: usize,
        /// What a frame without name, headers and body has.
        shortest: usize,
    },
    /// No kind has this number.
    #[error("no kind of frame has the number {number}")]
    UnknownKind {
        /// The number.
        number: u8,
    },
    /// What must be text is none.
    #[error("{what} of a frame is not UTF-8")]
    NotUtf8 {
        /// Where.
        what: Part,
    },
    /// A part is longer than what is left of the frame.
    #[error("{what} goes beyond the end of the frame")]
    Overrun {
        /// Which.
        what: Part,
    },
    /// The name does not fit into a frame.
    #[error("a name of {length} bytes, and at most {limit} fit into a frame")]
    NameTooLong {
        /// How long it is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// No header can have this name.
    #[error(
        "{} cannot name a header: it takes 1 to 255 visible ASCII characters without upper case",
        quoted(name)
    )]
    HeaderName {
        /// The name.
        name: String,
    },
    /// Two headers have the same name.
    #[error("the header {} stands there twice", quoted(name))]
    RepeatedHeader {
        /// The name.
        name: String,
    },
    /// There are more headers than allowed.
    #[error("{count} headers, and at most {limit} are allowed")]
    TooManyHeaders {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// With this one the headers are longer than allowed.
    #[error("up to {} the headers have {length} bytes, and at most {limit} are allowed", quoted(name))]
    HeadersTooLong {
        /// The first header that goes beyond the limit.
        name: String,
        /// What all names and texts up to the end of that header take.
        length: usize,
        /// What they may take.
        limit: usize,
    },
    /// The connection ended, and the last frame had not arrived as a whole.
    #[error("the connection ended inside of a frame, {arrived} bytes after its beginning")]
    CutOff {
        /// How many bytes of it there were.
        arrived: usize,
    },
    /// The connection itself failed.
    #[error(transparent)]
    Connection(#[from] io::Error),
}

/// A part of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// All of the same length in every frame: kind, id, lengths.
    Fixed,
    /// The name.
    Name,
    /// The name of a header.
    HeaderName,
    /// The text of a header.
    HeaderText,
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed => "the fixed part",
            Self::Name => "the name",
            Self::HeaderName => "the name of a header",
            Self::HeaderText => "the text of a header",
        })
    }
}
