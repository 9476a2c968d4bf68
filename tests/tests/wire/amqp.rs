//! What must hold about bytes that arrive from a broker of AMQP 1.0, of which strangers have written the messages.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use fe2o3_amqp::types::messaging::Body;
use fe2o3_amqp::types::messaging::message::DecodeIntoMessage;
use fe2o3_amqp::types::primitives::Value;
use futures_util::FutureExt;
use looselycoupled::__private::amqp::{Sieve, event, is_sound};
use looselycoupled::__private::wire::write_value;
use looselycoupled_tests::Dice;
use serde_amqp::read::SliceReader;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use crate::frames::{one_of, value};
use crate::judge::require_words;
use crate::mutate::{BAD_BODIES, BAD_TEXT, flip, insert, place, range};

/// A frame that says only that somebody is there.
const BEAT: &[u8] = &[0, 0, 0, 8, 2, 0, 0, 0];

/// The head of a frame.
const HEAD: usize = 8;

/// Constructors, and what is none.
const CONSTRUCTORS: &[u8] = &[
    0x00, 0x40, 0x44, 0x45, 0x53, 0x56, 0x70, 0x80, 0xa0, 0xa1, 0xa3, 0xb1, 0xc0, 0xc1, 0xd0, 0xd1, 0xe0,
    0xf0, 0xff,
];

/// Hears what brokers send, one connection after the other, and counts what came of it.
#[derive(Debug, Default)]
pub(super) struct Judge {
    sent: u64,
    events: u64,
    no_events: u64,
    unsound: u64,
    undecoded: u64,
    refused: u64,
}

/// Bytes that come in pieces, and then no more.
struct Pieces(VecDeque<Vec<u8>>);

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(piece) = self.0.front_mut() {
            let length = piece.len().min(into.remaining());
            into.put_slice(&piece[..length]);
            piece.drain(..length);
            if piece.is_empty() {
                self.0.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl Judge {
    pub(super) fn messages(&self) -> u64 {
        self.sent
    }

    /// One connection by which messages come, most of them broken, in frames and pieces of any size.
    pub(super) fn hear(&mut self, dice: &mut Dice) {
        let mut bytes = b"AMQP\x00\x01\x00\x00".to_vec();
        let mut sent = Vec::new();
        for handle in 0..=dice.roll(3) as u8 {
            sent.push(message(dice));
            bytes.extend(frames(handle, &sent[usize::from(handle)], dice));
            self.sent += 1;
        }
        let is_as_sent = dice.roll(4) != 0;
        if !is_as_sent {
            flip(&mut bytes, dice);
        }
        let mut pieces = VecDeque::new();
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let size = if dice.roll(2) == 0 { rest.len() } else { 1 + dice.roll(rest.len() as u64) as usize };
            let (piece, left) = rest.split_at(size);
            pieces.push_back(piece.to_vec());
            rest = left;
        }
        let mut read = Vec::new();
        let over = Sieve::new(Pieces(pieces)).read_to_end(&mut read).now_or_never().unwrap();
        match over {
            Ok(_) if is_as_sent => self.compare(&sent, &bytes, &read),
            Ok(_) => payloads(&read).into_iter().for_each(|message| self.decode(&message)),
            Err(error) => {
                assert!(!is_as_sent, "{error}");
                require_words(&error.to_string());
                self.refused += 1;
            }
        }
    }

    /// What is sound comes as it was, and nothing that is not sound.
    fn compare(&mut self, sent: &[Vec<u8>], bytes: &[u8], read: &[u8]) {
        let count = |bytes: &[u8]| split(bytes).filter(|frame| *frame != BEAT).count();
        assert_eq!(count(bytes), count(read), "both sides count frames");
        let received = payloads(read);
        assert_eq!(received.len(), sent.len());
        for (sent, received) in sent.iter().zip(&received) {
            assert_eq!(is_sound(sent), sent == received);
            self.decode(received);
        }
    }

    /// Without a panic, in the stack that a thread has.
    fn decode(&mut self, message: &[u8]) {
        let Ok(message) = Body::<Value>::decode_message_from_reader(SliceReader::new(message)) else {
            self.undecoded += 1;
            return;
        };
        match event(message) {
            Ok(_) => self.events += 1,
            Err(why) => {
                require_words(&why);
                self.no_events += 1;
                self.unsound += u64::from(why.contains("more than 32 deep") || why.contains("not encoded"));
            }
        }
    }

    /// That the dice have done all of it.
    pub(super) fn require_variety(&self) {
        let Self { sent, events, no_events, unsound, undecoded, refused } = self;
        let all = [events, no_events, unsound, undecoded, refused];
        assert!(all.into_iter().all(|count| *count >= sent / 500), "{self:?}");
    }
}

/// The frames behind the greeting.
fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = &bytes[HEAD.min(bytes.len())..];
    std::iter::from_fn(move || {
        let size = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        let (frame, left) = rest.split_at_checked(size.max(HEAD))?;
        rest = left;
        Some(frame)
    })
}

