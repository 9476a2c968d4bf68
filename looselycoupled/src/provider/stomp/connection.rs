//! The reading half of a connection.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;
use tokio_util::codec::Decoder;

use super::addresses::StompAddresses;
use super::frames::{Frame, FrameError, Frames, Received};
use crate::provider::place::in_a_line;

/// What was agreed on, in milliseconds, as in [`HEART_BEAT`](super::peer::HEART_BEAT).
const BEAT: u64 = 5_000;

/// Why a connection has ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    #[error("the broker has closed the connection")]
    Closed,
    #[error("the broker has said nothing for {} seconds", .0.as_secs_f64())]
    Silent(Duration),
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Malformed(#[from] FrameError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Ended {
    /// What a broker says before it closes.
    pub(super) fn refused(frame: &Frame) -> Self {
        let body = String::from_utf8_lossy(&frame.body);
        let words = [frame.get("message").unwrap_or_default(), body.trim()];
        let words: Vec<_> = words.into_iter().filter(|words| !words.is_empty()).collect();
        Self::Refused(format!("the broker says: {}", in_a_line(&words.join(": "))))
    }
}

/// How often each side shows that it is there, if it does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Beats {
    /// As often as the broker wants, and with time to spare.
    pub(super) ours: Option<Duration>,
    /// After so long without any byte it is gone.
    pub(super) theirs: Option<Duration>,
}

impl Beats {
    /// Of what the broker can do, and what it wants.
    fn agreed(text: &str) -> Self {
        let (can, wants) = text.split_once(',').unwrap_or(("0", "0"));
        let of = |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number > 0);
        let slower = |number: u64| Duration::from_millis(number.clamp(BEAT, 3_600_000));
        Self { ours: of(wants).map(|wants| slower(wants) / 2), theirs: of(can).map(|can| slower(can) * 2) }
    }
}

/// What comes from a broker.
pub(super) struct Reader<R> {
    stream: R,
    frames: Frames,
    bytes: BytesMut,
}

impl<R: AsyncReadExt + Unpin> Reader<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, frames: Frames::default(), bytes: BytesMut::new() }
    }

    /// Waits until the broker says that it talks with us.
    pub(super) async fn let_in(&mut self, addresses: StompAddresses) -> Result<Beats, Ended> {
        let (Received::Frame(frame) | Received::Unreadable(frame, _)) = self.next(None).await?;
        match frame.command.as_str() {
            "CONNECTED" if frame.get("version") == Some("1.2") => {
                addresses.check(frame.get("server").unwrap_or_default()).map_err(Ended::Refused)?;
                Ok(Beats::agreed(frame.get("heart-beat").unwrap_or_default()))
            }
            "CONNECTED" => Err(Ended::Refused("the broker does not speak STOMP 1.2".to_owned())),
            "ERROR" => Err(Ended::refused(&frame)),
            _ => Err(Ended::Refused("the broker does not greet".to_owned())),
        }
    }

    /// Only the time that is spent waiting counts: who takes long to handle what comes has not heard the beats meanwhile.
    pub(super) async fn next(&mut self, silence: Option<Duration>) -> Result<Received, Ended> {
        loop {
            if let Some(received) = self.frames.decode(&mut self.bytes)? {
                return Ok(received);
            }
            let reading = self.stream.read_buf(&mut self.bytes);
            let read = match silence {
                Some(silence) => timeout(silence, reading).await.map_err(|_| Ended::Silent(silence))?,
                None => reading.await,
            };
            if read? == 0 {
                return Err(Ended::Closed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heart_beats_as_often_as_the_other_side_wants_but_not_more_often_than_it_can() {
        let agreed = |text, ours: Option<u64>, theirs: Option<u64>| {
            let expected =
                Beats { ours: ours.map(Duration::from_millis), theirs: theirs.map(Duration::from_millis) };
            assert_eq!(Beats::agreed(text), expected, "{text}");
        };
        agreed("0,0", None, None);
        agreed("", None, None);
        agreed("10000,20000", Some(10_000), Some(20_000));
        agreed("1,1", Some(2_500), Some(10_000));
        agreed("0,5000", Some(2_500), None);
        agreed("x,18446744073709551616", None, None);
    }

    #[test]
    fn what_a_broker_says_is_shown_in_one_line_and_in_bounds() {
        let frame = Frame::new("ERROR").with("message", "Bad\nCONNECT").with_body("x".repeat(10_000));
        let shown = Ended::refused(&frame).to_string();
        assert!(shown.starts_with("the broker says: Bad\\nCONNECT: xxx") && shown.len() < 400, "{shown}");
    }
}
