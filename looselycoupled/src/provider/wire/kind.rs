//! What a frame is for.

use std::fmt::{self, Display, Formatter};

use super::FrameError;

/// What a frame is for; the number is what stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A peer says who it is; the first frame of a connection.
    Hello = 1,
    /// The broker lets it in.
    Welcome = 2,
    /// The broker does not, or does not do what it was asked for.
    Refused = 3,
    /// Events of a name are wanted.
    Subscribe = 4,
    /// They are no longer.
    Unsubscribe = 5,
    /// A module is here.
    Serve = 6,
    /// It is no longer.
    Unserve = 7,
    /// What was asked for is done: the answer to the four above, and to a durable event.
    Done = 8,
    /// An event.
    Event = 9,
    /// A durable event has been handled.
    Acknowledge = 10,
    /// A call.
    Request = 11,
    /// What it yields.
    Reply = 12,
    /// Why it yields nothing.
    Failure = 13,
    /// Its caller no longer waits.
    Cancel = 14,
    /// What a module consists of is wanted.
    Describe = 15,
    /// Does the chain of calls that begins there still wait?
    Question = 16,
    /// Whether it does.
    Answer = 17,
    /// Are you there?
    Ping = 18,
    /// Yes.
    Pong = 19,
    /// The last frame of somebody who goes in good order.
    Goodbye = 20,
}

impl Kind {
    /// All kinds in the order of their numbers, which begin at 1.
    pub const ALL: [Self; 20] = [
        Self::Hello,
        Self::Welcome,
        Self::Refused,
        Self::Subscribe,
        Self::Unsubscribe,
        Self::Serve,
        Self::Unserve,
        Self::Done,
        Self::Event,
        Self::Acknowledge,
        Self::Request,
        Self::Reply,
        Self::Failure,
        Self::Cancel,
        Self::Describe,
        Self::Question,
        Self::Answer,
        Self::Ping,
        Self::Pong,
        Self::Goodbye,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl TryFrom<u8> for Kind {
    type Error = FrameError;

    #[inline]
    fn try_from(number: u8) -> Result<Self, FrameError> {
        let place = usize::from(number).wrapping_sub(1);
        let Some(kind) = Self::ALL.get(place) else { return Err(FrameError::UnknownKind { number }) };
        Ok(*kind)
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hello => "hello",
            Self::Welcome => "welcome",
            Self::Refused => "refused",
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Serve => "serve",
            Self::Unserve => "unserve",
            Self::Done => "done",
            Self::Event => "event",
            Self::Acknowledge => "acknowledge",
            Self::Request => "request",
            Self::Reply => "reply",
            Self::Failure => "failure",
            Self::Cancel => "cancel",
            Self::Describe => "describe",
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Goodbye => "goodbye",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_the_number_of_its_place_and_no_number_has_another() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(kind.number()), place + 1);
            assert_eq!(Kind::try_from(kind.number()).unwrap(), kind);
        }
        for number in [0, 21, 255] {
            let error = Kind::try_from(number).unwrap_err();
            assert_eq!(error.to_string(), format!("no kind of frame has the number {number}"));
        }
    }
}
