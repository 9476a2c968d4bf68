//! What must hold about bytes that arrive from nsqd.

use bytes::BytesMut;
use looselycoupled::__private::nsq::{Frames, LONGEST, Received, event};
use looselycoupled::__private::wire::write_value;
use looselycoupled::Value;
use looselycoupled_tests::Dice;
use tokio_util::codec::Decoder;

use crate::frames::{one_of, value};
use crate::judge::require_words;
use crate::mutate::{BAD_BODIES, BAD_TEXT, flip, insert, nested, place, range};

/// The sorts of frames that there are.
const RESPONSE: u32 = 0;
const ERROR: u32 = 1;
const MESSAGE: u32 = 2;

/// What stands before the content of a message: a time, how often it was sent, and its id.
const HEAD: &[u8] = b"\x00\x00\x00\x00\x00\x00\x00\x01\x00\x010123456789abcdef";

/// Lengths that are none, or just not.
const LENGTHS: &[u32] = &[0, 1, 3, 4, 29, 30, 1 << 20, (1 << 20) + 31, i32::MAX as u32, 1 << 31, u32::MAX];

/// What CBOR can be that JSON cannot, and what is hardly any.
const BAD_CBOR: &[&[u8]] = &[
    b"\xa1\x01\x02",
    b"\xa1\x61a\xf7",
    b"\xc1\x1a\x00\x00\x00\x01",
    b"\x9f\x01",
    b"\xbf\x61a\x01\xff",
    b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xff",
    b"",
];

/// Hears what nsqds send, one connection after the other, and counts what came of it.
#[derive(Debug, Default)]
pub(super) struct Judge {
    sent: u64,
    events: u64,
    no_events: u64,
    others: u64,
    passed_over: u64,
    refused: u64,
}

impl Judge {
    pub(super) fn frames(&self) -> u64 {
        self.sent
    }

    /// One connection: some frames, most of them broken, in pieces of any size.
    pub(super) fn hear(&mut self, dice: &mut Dice) {
        let mut sent = Vec::new();
        for _ in 0..=dice.roll(3) {
            sent.extend(frame(dice));
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
    }

    fn look_at(&mut self, received: Received) {
        match received {
            Received::Response(_) | Received::Error(_) => self.others += 1,
            Received::TooLong(_, length) => {
                assert!(length > LONGEST as u64, "{length}");
                self.passed_over += 1;
            }
            Received::Message(_, _, content) => {
                for is_cbor in [false, true] {
                    match event(&content, is_cbor) {
                        Ok(_) => self.events += 1,
                        Err(why) => {
                            require_words(&why);
                            self.no_events += 1;
                        }
                    }
                }
            }
        }
    }

    /// That the dice have done all of it.
    pub(super) fn require_variety(&self) {
        let Self { sent, events, no_events, others, passed_over: _, refused } = self;
        let all = [events, no_events, others, refused];
        assert!(all.into_iter().all(|count| *count >= sent / 200), "{self:?}");
    }
}

/// A frame, three times of four broken.
fn frame(dice: &mut Dice) -> Vec<u8> {
    let is_broken = dice.roll(4) != 0;
    let kind = *one_of(&[MESSAGE, MESSAGE, MESSAGE, RESPONSE, ERROR], dice);
    let mut rest = match kind {
        MESSAGE => [HEAD, &content(is_broken, dice)].concat(),
        _ => one_of(&["OK", "_heartbeat_", "E_FIN_FAILED FIN 0123456789abcdef failed", "{\"a\":1}"], dice)
            .as_bytes()
            .to_vec(),
    };
    if is_broken && dice.roll(4) == 0 {
        match dice.roll(3) {
            0 => rest.truncate(place(&rest, dice)),
            1 => flip(&mut rest, dice),
            _ => drop(rest.drain(range(&rest, dice))),
        }
    }
    let kind = if is_broken && dice.roll(16) == 0 { dice.roll(300) as u32 } else { kind };
    let length = match is_broken && dice.roll(8) == 0 {
        true => *one_of(LENGTHS, dice),
        false => rest.len() as u32 + 4,
    };
    [&length.to_be_bytes(), &kind.to_be_bytes(), &rest[..]].concat()
}

fn content(is_broken: bool, dice: &mut Dice) -> Vec<u8> {
    let mut event = vec![("number", value(dice, 3))];
    if dice.roll(2) == 0 {
        event.push(("lc", value(dice, 3)));
    }
    let mut text = write_value(&event.into_iter().collect::<Value>()).unwrap().to_vec();
    if is_broken {
        match dice.roll(6) {
            0 => flip(&mut text, dice),
            1 => insert(&mut text, dice, |dice| one_of(BAD_TEXT, dice).to_vec()),
            2 => text = nested(dice),
            3 => text = one_of(BAD_CBOR, dice).to_vec(),
            // Lists in lists in lists.
            4 => text = vec![0x81; dice.roll(3_000) as usize],
            _ => text = one_of(BAD_BODIES, dice).as_bytes().to_vec(),
        }
    }
    text
}
