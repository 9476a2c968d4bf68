//! Frames as peers send them, by dice.

use looselycoupled::__private::wire::{Frame, FrameHeaders, Kind, write_value};
use looselycoupled::Value;
use looselycoupled_tests::Dice;

const NAMES: &[&str] = &["", "lamp.set_level", "motion", "küche/licht", "sensor.battery.low"];

const HEADERS: &[(&str, &str)] = &[
    ("lc-transaction", "20261121-091500-000042"),
    ("lc-priority", "high"),
    ("lc-deadline-ms", "1500"),
    ("lc-source", "hall"),
    ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ("session", "größer"),
];

const KEYS: &[&str] = &["level", "$bytes", "$$float", "", "größe"];

/// A frame that everybody can read.
pub(super) fn valid(dice: &mut Dice) -> Frame {
    let kind = *one_of(&Kind::ALL, dice);
    let mut headers = FrameHeaders::new();
    for (name, text) in HEADERS.iter().filter(|_| dice.roll(2) == 0) {
        headers.push(name, text).unwrap();
    }
    let frame = Frame::new(kind, dice.roll(u64::MAX)).named(*one_of(NAMES, dice)).with_headers(headers);
    if dice.roll(4) == 0 { frame } else { frame.with_body(write_value(&value(dice, 4)).unwrap()) }
}

/// A value with at most so many levels below it.
pub(super) fn value(dice: &mut Dice, below: u64) -> Value {
    match dice.roll(if below == 0 { 9 } else { 12 }) {
        0 => Value::Null,
        1 => Value::from(dice.roll(2) == 0),
        2 => Value::from(dice.roll(u64::MAX)),
        3 => Value::from(-1 - i64::from(dice.roll(1 << 31) as u32)),
        4 => Value::from(f64::from_bits(dice.roll(u64::MAX) << 11)),
        5 => Value::from("\"[{\\"),
        6 => Value::from("x".repeat(dice.roll(40) as usize)),
        7 => Value::from(vec![0xC3; dice.roll(10) as usize]),
        8 => Value::from(f64::NEG_INFINITY),
        9 => (0..dice.roll(4)).map(|_| value(dice, below - 1)).collect(),
        _ => (0..dice.roll(4)).map(|_| (*one_of(KEYS, dice), value(dice, below - 1))).collect(),
    }
}

pub(super) fn one_of<'a, T>(all: &'a [T], dice: &mut Dice) -> &'a T {
    &all[dice.roll(all.len() as u64) as usize]
}
