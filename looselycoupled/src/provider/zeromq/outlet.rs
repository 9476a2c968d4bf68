//! What leaves by a connection.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;
use tokio::sync::Notify;

use super::connection::{Ended, Writer};
use crate::sync::Mutex;

/// The bytes that wait for one connection at most.
const ROOM: usize = 16 * 1024 * 1024;

/// So many bytes are written at once.
const BATCH: usize = 64 * 1024;

/// Messages that wait until the other side reads.
#[derive(Debug, Default)]
pub(super) struct Outlet {
    waiting: Mutex<Waiting>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<(Bytes, bool)>,
    /// Of those, and of what is being written.
    bytes: usize,
    /// How many events are among those.
    events: usize,
}

/// There is no room for more.
#[derive(Debug)]
pub(super) struct Full;

impl Outlet {
    /// What is no event: nobody would miss it.
    pub(super) fn send(&self, message: Bytes) -> Result<(), Full> {
        self.put(message, false)
    }

    /// If the connection ends before it is written, it is one of [`lost`](Self::lost).
    pub(super) fn send_event(&self, message: Bytes) -> Result<(), Full> {
        self.put(message, true)
    }

    /// How many events were not written as a whole.
    pub(super) fn lost(&self) -> usize {
        self.waiting.lock().events
    }

    fn put(&self, message: Bytes, is_event: bool) -> Result<(), Full> {
        let mut waiting = self.waiting.lock();
        if waiting.bytes + message.len() > ROOM {
            return Err(Full);
        }
        waiting.bytes += message.len();
        waiting.events += usize::from(is_event);
        waiting.messages.push_back((message, is_event));
        drop(waiting);
        self.changed.notify_one();
        Ok(())
    }

    /// Whether the other side reads, rather than only making room for the next message.
    pub(super) fn is_half_empty(&self) -> bool {
        self.waiting.lock().bytes <= ROOM / 2
    }

    pub(super) fn has_waiting(&self) -> bool {
        self.waiting.lock().bytes > 0
    }

    /// Writes whatever is sent, until the connection ends.
    pub(super) async fn write_to(&self, mut writer: Writer) -> Ended {
        let mut batch = BytesMut::new();
        loop {
            let (next, events) = {
                let mut waiting = self.waiting.lock();
                batch.clear();
                let (mut next, mut events) = (None, 0);
                while let Some((message, is_event)) = waiting.messages.front()
                    && (batch.is_empty() || batch.len() + message.len() <= BATCH)
                    && next.is_none()
                {
                    events += usize::from(*is_event);
                    // What is long is not copied.
                    if message.len() >= BATCH {
                        next = waiting.messages.pop_front().map(|(message, _)| message);
                    } else {
                        batch.extend_from_slice(message);
                        waiting.messages.pop_front();
                    }
                }
                (next, events)
            };
            let written: &[u8] = next.as_deref().unwrap_or(&batch);
            if written.is_empty() {
                self.changed.notified().await;
                continue;
            }
            let done = async {
                writer.write_all(written).await?;
                writer.flush().await
            };
            if let Err(error) = done.await {
                return error.into();
            }
            let mut waiting = self.waiting.lock();
            waiting.bytes -= written.len();
            waiting.events -= events;
        }
    }
}
