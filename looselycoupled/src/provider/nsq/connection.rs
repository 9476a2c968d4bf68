//! A connection to nsqd, from its first byte.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream as _;
use serde_json::json;
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;
use tokio_util::codec::FramedRead;

use super::frames::{Frames, HEARTBEAT, MAGIC, NOTHING, Received, auth, identify, malformed};
use super::place::Place;
use crate::address::quoted;

/// How long nsqd may take to let one in.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two heart-beats of nsqd, which are answered.
const BEATS: Duration = Duration::from_secs(2);

/// So long nothing at all may come.
const SILENCE: Duration = Duration::from_secs(6);

/// Where nsqd does not say what it allows.
const USUAL_TIMEOUT: Duration = Duration::from_secs(60);
const USUAL_READY: u32 = 2_500;

/// Why a connection ended, or never was one.
#[derive(Debug)]
pub(super) enum Ended {
    Io(io::Error),
    Closed,
    Silent,
    /// In the words of nsqd.
    Refused(String),
    /// By this side, at its end.
    Left,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Closed => f.write_str("nsqd has closed the connection"),
            Self::Silent => f.write_str("nsqd says nothing"),
            Self::Refused(why) => write!(f, "nsqd refuses: {why}"),
            Self::Left => f.write_str("it has been stopped"),
        }
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What nsqd allows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// After so long a message comes again that has not been told to be finished, or touched.
    pub(super) timeout: Duration,
    /// So many messages may be under way to one.
    pub(super) most_ready: u32,
}

pub(super) type Writer = BufWriter<OwnedWriteHalf>;

/// Reads what comes by a connection.
pub(super) struct Reader(FramedRead<OwnedReadHalf, Frames>);

impl Reader {
    /// Dropping it loses nothing.
    pub(super) async fn next(&mut self) -> Result<Received, Ended> {
        match timeout(SILENCE, poll_fn(|cx| Pin::new(&mut self.0).poll_next(cx))).await {
            Ok(Some(received)) => Ok(received?),
            Ok(None) => Err(Ended::Closed),
            Err(_) => Err(Ended::Silent),
        }
    }
}

pub(super) struct Connection {
    pub(super) reader: Reader,
    pub(super) writer: Writer,
    pub(super) terms: Terms,
}

impl Connection {
    /// Connects, says who this is, and shows the secret if it is asked for.
    pub(super) async fn open(place: &Place, process: &str, secret: Option<&str>) -> Result<Self, Ended> {
        timeout(PATIENCE, Self::introduce(place, process, secret)).await.unwrap_or(Err(Ended::Silent))
    }

    async fn introduce(place: &Place, process: &str, secret: Option<&str>) -> Result<Self, Ended> {
        let (reader, writer) = place.connect().await?.into_split();
        let terms = Terms { timeout: USUAL_TIMEOUT, most_ready: USUAL_READY };
        let reader = Reader(FramedRead::new(reader, Frames::default()));
        let mut connection = Self { reader, writer: BufWriter::new(writer), terms };
        connection.writer.write_all(MAGIC).await?;
        let features = json!({
            "client_id": process,
            "user_agent": concat!("looselycoupled/", env!("CARGO_PKG_VERSION")),
            "feature_negotiation": true,
            "heartbeat_interval": BEATS.as_millis() as u64,
            "tls_v1": false,
            "snappy": false,
            "deflate": false,
        });
        let answer = connection.ask(identify(&features.to_string())).await?;
        if connection.agree(&answer)? {
            let missing = || Ended::Refused("it wants a secret, and there is no `token`".to_owned());
            connection.ask(auth(secret.ok_or_else(missing)?)).await?;
        }
        Ok(connection)
    }

    /// Whether nsqd wants a secret.
    fn agree(&mut self, answer: &[u8]) -> Result<bool, Ended> {
        // One that knows of no negotiation says no more.
        if answer == b"OK" {
            return Ok(false);
        }
        let said: serde_json::Value =
            serde_json::from_slice(answer).map_err(|_| malformed("nsqd does not say what it can do"))?;
        let number =
            |key: &str| said.get(key).and_then(serde_json::Value::as_u64).filter(|number| *number > 0);
        if let Some(milliseconds) = number("msg_timeout") {
            self.terms.timeout = Duration::from_millis(milliseconds);
        }
        if let Some(count) = number("max_rdy_count") {
            self.terms.most_ready = u32::try_from(count).unwrap_or(u32::MAX);
        }
        Ok(said.get("auth_required").and_then(serde_json::Value::as_bool).unwrap_or(false))
    }

    /// What a command comes to.
    pub(super) async fn ask(&mut self, command: Bytes) -> Result<Bytes, Ended> {
        self.tell(&command).await?;
        loop {
            match self.reader.next().await? {
                Received::Response(said) if said == HEARTBEAT => self.tell(&NOTHING).await?,
                Received::Response(said) => return Ok(said),
                Received::Error(why) => return Err(Ended::Refused(said(&why))),
                _ => return Err(malformed("nsqd sends messages to one that has not subscribed").into()),
            }
        }
    }

    async fn tell(&mut self, command: &[u8]) -> Result<(), Ended> {
        self.writer.write_all(command).await?;
        Ok(self.writer.flush().await?)
    }
}

/// The words of nsqd, as a line of the log can quote them.
pub(super) fn said(words: &[u8]) -> String {
    quoted(&String::from_utf8_lossy(words))
}
