//! The reading half of a connection.

use std::io::{self, ErrorKind};
use std::time::Duration;

use bytes::BytesMut;
use tokio::task::JoinSet;
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::codec::Decoder;

use super::mail::LONGEST;
use super::outlet::Outlet;
use super::stream::Stream;
use crate::provider::wire::{Frame, FrameCodec, FrameError, HANDSHAKE_LIMIT, Kind};
use crate::sync::Arc;

/// How often one shows that one is there.
const PING: Duration = Duration::from_secs(10);

/// Who says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(30);

/// Why a connection has ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    #[error("the other side has closed the connection")]
    Closed,
    #[error("the other side has said nothing for 30 seconds")]
    Silent,
    #[error("{0}")]
    Refused(String),
    #[error("what came is no frame: {0}")]
    Malformed(#[from] FrameError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A connection, as its task sees it.
pub(super) struct Connection {
    pub(super) stream: Arc<Stream>,
    pub(super) outlet: Arc<Outlet>,
    codec: FrameCodec,
    bytes: BytesMut,
    heard_at: Instant,
}

impl Connection {
    pub(super) fn new(stream: Stream) -> Self {
        let stream = Arc::new(stream);
        let outlet = Outlet::new(&stream);
        Self {
            stream,
            outlet,
            codec: FrameCodec::new(HANDSHAKE_LIMIT),
            bytes: BytesMut::new(),
            heard_at: Instant::now(),
        }
    }

    /// Both sides know each other: frames may be longer from now on.
    pub(super) fn trust(&mut self) {
        self.codec.set_limit(LONGEST);
    }

    /// Waits until what was sent has left: as long as nobody flushes.
    pub(super) async fn leave(&self) -> Result<(), Ended> {
        while !self.outlet.has_left() {
            self.stream.writable().await?;
        }
        Ok(())
    }

    /// The next frame that is not about the connection itself.
    ///
    /// Cancel safe: what has arrived stays.
    pub(super) async fn next(&mut self) -> Result<Frame, Ended> {
        loop {
            // Who floods is always ready: without this, nobody else of a runtime of one thread would get a turn.
            consume_budget().await;
            if let Some(frame) = self.codec.decode(&mut self.bytes)? {
                match frame.kind {
                    Kind::Ping => {
                        // Who cannot be written to is found out by reading.
                        let _sent = self.outlet.send(&Frame::new(Kind::Pong, frame.id));
                    }
                    Kind::Pong => {}
                    _ => return Ok(frame),
                }
                continue;
            }
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.bytes) {
                Ok(0) => return Err(Ended::Closed),
                Ok(_) => self.heard_at = Instant::now(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// A connection that is read until it ends. Dropped, it ends.
pub(super) struct Reading {
    connection: Connection,
    beat: Interval,
    /// Apart: what waits is written also while a frame is handled.
    flushing: JoinSet<()>,
}

impl Reading {
    pub(super) fn of(connection: Connection) -> Self {
        let outlet = Arc::clone(&connection.outlet);
        let mut flushing = JoinSet::new();
        flushing.spawn(async move { outlet.flush().await });
        let mut beat = interval_at(Instant::now() + PING, PING);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { connection, beat, flushing }
    }

    /// The next frame, or why there is none.
    pub(super) async fn frame(&mut self) -> Result<Frame, Ended> {
        loop {
            tokio::select! {
                frame = self.connection.next() => return frame,
                _ = self.flushing.join_next() => return Err(Ended::Closed),
                _ = self.beat.tick() => {
                    if self.connection.heard_at.elapsed() > SILENCE {
                        return Err(Ended::Silent);
                    }
                    let _sent = self.connection.outlet.send(&Frame::new(Kind::Ping, 0));
                }
            }
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.connection.outlet.close();
    }
}
