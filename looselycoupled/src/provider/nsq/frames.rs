//! Frames of NSQ, and the commands that are sent to it.
//!
//! What nsqd sends is the length of the rest, the sort of the frame, and its content; what it is sent are lines, some with a content behind them.

use std::io;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// The longest content of an event, as nsqd has it unless it is told otherwise.
pub const LONGEST: usize = 1024 * 1024;

/// What says which version is spoken.
pub(super) const MAGIC: &[u8] = b"  V2";

pub(super) const HEARTBEAT: &[u8] = b"_heartbeat_";

const LENGTH: usize = 4;
const SORT: usize = 4;
const ID: usize = 16;
/// When it was sent, how often it has been tried, and its name.
const PREFIX: usize = 8 + 2 + ID;

/// What nsqd calls a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId([u8; ID]);

impl MessageId {
    /// As nsqd writes it; it may be any bytes.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

/// What has come.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// What a command has come to, or a heart-beat.
    Response(Bytes),
    /// What was wrong with a command.
    Error(Bytes),
    /// A message, and the how-manieth attempt it is.
    Message(MessageId, u16, Bytes),
    /// A message of more bytes than are taken.
    TooLong(MessageId, u64),
}

/// Reads frames.
#[derive(Debug, Default)]
pub struct Frames {
    /// So many bytes are passed over.
    rest: u64,
}