/// Of the frames that end a message, what they carry.
fn payloads(bytes: &[u8]) -> Vec<Vec<u8>> {
    let of = |frame: &[u8]| {
        let [_, _, _, _, 2, 0, _, _, 0x00, 0x53, 0x14, 0xc0, size, rest @ ..] = frame else { return None };
        let (fields, payload) = rest.split_at_checked(usize::from(*size))?;
        // Whether more comes stands at their end.
        (fields.last() == Some(&0x42)).then(|| payload.to_vec())
    };
    split(bytes).filter_map(of).collect()
}

/// Frames that carry a message in any number of parts.
fn frames(handle: u8, message: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = message;
    let mut is_first = true;
    loop {
        let size = if dice.roll(3) == 0 { dice.roll(rest.len() as u64 + 1) as usize } else { rest.len() };
        let (part, left) = rest.split_at(size);
        rest = left;
        let more = !rest.is_empty();
        let mut fields = vec![0x52, handle];
        if is_first {
            fields.extend_from_slice(&[0x52, handle, 0xa0, 1, handle, 0x43, 0x42]);
        } else {
            fields.extend_from_slice(&[0x40, 0x40, 0x40, 0x40]);
        }
        fields.push(if more { 0x41 } else { 0x42 });
        let size = HEAD + 6 + fields.len() + part.len();
        bytes.extend_from_slice(&u32::try_from(size).unwrap().to_be_bytes());
        bytes.extend_from_slice(&[2, 0, 0, 0, 0x00, 0x53, 0x14, 0xc0, fields.len() as u8 + 1, 6]);
        bytes.extend_from_slice(&fields);
        bytes.extend_from_slice(part);
        is_first = false;
        if !more {
            return bytes;
        }
    }
}

/// A message, three times of four broken.
fn message(dice: &mut Dice) -> Vec<u8> {
    let is_broken = dice.roll(4) != 0;
    let mut bytes = Vec::new();
    if dice.roll(2) == 0 {
        section(0x70, &[0xc0, 3, 2, 0x41, 0x40], &mut bytes);
    }
    if dice.roll(2) == 0 {
        let value = encoded(dice, 3);
        let of_one = map(&[symbol("x-opt-said"), value]);
        section(*one_of(&[0x71, 0x72], dice), &of_one, &mut bytes);
    }
    if dice.roll(2) == 0 {
        let of_two = map(&[text(b"lc-source"), text(b"hall/door"), text(b"owner"), vec![0x54, 5]]);
        section(0x74, &of_two, &mut bytes);
    }
    let mut body = write_value(&value(dice, 3)).unwrap().to_vec();
    if is_broken && dice.roll(4) == 0 {
        body = one_of(BAD_BODIES, dice).as_bytes().to_vec();
    }
    match dice.roll(4) {
        0 => section(0x75, &variable(0xb0, &body), &mut bytes),
        1 if is_broken => section(0x77, &nested(dice), &mut bytes),
        2 if is_broken => section(*one_of(&[0x76, 0x77, 0x78], dice), &encoded(dice, 4), &mut bytes),
        _ => section(0x77, &variable(0xb1, &body), &mut bytes),
    }
    if is_broken && dice.roll(2) == 0 {
        match dice.roll(5) {
            0 => bytes.truncate(place(&bytes, dice)),
            1 => flip(&mut bytes, dice),
            2 => drop(bytes.drain(range(&bytes, dice))),
            3 => insert(&mut bytes, dice, |dice| one_of(BAD_TEXT, dice).to_vec()),
            _ => insert(&mut bytes, dice, |dice| vec![*one_of(CONSTRUCTORS, dice)]),
        }
    }
    bytes
}

