//! Events on their way to an nsqd, which says of each that it has it, in their order.

use std::collections::VecDeque;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::connection::{Connection, Ended, Reader, Writer, said};
use super::frames::{HEARTBEAT, NOTHING, Received, malformed};
use crate::provider::ProviderError;
use crate::sync::{Arc, AtomicBool, AtomicUsize, Mutex, Ordering};

/// So many units of so many bytes may be under way: 16 MiB.
const ROOM: u32 = 16 * 1024;
const UNIT: usize = 1024;

/// What an event has come to.
type Outcome = Result<(), String>;

/// An event that nsqd has not answered yet. Dropped, it is lost, unless somebody waits for it, who is told then.
struct Waiting {
    answer: Option<oneshot::Sender<Outcome>>,
    is_answered: bool,
    lost: Arc<AtomicUsize>,
    _room: OwnedSemaphorePermit,
}

impl Waiting {
    fn answer(mut self, outcome: Outcome) {
        self.is_answered = outcome.is_ok();
        match (self.answer.take(), outcome) {
            (Some(answer), outcome) => {
                self.is_answered = true;
                // Whoever has waited too long has been told something else.
                let _gone = answer.send(outcome);
            }
            (None, Err(why)) => {
                tracing::warn!(target: "looselycoupled", "nsqd has not taken an event: {why}");
            }
            (None, Ok(())) => {}
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.is_answered && self.answer.is_none() {
            self.lost.fetch_add(1, Ordering::AcqRel);
        }
    }
}

enum Leaving {
    Event(Bytes, Waiting),
    Beat,
}

/// Takes events for one connection.
#[derive(Clone)]
pub(super) struct Outlet {
    leaving: UnboundedSender<Leaving>,
    room: Arc<Semaphore>,
    /// A heart-beat is to be answered. One answer is enough, however many come meanwhile.
    is_beating: Arc<AtomicBool>,
    /// The events that nobody waits for, and that nsqd has not taken, as far as is known.
    lost: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Outlet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlet").field("room", &self.room.available_permits()).finish_non_exhaustive()
    }
}

fn gone() -> ProviderError {
    ProviderError::Unreachable("the connection to nsqd has ended".to_owned())
}

impl Outlet {
    /// Ready when there is room for the command.
    pub(super) async fn send(&self, command: Bytes) -> Result<(), ProviderError> {
        self.put(command, None).await
    }

    /// Ready when nsqd has taken what the command brings.
    pub(super) async fn send_and_wait(&self, command: Bytes) -> Result<(), ProviderError> {
        let (answer, outcome) = oneshot::channel();
        self.put(command, Some(answer)).await?;
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(ProviderError::Other(format!("nsqd refuses: {why}").into())),
            Err(_) => Err(gone()),
        }
    }

    async fn put(
        &self,
        command: Bytes,
        answer: Option<oneshot::Sender<Outcome>>,
    ) -> Result<(), ProviderError> {
        let units = u32::try_from(command.len() / UNIT + 1).unwrap_or(ROOM).min(ROOM);
        let room = Arc::clone(&self.room).acquire_many_owned(units).await.map_err(|_| gone())?;
        let waiting = Waiting { answer, is_answered: false, lost: Arc::clone(&self.lost), _room: room };
        self.leaving.send(Leaving::Event(command, waiting)).map_err(|returned| {
            if let mpsc::error::SendError(Leaving::Event(_, mut waiting)) = returned {
                // Whoever sends it is told.
                waiting.is_answered = true;
            }
            gone()
        })
    }

    /// How many events that nobody waits for nsqd has not taken, as far as is known.
    pub(super) fn lost(&self) -> usize {
        self.lost.load(Ordering::Acquire)
    }

    /// Ready when nsqd has answered all that was sent.
    pub(super) async fn emptied(&self) {
        let _or_nobody_answers = self.room.acquire_many(ROOM).await;
    }
}

/// A connection by which events leave.
pub(super) struct Publisher {
    pub(super) outlet: Outlet,
    leaving: UnboundedReceiver<Leaving>,
    connection: Connection,
}

impl Publisher {
    pub(super) fn over(connection: Connection) -> Self {
        let (sender, leaving) = unbounded_channel();
        let room = Arc::new(Semaphore::new(ROOM as usize));
        let outlet = Outlet { leaving: sender, room, is_beating: Arc::default(), lost: Arc::default() };
        Self { outlet, leaving, connection }
    }

    /// Until the connection ends.
    pub(super) async fn work(self) -> Ended {
        let Self { outlet, mut leaving, connection: Connection { reader, writer, .. } } = self;
        let _shut = Shut(Arc::clone(&outlet.room));
        let unanswered = Mutex::default();
        tokio::select! {
            ended = write(&mut leaving, writer, &unanswered, &outlet.is_beating) => ended,
            ended = read(reader, &outlet, &unanswered) => ended,
        }
    }
}

/// Dropped, it tells who waits for room that there will be none.
struct Shut(Arc<Semaphore>);

impl Drop for Shut {
    fn drop(&mut self) {
        self.0.close();
    }
}

async fn write(
    leaving: &mut UnboundedReceiver<Leaving>,
    mut writer: Writer,
    unanswered: &Mutex<VecDeque<Waiting>>,
    is_beating: &AtomicBool,
) -> Ended {
    while let Some(first) = leaving.recv().await {
        let mut next = Some(first);
        // What stands in line leaves together.
        while let Some(one) = next {
            let written = match one {
                Leaving::Event(command, waiting) => {
                    unanswered.lock().push_back(waiting);
                    writer.write_all(&command).await
                }
                Leaving::Beat => {
                    is_beating.store(false, Ordering::Relaxed);
                    writer.write_all(&NOTHING).await
                }
            };
            if let Err(error) = written {
                return error.into();
            }
            next = leaving.try_recv().ok();
        }
        if let Err(error) = writer.flush().await {
            return error.into();
        }
    }
    Ended::Left
}

async fn read(mut reader: Reader, outlet: &Outlet, unanswered: &Mutex<VecDeque<Waiting>>) -> Ended {
    loop {
        let outcome = match reader.next().await {
            Ok(Received::Response(said)) if said == HEARTBEAT => {
                if !outlet.is_beating.swap(true, Ordering::Relaxed) {
                    let _or_it_ends = outlet.leaving.send(Leaving::Beat);
                }
                continue;
            }
            Ok(Received::Response(_)) => Ok(()),
            Ok(Received::Error(why)) => Err(said(&why)),
            Ok(_) => return malformed("nsqd sends messages to one that has not subscribed").into(),
            Err(ended) => return ended,
        };
        let Some(waiting) = unanswered.lock().pop_front() else {
            return malformed("nsqd answers what it has not been asked").into();
        };
        waiting.answer(outcome);
    }
}
