//! Between frames and bytes.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use super::frame::SHORTEST;
use super::parts::Parts;
use super::{Frame, FrameError, Kind, Part};

/// How long a frame may be as long as nobody knows who sends it.
pub const HANDSHAKE_LIMIT: u32 = 4 * 1024;

/// How long a frame may be after that, unless the configuration says otherwise.
pub const USUAL_LIMIT: u32 = 1024 * 1024;

/// A limit beyond this one is none: what is added up about a frame must fit into 32 bits.
const LARGEST: u32 = 1 << 30;

/// The bytes that say how many follow.
const PREFIX: usize = 4;

/// So much is reserved at a time for a frame that has not arrived as a whole: what has arrived is a fact, its length a claim.
/// A buffer that is full doubles, so a long frame takes few steps.
const STEP: usize = 8 * 1024;

/// Bodies from this length on stay where they have arrived. A shorter one is copied: kept by somebody, it would keep all
/// the memory into which it was read.
const SHARED_FROM: usize = 4 * 1024;

/// Reads and writes frames that are not longer than a limit.
#[derive(Debug, Clone)]
pub struct FrameCodec {
    limit: u32,
}

impl FrameCodec {
    /// A codec for frames of at most so many bytes, the four in front not counted, and 1 GiB in any case.
    #[must_use]
    pub fn new(limit: u32) -> Self {
        Self { limit: limit.min(LARGEST) }
    }

    /// How long a frame may be.
    #[must_use]
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// From the next frame on another limit holds.
    pub fn set_limit(&mut self, limit: u32) {
        *self = Self::new(limit);
    }

    /// Whether a frame can be written, and how many bytes it takes then.
    ///
    /// # Errors
    ///
    /// It is too long, or its name is.
    pub fn check(&self, frame: &Frame) -> Result<u32, FrameError> {
        frame.name_length()?;
        let length = frame.length();
        let claimed = u32::try_from(length).ok().filter(|claimed| *claimed <= self.limit);
        claimed.ok_or_else(|| self.too_long(length))
    }

    fn too_long(&self, length: usize) -> FrameError {
        FrameError::TooLong { length, limit: self.limit as usize }
    }
}

impl Decoder for FrameCodec {
    type Item = Frame;
    type Error = FrameError;

    /// An error leaves the bytes where they are, so that it comes again however often one asks.
    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, FrameError> {
        let Some(claimed) = buffer.first_chunk::<PREFIX>() else { return Ok(None) };
        let claimed = u32::from_be_bytes(*claimed);
        let length = claimed as usize;
        if claimed > self.limit {
            return Err(self.too_long(length));
        }
        if length < SHORTEST {
            return Err(FrameError::TooShort { length, shortest: SHORTEST });
        }
        let Some(content) = buffer.get(PREFIX..PREFIX + length) else {
            buffer.reserve((PREFIX + length - buffer.len()).min(STEP));
            return Ok(None);
        };
        let mut parts = Parts::new(content);
        let [kind] = parts.fixed(Part::Fixed)?;
        let kind = Kind::try_from(kind)?;
        let id = u64::from_be_bytes(parts.fixed(Part::Fixed)?);
        let name = parts.name()?;
        let headers = parts.headers()?;
        let body = parts.rest().len();
        Ok(Some(Frame { kind, id, name, headers, body: take_body(buffer, PREFIX + length, body) }))
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, FrameError> {
        match self.decode(buffer)? {
            None if !buffer.is_empty() => Err(FrameError::CutOff { arrived: buffer.len() }),
            decoded => Ok(decoded),
        }
    }
}

/// Takes a frame out of the buffer and returns its body, the last so many bytes of it.
fn take_body(buffer: &mut BytesMut, frame: usize, body: usize) -> Bytes {
    buffer.advance(frame - body);
    if body >= SHARED_FROM {
        return buffer.split_to(body).freeze();
    }
    let copy = Bytes::copy_from_slice(&buffer[..body]);
    buffer.advance(body);
    copy
}

impl Encoder<&Frame> for FrameCodec {
    type Error = FrameError;

    /// An error leaves the buffer as it was.
    fn encode(&mut self, frame: &Frame, buffer: &mut BytesMut) -> Result<(), FrameError> {
        let (claimed, name_length) = (self.check(frame)?, frame.name_length()?);
        buffer.reserve(PREFIX + claimed as usize);
        buffer.put_u32(claimed);
        buffer.put_u8(frame.kind.number());
        buffer.put_u64(frame.id);
        buffer.put_u16(name_length);
        buffer.put_slice(frame.name.as_bytes());
        frame.headers.write(buffer);
        buffer.put_slice(&frame.body);
        Ok(())
    }
}

impl Encoder<Frame> for FrameCodec {
    type Error = FrameError;

    fn encode(&mut self, frame: Frame, buffer: &mut BytesMut) -> Result<(), FrameError> {
        self.encode(&frame, buffer)
    }
}
