//! What must hold about bytes that arrive from a broker of STOMP.

use bytes::BytesMut;
use looselycoupled::__private::stomp::{Frame, Frames, LONGEST, Received, event};
use looselycoupled::__private::wire::write_value;
use looselycoupled_tests::Dice;
use tokio_util::codec::Decoder;

use crate::frames::{one_of, value};
use crate::judge::require_words;
use crate::mutate::{BAD_BODIES, BAD_TEXT, flip, insert, nested, place, range};

/// What means something between the parts of a frame.
const TELLING: &[&[u8]] = &[b"\0", b"\n", b"\r", b":", b"\\", b"\\c", b"\n\n", b"\ncontent-length:", b"\\x"];

/// Lengths that are none, or just not.
const LENGTHS: &[&str] =
    &["0", "1", "4194304", "4194305", "18446744073709551615", "18446744073709551616", "-1", "", "1e3"];

/// Hears what brokers send, one connection after the other, and counts what came of it.
#[derive(Debug, Default)]
pub(super) struct Judge {
    sent: u64,
    events: u64,
    no_events: u64,
    unreadable: u64,
    refused: u64,
    cut_off: u64,
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
                    Ok(Some(received)) => self.look_at(received, sent.len()),
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

    fn look_at(&mut self, received: Received, sent: usize) {
        match received {
            Received::Unreadable(_, why) => {
                require_words(why);
                self.unreadable += 1;
            }
            Received::Frame(frame) => {
                assert!(frame.body.len() <= LONGEST.min(sent));
                match event(&frame) {
                    Ok(_) => self.events += 1,
                    Err(why) => {
                        require_words(&why);
                        self.no_events += 1;
                    }
                }
            }
        }
    }

    /// That the dice have done all of it.
    pub(super) fn require_variety(&self) {
        let Self { sent, events, no_events, unreadable, refused, cut_off } = self;
        let all = [events, no_events, unreadable, refused, cut_off];
        assert!(all.into_iter().all(|count| *count >= sent / 200), "{self:?}");
    }
}

/// A frame, three times of four broken.
fn frame(dice: &mut Dice) -> Vec<u8> {
    let is_broken = dice.roll(4) != 0;
    let mut body = write_value(&value(dice, 3)).unwrap().to_vec();
    if is_broken && dice.roll(2) == 0 {
        match dice.roll(4) {
            0 => flip(&mut body, dice),
            1 => insert(&mut body, dice, |dice| one_of(BAD_TEXT, dice).to_vec()),
            2 => body = nested(dice),
            _ => body = one_of(BAD_BODIES, dice).as_bytes().to_vec(),
        }
    }
    let command = *one_of(&["MESSAGE", "MESSAGE", "MESSAGE", "RECEIPT", "ERROR", "CONNECTED"], dice);
    let frame = Frame::new(command).with("subscription", "1").with("lc-source", "hall/door");
    let frame = if dice.roll(2) == 0 { frame.with("lc-x-a:b\\", "c\r\nd") } else { frame };
    let mut bytes = frame.with_body(body).written().to_vec();
    if is_broken && dice.roll(2) == 0 {
        match dice.roll(5) {
            0 => bytes.truncate(place(&bytes, dice)),
            1 => flip(&mut bytes, dice),
            2 => drop(bytes.drain(range(&bytes, dice))),
            3 => insert(&mut bytes, dice, |dice| one_of(TELLING, dice).to_vec()),
            _ => {
                let line = format!("MESSAGE\ncontent-length:{}\n", one_of(LENGTHS, dice));
                bytes.splice(0..place(&bytes, dice), line.into_bytes());
            }
        }
    }
    bytes
}