fn section(code: u8, value: &[u8], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&[0x00, 0x53, code]);
    bytes.extend_from_slice(value);
}

/// With four bytes that say how long it is.
fn variable(constructor: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[constructor], &length[..], bytes].concat()
}

fn text(bytes: &[u8]) -> Vec<u8> {
    [&[0xa1, bytes.len() as u8], bytes].concat()
}

fn symbol(word: &str) -> Vec<u8> {
    [&[0xa3, word.len() as u8], word.as_bytes()].concat()
}

fn compound(constructor: u8, values: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(values.len()).unwrap().to_be_bytes();
    variable(constructor, &[&count[..], &values.concat()].concat())
}

fn map(pairs: &[Vec<u8>]) -> Vec<u8> {
    compound(0xd1, pairs)
}

/// Any value, with others in it.
fn encoded(dice: &mut Dice, depth: u64) -> Vec<u8> {
    let some = |dice: &mut Dice, of: usize| {
        let count = dice.roll(4) as usize * of;
        (0..count).map(|_| encoded(dice, depth - 1)).collect::<Vec<_>>()
    };
    match dice.roll(if depth == 0 { 8 } else { 12 }) {
        0 => vec![*one_of(&[0x40, 0x41, 0x42, 0x43, 0x44, 0x45], dice)],
        1 => vec![*one_of(&[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56], dice), dice.roll(3) as u8],
        2 => vec![*one_of(&[0x60, 0x61], dice), 1, 2],
        3 => vec![*one_of(&[0x70, 0x71, 0x72, 0x73, 0x74], dice), 0, 0, 0, dice.roll(100) as u8],
        4 => [&[*one_of(&[0x80, 0x81, 0x82, 0x83, 0x84], dice)][..], &[0; 8]].concat(),
        5 => [&[*one_of(&[0x94, 0x98], dice)][..], &[7; 16]].concat(),
        6 => text(b"a text"),
        7 => variable(*one_of(&[0xb0, 0xb1, 0xb3], dice), b"others"),
        8 => compound(0xd0, &some(dice, 1)),
        9 => map(&some(dice, 2)),
        10 => [vec![0x00], symbol("unit"), encoded(dice, depth - 1)].concat(),
        _ => array(dice),
    }
}

/// Of one type, as arrays are, or of what none should be.
fn array(dice: &mut Dice) -> Vec<u8> {
    let count = dice.roll(4) as u8;
    let (constructor, each): (u8, &[u8]) = *one_of(
        &[
            (0x41, b"" as &[u8]),
            (0x50, b"\x01"),
            (0x71, b"\0\0\0\x01"),
            (0xa1, b"\x02no"),
            (0xb0, b"\0\0\0\0"),
            (0xc0, b"\x01\0"),
            (0xe0, b"\x01\0"),
        ],
        dice,
    );
    let mut values = each.repeat(usize::from(count));
    if count > 0 || dice.roll(2) == 0 {
        values.insert(0, constructor);
    }
    [&[0xe0, values.len() as u8 + 1, count], &values[..]].concat()
}

/// Just not too deep, or far too deep, in all the ways in which values are in others.
fn nested(dice: &mut Dice) -> Vec<u8> {
    let levels = if dice.roll(2) == 0 { dice.roll(40) } else { dice.roll(1_200) };
    let mut value = vec![0x40];
    let kind = dice.roll(5);
    for _ in 0..levels {
        value = match kind {
            0 => compound(0xd0, &[value]),
            1 => map(&[vec![0x43], value]),
            2 => [&[0x00, 0x53, 0x01], &value[..]].concat(),
            // Whose descriptor is the next one.
            3 => [&[0x00], &value[..], &[0x40]].concat(),
            _ => compound(0xf0, &[vec![0x00], value]),
        };
    }
    value
}
