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
    frames: VecDeque<(Bytes, Importance)>,
    /// Of those, and of what is being written.
    bytes: usize,
    /// The events among those of which nobody is told that they have arrived.
    passing: usize,
}

/// Whether anybody is told that a frame has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Importance {
    /// Who sends it is told, or it says nothing of which anybody would miss the word.
    Known,
    /// An event that nobody waits for.
    Passing,
}

/// There is no room for more.
#[derive(Debug)]
pub(super) struct Full;

impl Outlet {
    pub(super) fn send(&self, frame: Bytes) -> Result<(), Full> {
        self.put(frame, Importance::Known)
    }

    /// An event that nobody waits for: if the connection ends before it is written, it is one of [`lost`](Self::lost).
    pub(super) fn send_passing(&self, frame: Bytes) -> Result<(), Full> {
        self.put(frame, Importance::Passing)
    }

    fn put(&self, frame: Bytes, importance: Importance) -> Result<(), Full> {
        {
            let mut waiting = self.waiting.lock();
            if waiting.bytes + frame.len() > ROOM {
                return Err(Full);
            }
            waiting.bytes += frame.len();
            waiting.passing += usize::from(importance == Importance::Passing);
            waiting.frames.push_back((frame, importance));
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
            let passing = self.collect(&mut batch);
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
                let mut waiting = self.waiting.lock();
                waiting.bytes -= batch.len();
                waiting.passing -= passing;
            }
        }
    }

    /// How many events were not written as a whole.
    pub(super) fn lost(&self) -> usize {
        self.waiting.lock().passing
    }

    /// Many that are short are written at once; one that is long goes alone. How many of them are events that nobody waits for.
    fn collect(&self, batch: &mut Vec<u8>) -> usize {
        batch.clear();
        let mut passing = 0;
        let mut waiting = self.waiting.lock();
        while let Some((frame, importance)) = waiting.frames.front()
            && (batch.is_empty() || batch.len() + frame.len() <= BATCH)
        {
            batch.extend_from_slice(frame);
            passing += usize::from(*importance == Importance::Passing);
            waiting.frames.pop_front();
        }
        passing
    }
}
