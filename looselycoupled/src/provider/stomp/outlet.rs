//! What leaves by a connection.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::sync::Mutex;

/// The bytes that wait for one connection at most.
const ROOM: usize = 16 * 1024 * 1024;

/// So many bytes are written at once.
const BATCH: usize = 64 * 1024;

/// One beat of the heart.
const BEAT: &[u8] = b"\n";

/// Frames that wait until the broker reads.
#[derive(Debug, Default)]
pub(super) struct Outlet {
    waiting: Mutex<Waiting>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    frames: VecDeque<Bytes>,
    /// Of those, and of what is being written.
    bytes: usize,
}

/// There is no room for more.
#[derive(Debug)]
pub(super) struct Full;

impl Outlet {
    pub(super) fn send(&self, frame: Bytes) -> Result<(), Full> {
        {
            let mut waiting = self.waiting.lock();
            if waiting.bytes + frame.len() > ROOM {
                return Err(Full);
            }
            waiting.bytes += frame.len();
            waiting.frames.push_back(frame);
        }
        self.changed.notify_one();
        Ok(())
    }

    /// Writes whatever is sent, and a beat where nothing is, until the connection ends.
    pub(super) async fn write_to(
        &self,
        mut writer: impl AsyncWrite + Unpin,
        beat: Option<Duration>,
    ) -> io::Error {
        let mut batch = Vec::new();
        loop {
            self.collect(&mut batch);
            let has_frames = !batch.is_empty();
            if !has_frames {
                let changed = self.changed.notified();
                let is_time = match beat {
                    Some(beat) => timeout(beat, changed).await.is_err(),
                    None => {
                        changed.await;
                        false
                    }
                };
                if !is_time {
                    continue;
                }
                batch.extend_from_slice(BEAT);
            }
            let written = async {
                writer.write_all(&batch).await?;
                writer.flush().await
            };
            if let Err(error) = written.await {
                return error;
            }
            if has_frames {
                self.waiting.lock().bytes -= batch.len();
            }
        }
    }

    /// Many that are short are written at once; one that is long goes alone.
    fn collect(&self, batch: &mut Vec<u8>) {
        batch.clear();
        let mut waiting = self.waiting.lock();
        while let Some(frame) = waiting.frames.front()
            && (batch.is_empty() || batch.len() + frame.len() <= BATCH)
        {
            batch.extend_from_slice(frame);
            waiting.frames.pop_front();
        }
    }
}
