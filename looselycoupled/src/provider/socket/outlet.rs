//! The writing half of a connection: whoever sends writes, and only what does not fit waits.

use std::collections::VecDeque;
use std::fmt;
use std::io::ErrorKind;

use bytes::{Buf, BytesMut};
use tokio::sync::Notify;
use tokio_util::codec::Encoder;

use super::mail::LONGEST;
use super::stream::Stream;
use crate::provider::wire::{Frame, FrameCodec, FrameError, Kind};
use crate::sync::{Arc, Mutex};

/// So many bytes wait for a process that does not read.
const ROOM: usize = 8 * 1024 * 1024;

/// Why a frame was not sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsent {
    #[error("it does not read: {ROOM} bytes wait for it")]
    Full,
    #[error("the connection has ended")]
    Closed,
    #[error(transparent)]
    Frame(#[from] FrameError),
}

/// The writing half of a connection.
pub(super) struct Outlet {
    stream: Arc<Stream>,
    waiting: Mutex<Waiting>,
    /// Something waits that did not fit, or the connection is to end.
    changed: Notify,
}

#[derive(Default)]
struct Waiting {
    bytes: BytesMut,
    /// So many bytes have been written before those.
    written: u64,
    /// Where each event ends that has not been written, and that nobody sends again.
    events: VecDeque<u64>,
    is_closed: bool,
}

impl Waiting {
    fn advance(&mut self, written: usize) {
        self.bytes.advance(written);
        self.written += written as u64;
        while self.events.front().is_some_and(|end| *end <= self.written) {
            self.events.pop_front();
        }
    }
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outlet").finish_non_exhaustive()
    }
}

impl Outlet {
    pub(super) fn new(stream: &Arc<Stream>) -> Arc<Self> {
        Arc::new(Self { stream: Arc::clone(stream), waiting: Mutex::default(), changed: Notify::new() })
    }

    /// Writes at once what fits.
    pub(super) fn send(&self, frame: &Frame) -> Result<(), Unsent> {
        let mut waiting = self.waiting.lock();
        if waiting.is_closed {
            return Err(Unsent::Closed);
        }
        if waiting.bytes.len() + frame.length() > ROOM {
            return Err(Unsent::Full);
        }
        let nothing_waited = waiting.bytes.is_empty();
        FrameCodec::new(LONGEST).encode(frame, &mut waiting.bytes)?;
        // Who sends a durable one learns that it was not confirmed.
        if frame.kind == Kind::Event && frame.id == 0 {
            let end = waiting.written + waiting.bytes.len() as u64;
            waiting.events.push_back(end);
        }
        if nothing_waited && !self.write(&mut waiting) {
            drop(waiting);
            self.changed.notify_one();
        }
        Ok(())
    }

    /// True if nothing is left, or ever will be.
    fn write(&self, waiting: &mut Waiting) -> bool {
        while !waiting.bytes.is_empty() {
            match self.stream.try_write(&waiting.bytes) {
                Ok(written) => waiting.advance(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                // Its reader is told by the system as well, and ends the connection.
                Err(_) => {
                    waiting.is_closed = true;
                    waiting.bytes.clear();
                }
            }
        }
        // If that fails, the reader is told as well.
        waiting.is_closed
            || !matches!(self.stream.try_flush(), Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Writes what waits, if there is room; true if nothing is left, or ever will be.
    pub(super) fn has_left(&self) -> bool {
        self.write(&mut self.waiting.lock())
    }

    /// Writes what waits, whenever there is something, until the connection ends.
    pub(super) async fn flush(&self) {
        loop {
            if !self.has_waiting() {
                self.changed.notified().await;
            }
            while self.has_waiting() {
                if self.stream.writable().await.is_err() {
                    return;
                }
                let mut waiting = self.waiting.lock();
                self.write(&mut waiting);
            }
            if self.waiting.lock().is_closed {
                return;
            }
        }
    }

    pub(super) fn has_waiting(&self) -> bool {
        let waiting = self.waiting.lock();
        !waiting.bytes.is_empty() || !waiting.is_closed && self.stream.has_unwritten()
    }

    /// How many events were given up.
    pub(super) fn lost(&self) -> usize {
        self.waiting.lock().events.len()
    }

    /// Nothing is sent any more; what waits is given up.
    pub(super) fn close(&self) {
        let mut waiting = self.waiting.lock();
        waiting.is_closed = true;
        waiting.bytes.clear();
        drop(waiting);
        self.changed.notify_one();
    }
}
