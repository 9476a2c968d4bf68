//! One frame.

use std::fmt::{self, Debug, Formatter};

use bytes::Bytes;

use super::headers::FrameHeaders;
use super::{FrameError, Kind};

/// What a name may take.
const NAME_LIMIT: usize = u16::MAX as usize;

/// Kind, id, and the lengths of name and headers.
pub(super) const SHORTEST: usize = 1 + 8 + 2 + 1;

/// What peers and broker tell each other at a time.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// What it is for.
    pub kind: Kind,
    /// What answers to it repeat.
    pub id: u64,
    /// What it is about: an event, an address. Empty where the kind says it all.
    pub name: Box<str>,
    /// Texts beside the body.
    pub headers: FrameHeaders,
    /// The content.
    pub body: Bytes,
}

impl Frame {
    /// A frame without name, headers and body.
    #[must_use]
    pub fn new(kind: Kind, id: u64) -> Self {
        Self { kind, id, name: Box::default(), headers: FrameHeaders::new(), body: Bytes::new() }
    }

    /// The same with a name.
    #[must_use]
    pub fn named(self, name: impl Into<Box<str>>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The same with headers.
    #[must_use]
    pub fn with_headers(self, headers: FrameHeaders) -> Self {
        Self { headers, ..self }
    }

    /// The same with a body.
    #[must_use]
    pub fn with_body(self, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// What it takes on the wire behind the four bytes that say so.
    #[must_use]
    pub fn length(&self) -> usize {
        // Each header is preceded by one byte and two bytes.
        SHORTEST + self.name.len() + 3 * self.headers.len() + self.headers.bytes() + self.body.len()
    }

    /// The length of the name as it stands on the wire.
    pub(super) fn name_length(&self) -> Result<u16, FrameError> {
        let length = self.name.len();
        u16::try_from(length).map_err(|_| FrameError::NameTooLong { length, limit: NAME_LIMIT })
    }
}

/// Without the texts of headers and the body, which may hold secrets.
impl Debug for Frame {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .field("name", &self.name)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
