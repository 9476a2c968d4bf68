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
    messages: VecDeque<Bytes>,
    /// Of those, and of what is being written.
    bytes: usize,
}

/// There is no room for more.
#[derive(Debug)]
pub(super) struct Full;

impl Outlet {
    pub(super) fn send(&self, message: Bytes) -> Result<(), Full> {
        let mut waiting = self.waiting.lock();
        if waiting.bytes + message.len() > ROOM {
            return Err(Full);
        }
        waiting.bytes += message.len();
        waiting.messages.push_back(message);
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
            let next = {
                let mut waiting = self.waiting.lock();
                batch.clear();
                // What is long is not copied.
                let long = waiting.messages.front().is_some_and(|message| message.len() >= BATCH);
                if long {
                    waiting.messages.pop_front()
                } else {
                    while waiting.messages.front().is_some_and(|message| batch.len() + message.len() <= BATCH)
                    {
                        batch.extend_from_slice(&waiting.messages.pop_front().unwrap_or_default());
                    }
                    None
                }
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
            self.waiting.lock().bytes -= written.len();
        }
    }
}
