//! Events on their way to an nsqd, which says of each that it has it, in their order.

use std::collections::VecDeque;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::connection::{Connection, Ended, Reader, Writer, said};
use super::frames::{HEARTBEAT, NOTHING, Received, malformed};
use crate::provider::ProviderError;
use crate::sync::{Arc, AtomicBool, Mutex, Ordering};

/// So many units of so many bytes may be under way: 16 MiB.
const ROOM: u32 = 16 * 1024;
const UNIT: usize = 1024;

/// What an event has come to.
type Outcome = Result<(), String>;

/// An event that nsqd has not confirmed yet.
struct Waiting {
    answer: oneshot::Sender<Outcome>,
    _room: OwnedSemaphorePermit,
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
    /// Ready when there is room for the command; what comes of it is told later.
    pub(super) async fn send(&self, command: Bytes) -> Result<oneshot::Receiver<Outcome>, ProviderError> {
        let units = u32::try_from(command.len() / UNIT + 1).unwrap_or(ROOM).min(ROOM);
        let room = Arc::clone(&self.room).acquire_many_owned(units).await.map_err(|_| gone())?;
        let (answer, outcome) = oneshot::channel();
        self.leaving.send(Leaving::Event(command, Waiting { answer, _room: room })).map_err(|_| gone())?;
        Ok(outcome)
    }

    /// Ready when nsqd has answered all that was sent.
    pub(super) async fn emptied(&self) {
        let _or_nobody_answers = self.room.acquire_many(ROOM).await;
    }
}

/// Waits for what has come of an event.
pub(super) async fn confirmed(outcome: oneshot::Receiver<Outcome>) -> Result<(), ProviderError> {
    match outcome.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) => Err(ProviderError::Other(format!("nsqd refuses: {why}").into())),
        Err(_) => Err(gone()),
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
        let outlet = Outlet { leaving: sender, room, is_beating: Arc::default() };
        Self { outlet, leaving, connection }
    }

    /// Until the connection ends.
    pub(super) async fn work(self) -> Ended {
        let Self { outlet, mut leaving, connection: Connection { reader, writer, .. } } = self;
        let _shut = Shut(Arc::clone(&outlet.room));
        let unconfirmed = Mutex::default();
        let ended = tokio::select! {
            ended = write(&mut leaving, writer, &unconfirmed, &outlet.is_beating) => ended,
            ended = read(reader, &outlet, &unconfirmed) => ended,
        };
        leaving.close();
        let waiting = std::iter::from_fn(|| leaving.try_recv().ok());
        let lost = waiting.filter(|one| matches!(one, Leaving::Event(..))).count() + unconfirmed.lock().len();
        if lost > 0 {
            tracing::warn!(target: "looselycoupled", lost, "nsqd has not confirmed these events, and whether it has them is not known: {ended}");
        }
        ended
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
    unconfirmed: &Mutex<VecDeque<Waiting>>,
    is_beating: &AtomicBool,
) -> Ended {
    while let Some(first) = leaving.recv().await {
        let mut next = Some(first);
        // What stands in line leaves together.
        while let Some(one) = next {
            let written = match one {
                Leaving::Event(command, waiting) => {
                    unconfirmed.lock().push_back(waiting);
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

async fn read(mut reader: Reader, outlet: &Outlet, unconfirmed: &Mutex<VecDeque<Waiting>>) -> Ended {
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
        let Some(waiting) = unconfirmed.lock().pop_front() else {
            return malformed("nsqd answers what it has not been asked").into();
        };
        if let Err(why) = &outcome {
            tracing::warn!(target: "looselycoupled", "nsqd has not taken an event: {why}");
        }
        // Who does not wait for it does not mind.
        let _nobody_waits = waiting.answer.send(outcome);
    }
}
