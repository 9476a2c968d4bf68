//! The parts of a frame that has arrived, one after the other.

use super::headers::{FrameHeaders, HEADERS_LIMIT, MOST_HEADERS};
use super::{FrameError, Part};

/// What of a frame has not been read yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    pub(super) const fn new(frame: &'a [u8]) -> Self {
        Self(frame)
    }

    /// All that is left.
    pub(super) const fn rest(self) -> &'a [u8] {
        self.0
    }

    #[inline]
    pub(super) fn fixed<const N: usize>(&mut self, what: Part) -> Result<[u8; N], FrameError> {
        let (part, rest) = self.0.split_first_chunk().ok_or_else(|| overrun(what))?;
        self.0 = rest;
        Ok(*part)
    }

    #[inline]
    fn bytes(&mut self, length: usize, what: Part) -> Result<&'a [u8], FrameError> {
        let (part, rest) = self.0.split_at_checked(length).ok_or_else(|| overrun(what))?;
        self.0 = rest;
        Ok(part)
    }

    /// What stands behind its length of two bytes.
    #[inline]
    fn long(&mut self, what: Part) -> Result<&'a [u8], FrameError> {
        let length = u16::from_be_bytes(self.fixed(what)?);
        self.bytes(length.into(), what)
    }

    /// What stands behind its length of one byte.
    #[inline]
    fn short(&mut self, what: Part) -> Result<&'a [u8], FrameError> {
        let [length] = self.fixed(what)?;
        self.bytes(length.into(), what)
    }

    pub(super) fn name(&mut self) -> Result<Box<str>, FrameError> {
        text(self.long(Part::Name)?, Part::Name).map(Box::from)
    }

    pub(super) fn headers(&mut self) -> Result<FrameHeaders, FrameError> {
        let [count] = self.fixed(Part::Fixed)?;
        let count = usize::from(count);
        if count == 0 {
            return Ok(FrameHeaders::new());
        }
        if count > MOST_HEADERS {
            return Err(FrameError::TooManyHeaders { count, limit: MOST_HEADERS });
        }
        let mut headers =
            FrameHeaders::with_capacity(count, self.length_of_headers(count)?.min(HEADERS_LIMIT));
        for _ in 0..count {
            let name = text(self.short(Part::HeaderName)?, Part::HeaderName)?;
            headers.push(name, text(self.long(Part::HeaderText)?, Part::HeaderText)?)?;
        }
        Ok(headers)
    }

    /// What names and texts take, so that memory for them is asked for once; on a copy, which goes ahead.
    fn length_of_headers(mut self, count: usize) -> Result<usize, FrameError> {
        let mut length = 0;
        for _ in 0..count {
            length += self.short(Part::HeaderName)?.len() + self.long(Part::HeaderText)?.len();
        }
        Ok(length)
    }
}

#[inline]
fn text(bytes: &[u8], what: Part) -> Result<&str, FrameError> {
    std::str::from_utf8(bytes).map_err(|_| FrameError::NotUtf8 { what })
}

/// Not made where nothing is wrong: that would cost a frame a fifth of its time.
#[cold]
fn overrun(what: Part) -> FrameError {
    FrameError::Overrun { what }
}
