//! Frames that somebody broke, by dice.

use looselycoupled_tests::Dice;

use crate::bombs::around;
use crate::frames::one_of;

/// The bytes that say how many follow.
const PREFIX: usize = 4;

/// Where the length of the name stands.
const NAME_LENGTH: usize = PREFIX + 1 + 8;

/// Lengths that are none, or just not.
const LENGTHS: &[u32] =
    &[0, 1, 11, 12, 13, 4_096, 4_097, 65_535, 1 << 20, (1 << 20) + 1, i32::MAX as u32, 1 << 31, u32::MAX];

/// What no UTF-8 is: lone, overlong, cut off, a surrogate, or beyond the last character.
pub(super) const BAD_TEXT: &[&[u8]] =
    &[b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"];

/// What is no JSON, or hardly.
pub(super) const BAD_BODIES: &[&str] = &[
    "{\"$bytes\":\"?\"}",
    "{\"$bytes\":[0]}",
    "{\"$float\":1}",
    "{\"a\":1,\"a\":}",
    "[1,]",
    "\"\\ud800\"",
    "\"\\",
    "1e999",
    "-",
    "NaN",
    "nulll",
    "\u{feff}1",
    "]]]]",
    "[}",
];

/// Breaks a frame in one to three ways; half of them say how long they have become.
pub(super) fn broken(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    for _ in 0..=dice.roll(3) {
        match dice.roll(14) {
            0 => bytes.truncate(place(&bytes, dice)),
            1 => put(&mut bytes, 0, &one_of(LENGTHS, dice).to_be_bytes()),
            2 | 3 => flip(&mut bytes, dice),
            4 => insert(&mut bytes, dice, |dice| one_of(BAD_TEXT, dice).to_vec()),
            5 => with_body(&mut bytes, &nested(dice)),
            6 => with_body(&mut bytes, one_of(BAD_BODIES, dice).as_bytes()),
            7 => with_count_of_headers(&mut bytes, dice.roll(256) as u8),
            8 => put(&mut bytes, NAME_LENGTH, &[dice.roll(3) as u8, dice.roll(256) as u8]),
            9 => drop(bytes.drain(range(&bytes, dice))),
            10 => {
                let again = bytes[range(&bytes, dice)].to_vec();
                insert(&mut bytes, dice, |_| again);
            }
            11 => put(&mut bytes, PREFIX, &[dice.roll(256) as u8]),
            12 => insert(&mut bytes, dice, |dice| (0..dice.roll(20)).map(|_| dice.roll(256) as u8).collect()),
            _ => bytes = (0..dice.roll(80)).map(|_| dice.roll(256) as u8).collect(),
        }
    }
    if dice.roll(2) == 0 {
        let length = bytes.len().saturating_sub(PREFIX) as u32;
        put(&mut bytes, 0, &length.to_be_bytes());
    }
    bytes
}

pub(super) fn place(bytes: &[u8], dice: &mut Dice) -> usize {
    dice.roll(bytes.len() as u64 + 1) as usize
}

pub(super) fn range(bytes: &[u8], dice: &mut Dice) -> std::ops::Range<usize> {
    let from = place(bytes, dice);
    from..(from + dice.roll(20) as usize).min(bytes.len())
}

/// Writes over what stands there, as far as there is anything.
fn put(bytes: &mut [u8], at: usize, others: &[u8]) {
    bytes.iter_mut().skip(at).zip(others).for_each(|(byte, other)| *byte = *other);
}

pub(super) fn flip(bytes: &mut [u8], dice: &mut Dice) {
    let at = place(bytes, dice);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << dice.roll(8);
    }
}

pub(super) fn insert(bytes: &mut Vec<u8>, dice: &mut Dice, piece: impl FnOnce(&mut Dice) -> Vec<u8>) {
    let at = place(bytes, dice);
    drop(bytes.splice(at..at, piece(dice)));
}

/// Where the number of headers stands, if the length of the name is true.
fn behind_name(bytes: &[u8]) -> Option<usize> {
    let length = bytes.get(NAME_LENGTH..NAME_LENGTH + 2)?;
    Some(NAME_LENGTH + 2 + usize::from(u16::from_be_bytes([length[0], length[1]])))
}

fn with_count_of_headers(bytes: &mut [u8], count: u8) {
    if let Some(at) = behind_name(bytes) {
        put(bytes, at, &[count]);
    }
}

/// Without headers, and with another body.
fn with_body(bytes: &mut Vec<u8>, body: &[u8]) {
    if let Some(at) = behind_name(bytes).filter(|at| *at < bytes.len()) {
        bytes.truncate(at);
        bytes.push(0);
        bytes.extend_from_slice(body);
    }
}

/// Just not too deep, just too deep, or far too deep, and closed or not.
pub(super) fn nested(dice: &mut Dice) -> Vec<u8> {
    let levels = match dice.roll(3) {
        0 => 120 + dice.roll(12),
        1 => dice.roll(40),
        _ => dice.roll(3_000),
    };
    let (open, close) = *one_of(&[("[", "]"), ("{\"a\":", "}"), ("[[\"]\",", "]]"), ("[{\"\":", "}]")], dice);
    let mut text = around(open, "1", close, levels as usize).into_bytes();
    if dice.roll(4) == 0 {
        text.truncate(place(&text, dice));
    }
    text
}
