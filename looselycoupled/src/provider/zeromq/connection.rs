//! A connection of two sockets of ZeroMQ, from its first byte.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures_core::Stream as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::task::coop::consume_budget;
use tokio::time::timeout;
use tokio_util::codec::FramedRead;

use super::broker::ROOM_FOR_WISHES;
use super::endpoint::Stream;
use super::frames::{Frames, Received, command, malformed};
use crate::address::quoted;

/// How long the other side may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// Version 3.0, no authentication, and zeros for what is not in use.
const GREETING: [u8; 64] = {
    let mut greeting = [0; 64];
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[VERSION] = 3;
    let mut place = 0;
    while place < NULL.len() {
        greeting[MECHANISM + place] = NULL[place];
        place += 1;
    }
    greeting
};
const VERSION: usize = 10;
const MECHANISM: usize = 12;
const MECHANISM_LENGTH: usize = 20;
const NULL: &[u8] = b"NULL";

/// Which sort of socket this side is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Publishes,
    Subscribes,
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Publishes => "PUB",
            Self::Subscribes => "SUB",
        }
    }

    fn fits(self, other: &[u8]) -> bool {
        match self {
            Self::Publishes => matches!(other, b"SUB" | b"XSUB"),
            Self::Subscribes => matches!(other, b"PUB" | b"XPUB"),
        }
    }
}

/// Why a connection ended, or never was one.
#[derive(Debug)]
pub(super) enum Ended {
    Io(io::Error),
    Closed,
    /// The other side does not say who it is.
    Silent,
    /// Nothing of what is sent comes back.
    Deaf,
    /// It names more than there is room for.
    Greedy,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Closed => f.write_str("the other side has closed the connection"),
            Self::Silent => f.write_str("the other side does not say who it is"),
            Self::Deaf => f.write_str("what is sent does not come back from the broker"),
            Self::Greedy => write!(f, "it subscribes to more than {ROOM_FOR_WISHES} bytes"),
        }
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

pub(super) type Writer = WriteHalf<Stream>;

/// Reads what comes by a connection.
pub(super) struct Reader(FramedRead<ReadHalf<Stream>, Frames>);

impl Reader {
    /// Dropping it loses nothing.
    pub(super) async fn next(&mut self) -> Result<Received, Ended> {
        // Many may come at once: without this, nobody else would get a turn before the last of them.
        consume_budget().await;
        match poll_fn(|cx| Pin::new(&mut self.0).poll_next(cx)).await {
            Some(received) => Ok(received?),
            None => Err(Ended::Closed),
        }
    }
}

/// Greets, and is greeted.
pub(super) async fn greet(stream: Stream, side: Side) -> Result<(Reader, Writer), Ended> {
    timeout(PATIENCE, exchange(stream, side)).await.unwrap_or(Err(Ended::Silent))
}

async fn exchange(stream: Stream, side: Side) -> Result<(Reader, Writer), Ended> {
    let (mut reader, mut writer) = split(stream);
    writer.write_all(&GREETING).await?;
    writer.flush().await?;
    let mut theirs = [0; GREETING.len()];
    // Those that speak an older version send no more than the beginning.
    let (beginning, rest) = theirs.split_at_mut(MECHANISM);
    reader.read_exact(&mut beginning[..=VERSION]).await?;
    if beginning[0] != 0xff || beginning[9] & 1 == 0 || beginning[VERSION] < 3 {
        return Err(malformed("the other side does not speak version 3 of ZeroMQ's protocol").into());
    }
    reader.read_exact(&mut beginning[VERSION + 1..]).await?;
    reader.read_exact(rest).await?;
    let mechanism = rest[..MECHANISM_LENGTH].split(|byte| *byte == 0).next().unwrap_or_default();
    if mechanism != NULL {
        let wanted = said(mechanism);
        return Err(malformed(&format!(
            "the other side wants the authentication {wanted}, of which there is none here"
        ))
        .into());
    }
    writer.write_all(&command(&ready(side))).await?;
    writer.flush().await?;
    let mut reader = Reader(FramedRead::new(reader, Frames::default()));
    match reader.next().await? {
        Received::Command(body) => judge(side, body)?,
        _ => return Err(malformed("the other side does not say what sort of socket it is").into()),
    }
    Ok((reader, writer))
}

/// What says which sort of socket this is.
fn ready(side: Side) -> Vec<u8> {
    let mut body = b"\x05READY\x0bSocket-Type".to_vec();
    body.extend(3_u32.to_be_bytes());
    body.extend(side.name().as_bytes());
    body
}

