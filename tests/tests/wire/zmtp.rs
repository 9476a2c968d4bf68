//! What must hold about bytes that arrive over ZeroMQ's protocol, whoever sent them.

use bytes::BytesMut;
use looselycoupled::__private::wire::write_value;
use looselycoupled::__private::zmtp::{Frames, LONGEST, Received, event};
use looselycoupled::Value;
use looselycoupled_tests::Dice;
use tokio_util::codec::Decoder;

use crate::frames::{one_of, value};
use crate::judge::require_words;
use crate::mutate::{BAD_BODIES, BAD_TEXT, flip, insert, nested, place, range};

const MORE: u8 = 0b001;
const LONG: u8 = 0b010;
const COMMAND: u8 = 0b100;

/// Lengths that are none, or just not.
const LENGTHS: &[u64] =
    &[0, 1, 255, 256, LONGEST as u64, LONGEST as u64 + 1, u32::MAX as u64, 1 << 63, u64::MAX];

/// Requests that are hardly any.
const BAD_REQUESTS: &[&str] = &[
    r#"{"method":1}"#,
    r#"{"method":"","params":[]}"#,
    r#"{"method":"a b\u0000","params":[]}"#,
    r#"{"method":"motion","params":7}"#,
    r#"{"method":"motion","params":[1],"lc":{"names":[]}}"#,
    r#"{"method":"motion","params":[1],"lc":{"headers":{"a":1}}}"#,
    r#"{"method":"motion","params":[1],"lc":{"headers":{"":""}}}"#,
    r#"{"method":"lc.probe","params":{"a":1}}"#,
];

/// Hears what peers send, one connection after the other, and counts what came of it.
#[derive(Debug, Default)]
pub(super) struct Judge {
    sent: u64,
    commands: u64,
    events: u64,
    no_events: u64,
    passed_over: u64,
    refused: u64,
    cut_off: u64,
}

impl Judge {
    pub(super) fn messages(&self) -> u64 {
        self.sent
    }

    /// One connection: some messages, most of them broken, in pieces of any size.
    pub(super) fn hear(&mut self, dice: &mut Dice) {
        let mut sent = Vec::new();
        for _ in 0..=dice.roll(3) {
            sent.extend(message(dice));
            self.sent += 1;
        }
        let (mut frames, mut buffer, mut rest) = (Frames::default(), BytesMut::new(), &sent[..]);
        while !rest.is_empty() {
            let size = if dice.roll(2) == 0 { rest.len() } else { 1 + dice.roll(rest.len() as u64) as usize };
            let (piece, left) = rest.split_at(size);
            rest = left;
            buffer.extend_from_slice(piece);
            loop {
                match frames.decode(&mut buffer) {
                    Ok(Some(received)) => self.look_at(received),
                    Ok(None) => break,
                    Err(error) => {
                        require_words(&error.to_string());
                        self.refused += 1;
                        return;
                    }
                }
            }
            assert!(buffer.capacity() <= 2 * sent.len() + 64, "{} bytes are reserved", buffer.capacity());
        }
        self.cut_off += u64::from(frames.decode_eof(&mut buffer).is_err());
    }

    fn look_at(&mut self, received: Received) {
        match received {
            Received::Command(_) => self.commands += 1,
            Received::TooLong(length) => {
                assert!(length > LONGEST as u64, "{length}");
                self.passed_over += 1;
            }
            Received::Message(frames) => match event(&frames.concat()) {
                Ok(_) => self.events += 1,
                Err(why) => {
                    require_words(&why);
                    self.no_events += 1;
                }
            },
        }
    }

    /// That the dice have done all of it.
    pub(super) fn require_variety(&self) {
        let Self { sent, commands, events, no_events, passed_over: _, refused, cut_off } = self;
        let all = [commands, events, no_events, refused, cut_off];
        assert!(all.into_iter().all(|count| *count >= sent / 200), "{self:?}");
    }
}

/// A message or a command, three times of four broken.
fn message(dice: &mut Dice) -> Vec<u8> {
    if dice.roll(8) == 0 {
        return frame(COMMAND, b"\x09SUBSCRIBEmotion", dice);
    }
    let mut text = request(dice);
    let is_broken = dice.roll(4) != 0;
    if is_broken && dice.roll(2) == 0 {
        text = broken_text(text, dice);
    }
    let middle = if dice.roll(4) == 0 { place(&text, dice) } else { 0 };
    let mut bytes = if middle > 0 { frame(MORE, &text[..middle], dice) } else { Vec::new() };
    bytes.extend(frame(0, &text[middle..], dice));
    if is_broken && dice.roll(2) == 0 {
        break_frames(&mut bytes, dice);
    }
    bytes
}

/// An event as somebody here or elsewhere sends it.
fn request(dice: &mut Dice) -> Vec<u8> {
    let parameters = (0..dice.roll(3)).map(|_| value(dice, 3)).collect();
    let mut members = vec![
        ("jsonrpc", Value::from("2.0")),
        ("method", Value::from(*one_of(&["motion", "lc.probe", "küche.licht"], dice))),
        ("params", Value::List(parameters)),
        ("id", Value::from(dice.roll(u64::MAX))),
    ];
    if dice.roll(2) == 0 {
        members.push(("lc", value(dice, 3)));
    }
    write_value(&members.into_iter().collect()).unwrap().into()
}

fn broken_text(mut text: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    match dice.roll(6) {
        0 => text.truncate(place(&text, dice)),
        1 => flip(&mut text, dice),
        2 => insert(&mut text, dice, |dice| one_of(BAD_TEXT, dice).to_vec()),
        3 => text = nested(dice),
        4 => text = one_of(BAD_BODIES, dice).as_bytes().to_vec(),
        _ => text = one_of(BAD_REQUESTS, dice).as_bytes().to_vec(),
    }
    text
}

fn break_frames(bytes: &mut Vec<u8>, dice: &mut Dice) {
    match dice.roll(5) {
        0 => bytes.truncate(place(bytes, dice)),
        1 => flip(bytes, dice),
        2 => drop(bytes.drain(range(bytes, dice))),
        3 => bytes.insert(0, dice.roll(256) as u8),
        _ => {
            let mut head = vec![LONG | dice.roll(2) as u8];
            head.extend(one_of(LENGTHS, dice).to_be_bytes());
            bytes.splice(0..0, head);
        }
    }
}

/// A frame; short ones are at times written as if they were long.
fn frame(flags: u8, body: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = match u8::try_from(body.len()) {
        Ok(length) if dice.roll(4) != 0 => vec![flags, length],
        _ => [&[flags | LONG][..], &(body.len() as u64).to_be_bytes()].concat(),
    };
    bytes.extend(body);
    bytes
}
