//! What ZMTP 3.0, the protocol of ZeroMQ, sends after the greeting: frames, and messages that consist of them.

use std::io::{self, ErrorKind};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// The bytes that a message has at most.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// The frames that a message has at most.
const MOST_FRAMES: usize = 64;

const MORE: u8 = 0b001;
const LONG: u8 = 0b010;
const COMMAND: u8 = 0b100;

/// What has come.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// A message, one frame at least.
    Message(Vec<Bytes>),
    /// Something for the protocol itself.
    Command(Bytes),
    /// A message of so many bytes, which have been passed over.
    TooLong(u64),
}

/// Reads what has come. It takes no memory for what the other side only announces.
#[derive(Debug, Default)]
pub struct Frames {
    /// Those of the message that has not come wholly.
    begun: Vec<Bytes>,
    /// What that has taken, or would.
    length: u64,
    /// It is too long.
    is_passed_over: bool,
    /// Of the frame that is passed over.
    left: u64,
    is_last: bool,
}

/// What stands in front of a frame.
struct Head {
    flags: u8,
    length: u64,
    /// Its own bytes.
    own: usize,
}

impl Head {
    fn read(source: &[u8]) -> io::Result<Option<Self>> {
        let Some((&flags, rest)) = source.split_first() else { return Ok(None) };
        if flags & !(MORE | LONG | COMMAND) != 0 || (flags & COMMAND != 0 && flags & MORE != 0) {
            return Err(malformed("a frame has flags that do not exist"));
        }
        if flags & LONG == 0 {
            return Ok(rest.first().map(|&length| Self { flags, length: length.into(), own: 2 }));
        }
        let length = rest.first_chunk().map(|length| u64::from_be_bytes(*length));
        Ok(length.map(|length| Self { flags, length, own: 9 }))
    }
}

impl Frames {
    /// Passes over what is left of a frame; false if more of it is to come.
    fn pass_over(&mut self, source: &mut BytesMut) -> bool {
        let passed = self.left.min(source.len() as u64);
        source.advance(passed as usize);
        self.left -= passed;
        self.left == 0
    }

    /// The message, now that its last frame is there.
    fn take(&mut self) -> Received {
        let all = std::mem::take(self);
        if all.is_passed_over { Received::TooLong(all.length) } else { Received::Message(all.begun) }
    }
}

impl Decoder for Frames {
    type Item = Received;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Received>> {
        loop {
            if self.left > 0 {
                if !self.pass_over(source) {
                    return Ok(None);
                }
                if self.is_last {
                    return Ok(Some(self.take()));
                }
            }
            let Some(Head { flags, length, own }) = Head::read(source)? else { return Ok(None) };
            let is_command = flags & COMMAND != 0;
            let whole = if is_command { length } else { self.length.saturating_add(length) };
            if whole > LONGEST as u64 && is_command {
                return Err(malformed("a command is too long"));
            }
            if !is_command && (whole > LONGEST as u64 || self.is_passed_over) {
                source.advance(own);
                self.begun.clear();
                (self.is_passed_over, self.length, self.left) = (true, whole, length);
                self.is_last = flags & MORE == 0;
                if length == 0 && self.is_last {
                    return Ok(Some(self.take()));
                }
                continue;
            }
            // It fits: it is no longer than what is allowed.
            let length = length as usize;
            if source.len() < own + length {
                return Ok(None);
            }
            source.advance(own);
            let body = source.split_to(length).freeze();
            if is_command {
                return Ok(Some(Received::Command(body)));
            }
            self.begun.push(body);
            self.length = whole;
            if flags & MORE == 0 {
                return Ok(Some(self.take()));
            }
            if self.begun.len() == MOST_FRAMES {
                return Err(malformed("a message has too many frames"));
            }
        }
    }
}

pub(super) fn malformed(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

/// A message as it is sent.
pub(super) fn message(frames: &[Bytes]) -> Bytes {
    let mut written = BytesMut::with_capacity(frames.iter().map(|frame| frame.len() + 9).sum());
    for (place, frame) in frames.iter().enumerate() {
        put(&mut written, if place + 1 < frames.len() { MORE } else { 0 }, frame);
    }
    written.freeze()
}

/// A command as it is sent.
pub(super) fn command(body: &[u8]) -> Bytes {
    let mut written = BytesMut::with_capacity(body.len() + 9);
    put(&mut written, COMMAND, body);
    written.freeze()
}

fn put(written: &mut BytesMut, flags: u8, body: &[u8]) {
    match u8::try_from(body.len()) {
        Ok(length) => written.put_slice(&[flags, length]),
        Err(_) => {
            written.put_u8(flags | LONG);
            written.put_u64(body.len() as u64);
        }
    }
    written.put_slice(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], step: usize) -> io::Result<Vec<Received>> {
        let (mut frames, mut source, mut all) = (Frames::default(), BytesMut::new(), Vec::new());
        for part in bytes.chunks(step) {
            source.put_slice(part);
            while let Some(received) = frames.decode(&mut source)? {
                all.push(received);
            }
            assert!(source.capacity() <= 2 * bytes.len() + 64, "{}", source.capacity());
        }
        assert!(source.is_empty());
        Ok(all)
    }

    #[test]
    fn what_is_written_is_read_whole_or_in_pieces() {
        let frames = [Bytes::from_static(b"a"), Bytes::new(), Bytes::from(vec![7; 300])];
        let mut bytes = message(&frames).to_vec();
        bytes.extend(command(b"\x05READY"));
        bytes.extend(message(&frames[..1]));
        for step in [1, 2, 7, bytes.len()] {
            let expected = [
                Received::Message(frames.to_vec()),
                Received::Command(Bytes::from_static(b"\x05READY")),
                Received::Message(frames[..1].to_vec()),
            ];
            assert_eq!(read(&bytes, step).unwrap(), expected, "{step}");
        }
    }

    #[test]
    fn what_is_too_long_is_passed_over_and_the_next_is_read() {
        let long = Bytes::from(vec![1; LONGEST + 1]);
        let half = long.slice(..LONGEST / 2 + 1);
        for frames in [vec![long], vec![half.clone(), half, Bytes::new()]] {
            let whole: usize = frames.iter().map(Bytes::len).sum();
            let mut bytes = message(&frames).to_vec();
            bytes.extend(message(&[Bytes::from_static(b"next")]));
            for step in [4_096, bytes.len()] {
                let expected =
                    [Received::TooLong(whole as u64), Received::Message(vec![Bytes::from_static(b"next")])];
                assert_eq!(read(&bytes, step).unwrap(), expected);
            }
        }
    }

    #[test]
    fn who_announces_more_than_there_is_memory_gets_none() {
        let mut bytes = vec![LONG];
        bytes.put_u64(1 << 60);
        bytes.put_slice(&[0; 10_000]);
        assert_eq!(read(&bytes, 100).unwrap(), []);
        bytes[0] = LONG | COMMAND;
        assert!(read(&bytes, 100).unwrap_err().to_string().contains("too long"));
    }

    #[test]
    fn what_is_no_frame_ends_the_connection() {
        for bytes in [&[0x08, 0][..], &[0xff; 10], &[COMMAND | MORE, 0], &[MORE, 0].repeat(100)] {
            assert_eq!(read(bytes, 2).unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }
}