/// Whether the other side is what this one needs.
fn judge(side: Side, mut body: Bytes) -> Result<(), Ended> {
    if let Some(reason) = body.strip_prefix(b"\x05ERROR") {
        let reason = said(reason.get(1..).unwrap_or_default());
        return Err(malformed(&format!("the other side refuses: {reason}")).into());
    }
    if !body.starts_with(b"\x05READY") {
        return Err(malformed("the other side does not say what sort of socket it is").into());
    }
    body.advance(6);
    while let Some((name, value)) = property(&mut body) {
        if name.eq_ignore_ascii_case(b"Socket-Type") {
            if side.fits(&value) {
                return Ok(());
            }
            let theirs = said(&value);
            let why = format!(
                "the other side is a {theirs}, and this one a `{}`: are `in` and `out` mixed up?",
                side.name()
            );
            return Err(malformed(&why).into());
        }
    }
    Err(malformed("the other side does not say what sort of socket it is").into())
}

/// The other side's words, as a line of the log can quote them.
fn said(words: &[u8]) -> String {
    quoted(&String::from_utf8_lossy(words))
}

fn property(body: &mut Bytes) -> Option<(Bytes, Bytes)> {
    let name = body.try_get_u8().ok()?.into();
    let name = (body.len() >= name).then(|| body.split_to(name))?;
    let value = usize::try_from(body.try_get_u32().ok()?).ok()?;
    Some((name, (body.len() >= value).then(|| body.split_to(value))?))
}

/// What somebody who publishes is told by those who subscribe: that they want, or no longer want, what begins so.
pub(super) fn wish(received: &Received) -> Option<(bool, Bytes)> {
    match received {
        Received::Message(frames) => {
            let [frame] = &**frames else { return None };
            match frame.first()? {
                1 => Some((true, frame.slice(1..))),
                0 => Some((false, frame.slice(1..))),
                _ => None,
            }
        }
        // As version 3.1 says it.
        Received::Command(body) if body.starts_with(b"\x09SUBSCRIBE") => Some((true, body.slice(10..))),
        Received::Command(body) if body.starts_with(b"\x06CANCEL") => Some((false, body.slice(7..))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;

    /// What one side says of another that sends these bytes.
    async fn said_of(bytes: &[u8]) -> String {
        let (near, mut far) = duplex(1_024);
        far.write_all(bytes).await.unwrap();
        far.shutdown().await.unwrap();
        match greet(Box::new(near), Side::Subscribes).await {
            Ok(_) => "connected".to_owned(),
            Err(ended) => ended.to_string(),
        }
    }

    fn greeted(then: &[u8]) -> Vec<u8> {
        [&GREETING[..], then].concat()
    }

    #[tokio::test]
    async fn both_sides_of_a_connection_find_each_other() {
        let (one, other) = duplex(1_024);
        let (one, other) =
            tokio::join!(greet(Box::new(one), Side::Publishes), greet(Box::new(other), Side::Subscribes));
        assert!(one.is_ok() && other.is_ok());
    }

    #[tokio::test]
    async fn what_does_not_fit_is_told() {
        let publisher = command(&ready(Side::Publishes));
        assert_eq!(said_of(&greeted(&publisher)).await, "connected");
        let twin = said_of(&greeted(&command(&ready(Side::Subscribes)))).await;
        assert_eq!(twin, "the other side is a `SUB`, and this one a `SUB`: are `in` and `out` mixed up?");
        let refused = said_of(&greeted(&command(b"\x05ERROR\x04full"))).await;
        assert_eq!(refused, "the other side refuses: `full`");
        let mut guarded = greeted(&publisher);
        guarded[MECHANISM..MECHANISM + 5].copy_from_slice(b"CURVE");
        assert!(said_of(&guarded).await.contains("wants the authentication `CURVE`"));
        for old in [&b"GET / HTTP/1.1\r\n"[..], b"\xff\0\0\0\0\0\0\0\x01\x7f\x01\0\0\0"] {
            assert!(said_of(old).await.contains("does not speak version 3"));
        }
        let mute = "the other side does not say what sort of socket it is";
        for strange in [&b"\x04\x06\x05READY"[..], b"\x04\x0a\x05READY\xff\0\0\0", b"\x04\x00", b"\0\x01a"] {
            assert_eq!(said_of(&greeted(strange)).await, mute);
        }
        assert!(said_of(&greeted(b"")).await.contains("closed"));
    }

    #[test]
    fn wishes_are_read_as_both_versions_write_them() {
        let sent = |bytes: &'static [u8]| Received::Message(vec![Bytes::from_static(bytes)]);
        let said = |bytes: &'static [u8]| Received::Command(Bytes::from_static(bytes));
        for wanted in [sent(b"\x01door"), said(b"\x09SUBSCRIBEdoor")] {
            assert_eq!(wish(&wanted), Some((true, Bytes::from_static(b"door"))));
        }
        for unwanted in [sent(b"\x00door"), said(b"\x06CANCELdoor")] {
            assert_eq!(wish(&unwanted), Some((false, Bytes::from_static(b"door"))));
        }
        for other in [sent(b""), sent(b"x"), said(b"\x04PING\0\0"), Received::TooLong(1)] {
            assert_eq!(wish(&other), None);
        }
    }
}
