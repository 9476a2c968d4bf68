//! What must hold about bytes that arrive, whoever sent them.

use bytes::BytesMut;
use looselycoupled::__private::wire::{
    BodyError, DEPTH_LIMIT, Frame, FrameCodec, FrameError, HANDSHAKE_LIMIT, USUAL_LIMIT, read_value,
    write_value,
};
use looselycoupled::Value;
use looselycoupled_tests::Dice;
use tokio_util::codec::{Decoder, Encoder};

use crate::{frames, mutate};

/// What a buffer may have beyond twice what has been sent.
const SPARE: usize = 16 * 1024;

/// Hears what peers send, one connection after the other, and counts what came of it.
#[derive(Debug, Default)]
pub(super) struct Judge {
    sent: u64,
    read: u64,
    refused: u64,
    cut_off: u64,
    values: u64,
    no_values: u64,
}

impl Judge {
    /// How many frames have been sent.
    pub(super) fn frames(&self) -> u64 {
        self.sent
    }

    /// One connection: some frames, most of them broken, in pieces of any size.
    pub(super) fn hear(&mut self, dice: &mut Dice) {
        let mut sent = Vec::new();
        for _ in 0..=dice.roll(3) {
            let frame = bytes_of(&frames::valid(dice));
            sent.extend(if dice.roll(4) == 0 { frame } else { mutate::broken(frame, dice) });
            self.sent += 1;
        }
        let limits = [HANDSHAKE_LIMIT, USUAL_LIMIT, u32::MAX, dice.roll(200) as u32];
        let mut codec = FrameCodec::new(*frames::one_of(&limits, dice));
        let (mut buffer, mut rest) = (BytesMut::new(), &sent[..]);
        while !rest.is_empty() {
            let size = if dice.roll(2) == 0 { rest.len() } else { 1 + dice.roll(rest.len() as u64) as usize };
            let (piece, left) = rest.split_at(size);
            rest = left;
            buffer.extend_from_slice(piece);
            if self.read_all(&mut codec, &mut buffer).is_err() {
                self.refused += 1;
                return;
            }
            assert!(buffer.capacity() <= 2 * sent.len() + SPARE, "{} bytes are reserved", buffer.capacity());
        }
        self.cut_off += u64::from(codec.decode_eof(&mut buffer).is_err());
    }

    /// Reads what is there.
    fn read_all(&mut self, codec: &mut FrameCodec, buffer: &mut BytesMut) -> Result<(), FrameError> {
        loop {
            let arrived = buffer.clone();
            match codec.decode(buffer) {
                Ok(Some(frame)) => {
                    let (bytes, taken) = (bytes_of(&frame), arrived.len() - buffer.len());
                    assert_eq!(bytes, arrived[..taken], "it is written as it was read");
                    self.look_at(&frame);
                }
                Ok(None) => return Ok(()),
                Err(error) => {
                    assert_eq!(*buffer, arrived, "an error leaves the bytes");
                    require_words(&error.to_string());
                    return Err(error);
                }
            }
        }
    }

    fn look_at(&mut self, frame: &Frame) {
        self.read += 1;
        match read_again(&frame.body) {
            Ok(_) => self.values += 1,
            Err(error) => {
                require_words(&error.to_string());
                self.no_values += 1;
            }
        }
    }

    /// That the dice have done all of it.
    pub(super) fn require_variety(&self) {
        let Self { sent, read, refused, cut_off, values, no_values } = self;
        let all = [read, refused, cut_off, values, no_values];
        assert!(all.into_iter().all(|count| *count >= sent / 200), "{self:?}");
    }
}

fn bytes_of(frame: &Frame) -> Vec<u8> {
    let mut buffer = BytesMut::new();
    FrameCodec::new(u32::MAX).encode(frame, &mut buffer).unwrap();
    buffer.into()
}

/// Reads a body; what comes of it can be written, and is the same when it is read again.
fn read_again(body: &[u8]) -> Result<(), BodyError> {
    let value = read_value(body, DEPTH_LIMIT)?;
    match write_value(&value) {
        Ok(written) => assert!(is_same(&read_value(&written, DEPTH_LIMIT)?, &value)),
        // The level that only raw bytes may use was used by something else.
        Err(error) => assert!(matches!(error, BodyError::TooDeep { .. })),
    }
    Ok(())
}

/// Equal to the last bit; NaN is NaN.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Float(one), Value::Float(other)) => {
            one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan()
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            let pairs = || one.iter().zip(other);
            one.len() == other.len()
                && pairs().all(|(one, other)| one.0 == other.0 && is_same(&one.1, &other.1))
        }
        _ => one == other,
    }
}

/// One line that people can read, however long the wrong thing is.
pub(super) fn require_words(message: &str) {
    assert!(!message.chars().any(char::is_control), "{message:?}");
    assert!((10..600).contains(&message.len()), "{message:?}");
}