pub(super) fn malformed(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

impl Frames {
    fn pass_over(&mut self, source: &mut BytesMut) {
        let passed = usize::try_from(self.rest).unwrap_or(usize::MAX).min(source.len());
        source.advance(passed);
        self.rest -= passed as u64;
    }
}

impl Decoder for Frames {
    type Item = Received;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Received>> {
        self.pass_over(source);
        if self.rest > 0 || source.len() < LENGTH + SORT {
            return Ok(None);
        }
        let (mut length, mut sort) = (&source[..LENGTH], &source[LENGTH..LENGTH + SORT]);
        let (length, sort) = (length.get_u32() as usize, sort.get_u32());
        let content = length.checked_sub(SORT).ok_or_else(|| malformed("a frame without its sort"))?;
        let is_message = match sort {
            0 | 1 => false,
            2 => true,
            _ => return Err(malformed("a frame of a sort that does not exist")),
        };
        if is_message && content < PREFIX {
            return Err(malformed("a message that is too short to be one"));
        }
        if !is_message && content > LONGEST {
            return Err(malformed("a response that is too long"));
        }
        let is_long = content > PREFIX + LONGEST;
        let needed = LENGTH + SORT + if is_long { PREFIX } else { content };
        if source.len() < needed {
            return Ok(None);
        }
        let mut frame = source.split_to(needed).freeze();
        frame.advance(LENGTH + SORT);
        if !is_message {
            return Ok(Some(if sort == 0 { Received::Response(frame) } else { Received::Error(frame) }));
        }
        frame.advance(8);
        let (attempts, mut id) = (frame.get_u16(), [0; ID]);
        frame.copy_to_slice(&mut id);
        if is_long {
            let length = (content - PREFIX) as u64;
            self.rest = length;
            self.pass_over(source);
            return Ok(Some(Received::TooLong(MessageId(id), length)));
        }
        Ok(Some(Received::Message(MessageId(id), attempts, frame)))
    }
}

fn with_content(line: &str, content: &[u8]) -> Bytes {
    let mut written = BytesMut::with_capacity(line.len() + 1 + LENGTH + content.len());
    written.put_slice(line.as_bytes());
    written.put_u8(b'\n');
    // What is longer has been refused before.
    written.put_u32(u32::try_from(content.len()).unwrap_or(u32::MAX));
    written.put_slice(content);
    written.freeze()
}

pub(super) fn identify(features: &str) -> Bytes {
    with_content("IDENTIFY", features.as_bytes())
}

pub(super) fn auth(secret: &str) -> Bytes {
    with_content("AUTH", secret.as_bytes())
}

pub(super) fn publish(topic: &str, content: &[u8]) -> Bytes {
    with_content(&format!("PUB {topic}"), content)
}

pub(super) fn subscribe(topic: &str, channel: &str) -> Bytes {
    format!("SUB {topic} {channel}\n").into()
}

pub(super) fn ready_for(count: u32) -> Bytes {
    format!("RDY {count}\n").into()
}

fn about(verb: &str, MessageId(id): MessageId, rest: &str) -> Bytes {
    [verb.as_bytes(), b" ", &id, rest.as_bytes(), b"\n"].concat().into()
}

pub(super) fn finish(id: MessageId) -> Bytes {
    about("FIN", id, "")
}

pub(super) fn again(id: MessageId, milliseconds: u128) -> Bytes {
    about("REQ", id, &format!(" {milliseconds}"))
}

pub(super) fn touch(id: MessageId) -> Bytes {
    about("TOUCH", id, "")
}

pub(super) const CLOSE: Bytes = Bytes::from_static(b"CLS\n");
pub(super) const NOTHING: Bytes = Bytes::from_static(b"NOP\n");

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(sort: u32, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + SORT).unwrap();
        [&length.to_be_bytes()[..], &sort.to_be_bytes(), content].concat()
    }

    fn message(content: &[u8]) -> Vec<u8> {
        frame(2, &[&[0; 8][..], &[0, 3], b"0123456789abcdef", content].concat())
    }

    fn read(bytes: &[u8], step: usize) -> io::Result<Vec<Received>> {
        let (mut frames, mut source, mut all) = (Frames::default(), BytesMut::new(), Vec::new());
        for part in bytes.chunks(step) {
            source.put_slice(part);
            while let Some(received) = frames.decode(&mut source)? {
                all.push(received);
            }
            assert!(source.capacity() <= 2 * bytes.len() + 64, "{}", source.capacity());
        }
        Ok(all)
    }

    const NAME: MessageId = MessageId(*b"0123456789abcdef");

    #[test]
    fn frames_are_read_whole_or_in_pieces() {
        let bytes = [frame(0, b"OK"), frame(1, b"E_BAD"), message(b"{}"), message(b"")].concat();
        for step in [1, 3, bytes.len()] {
            let expected = [
                Received::Response(Bytes::from_static(b"OK")),
                Received::Error(Bytes::from_static(b"E_BAD")),
                Received::Message(NAME, 3, Bytes::from_static(b"{}")),
                Received::Message(NAME, 3, Bytes::new()),
            ];
            assert_eq!(read(&bytes, step).unwrap(), expected, "{step}");
        }
    }

    #[test]
    fn what_is_too_long_is_passed_over_and_the_next_is_read() {
        let bytes = [message(&vec![1; LONGEST]), message(&vec![1; LONGEST + 1]), frame(0, b"OK")].concat();
        for step in [4_096, bytes.len()] {
            let read = read(&bytes, step).unwrap();
            assert!(matches!(&read[0], Received::Message(_, 3, content) if content.len() == LONGEST));
            assert_eq!(read[1], Received::TooLong(NAME, LONGEST as u64 + 1));
            assert_eq!(read[2..], [Received::Response(Bytes::from_static(b"OK"))]);
        }
    }

    #[test]
    fn what_is_no_frame_ends_the_connection() {
        let long = u32::MAX.to_be_bytes();
        for bytes in [
            vec![0; 8],
            frame(3, b""),
            frame(2, &[0; PREFIX - 1]),
            [&long[..], &[0; 4]].concat(),
            b"HTTP/1.1 400 Bad Request".to_vec(),
        ] {
            assert_eq!(read(&bytes, 2).unwrap_err().kind(), io::ErrorKind::InvalidData, "{bytes:?}");
        }
    }

    #[test]
    fn who_announces_more_than_there_is_gets_no_memory_for_it() {
        let mut bytes = [&u32::MAX.to_be_bytes()[..], &2_u32.to_be_bytes(), &[7; 10_000]].concat();
        assert_eq!(read(&bytes, 100).unwrap().len(), 1);
        bytes.truncate(20);
        assert_eq!(read(&bytes, 100).unwrap(), []);
    }

    /// `NSQ_GARBAGE` says how many frames, where 100,000 are too few.
    #[test]
    fn whatever_arrives_is_a_frame_or_is_refused_and_takes_no_memory() {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        let count =
            std::env::var("NSQ_GARBAGE").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000_u64);
        let dice = |number: u64, most: usize| {
            BuildHasherDefault::<DefaultHasher>::default().hash_one(number) as usize % most
        };
        let kinds = [
            frame(0, b"OK"),
            frame(1, b"E_BAD"),
            message(br#"{"a":1,"lc":{"headers":{"b":"c"}}}"#),
            message(b"\xa1aa\x01"),
        ];
        let (mut read_whole, mut refused) = (0_u64, 0_u64);
        for number in 0..count {
            let mut bytes = kinds[dice(number, kinds.len())].clone();
            for change in 0..=dice(number ^ 1 << 40, 3) as u64 {
                let place = dice(number ^ (change + 2) << 41, bytes.len());
                bytes[place] = dice(number ^ (change + 2) << 46, 256) as u8;
            }
            let step = 1 + dice(number ^ 1 << 52, bytes.len());
            match read(&bytes, step) {
                Ok(all) => {
                    read_whole += all.len() as u64;
                    for received in all {
                        if let Received::Message(_, _, content) = received {
                            let _either = super::super::outside::event(&content, number % 2 == 0);
                        }
                    }
                }
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
                    refused += 1;
                }
            }
        }
        assert!(read_whole > count / 10 && refused > count / 10, "{read_whole} read, {refused} refused");
    }

    #[test]
    fn commands_are_lines_and_some_have_a_content() {
        assert_eq!(publish("order", b"{}"), b"PUB order\n\0\0\0\x02{}".as_slice());
        assert_eq!(identify("{}"), b"IDENTIFY\n\0\0\0\x02{}".as_slice());
        assert_eq!(auth("x"), b"AUTH\n\0\0\0\x01x".as_slice());
        assert_eq!(subscribe("order", "a#ephemeral"), "SUB order a#ephemeral\n");
        assert_eq!(ready_for(7), "RDY 7\n");
        assert_eq!(finish(NAME), "FIN 0123456789abcdef\n");
        assert_eq!(again(NAME, 500), "REQ 0123456789abcdef 500\n");
        assert_eq!(touch(NAME), "TOUCH 0123456789abcdef\n");
    }
}
