//! What a broker keeps on disk, so that it outlives it.

use std::fmt;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use bytes::{Bytes, BytesMut};
use redb::backends::FileBackend;
use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio_util::codec::{Decoder, Encoder};

use super::mail::LONGEST;
use super::queues::{Owner, QueueId};
use crate::provider::ProviderError;
use crate::provider::wire::{Frame, FrameCodec};
use crate::sync::{Arc, Mutex};

/// Events by their numbers, as frames.
const EVENTS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("events");
/// Whose the queues are, and which events they are for.
const QUEUES: TableDefinition<'_, u32, (&str, &str)> = TableDefinition::new("queues");
/// Which event stands in which queue.
const KEPT: TableDefinition<'_, (u32, u64), ()> = TableDefinition::new("kept");

/// So much of the file is held in memory.
const CACHE: usize = 8 * 1024 * 1024;

/// So many changes are made at once.
const BATCH: usize = 1_024;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A change to what is kept.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// An event for queues.
    Keep {
        number: u64,
        frame: Frame,
        queues: Vec<QueueId>,
    },
    /// It has been handled.
    Handled {
        queue: QueueId,
        number: u64,
    },
    /// No queue needs it any more.
    Forget {
        number: u64,
    },
    Open {
        queue: QueueId,
        owner: Owner,
        event: Box<str>,
    },
    Close {
        queue: QueueId,
        numbers: Vec<u64>,
    },
}

/// A change, and the number under which its end is told to whoever waits for it.
pub(super) struct Wanted {
    pub(super) change: Change,
    pub(super) ticket: Option<u64>,
}

/// What has been written, or why it has not.
pub(super) type Written<'a> = &'a (dyn Fn(Vec<u64>, Option<&str>) + Send + Sync);

/// What is found when a broker begins.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) queues: Vec<(QueueId, Owner, Box<str>)>,
    /// In their order.
    pub(super) events: Vec<(u64, Frame)>,
    pub(super) kept: Vec<(QueueId, u64)>,
}

/// The file of a broker, and the thread that writes it.
pub(super) struct Journal {
    changes: Mutex<Option<Sender<Wanted>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the file, or makes it. `written` is called for what has a ticket, on the thread that writes.
    pub(super) fn open(
        path: &Path,
        written: impl Fn(Vec<u64>, Option<&str>) + Send + Sync + 'static,
    ) -> Result<(Arc<Self>, Contents), ProviderError> {
        let failed = |error: Failure| setup(path, &*error);
        let database = create(path).map_err(failed)?;
        let contents = read(&database).map_err(failed)?;
        let (changes, waiting) = channel();
        let path = PathBuf::from(path);
        let named = std::thread::Builder::new().name("looselycoupled-journal".to_owned());
        let thread = named.spawn({
            let path = path.clone();
            move || write_all(&database, &path, &waiting, &written)
        });
        let thread = thread.map_err(|error| setup(&path, &error))?;
        let journal = Self { changes: Mutex::new(Some(changes)), thread: Mutex::new(Some(thread)) };
        Ok((Arc::new(journal), contents))
    }

    /// Has a change written after those before it. False: nothing is written any more.
    pub(super) fn want(&self, change: Change, ticket: Option<u64>) -> bool {
        let changes = self.changes.lock();
        changes.as_ref().is_some_and(|changes| changes.send(Wanted { change, ticket }).is_ok())
    }

    /// Returns when everything has been written. Blocks.
    pub(super) fn close(&self) {
        drop(self.changes.lock().take());
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            // A panic has been told by the thread itself.
            let _panicked = thread.join();
        }
    }
}

fn setup(path: &Path, error: &dyn fmt::Display) -> ProviderError {
    ProviderError::Setup(format!("the journal `{}` cannot be used: {error}", path.display()))
}

/// What was sent may be secret: nobody else reads it.
fn create(path: &Path) -> Result<Database, Failure> {
    let file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    Ok(Builder::new().set_cache_size(CACHE).create_with_backend(FileBackend::new(file)?)?)
}

fn read(database: &Database) -> Result<Contents, Failure> {
    let mut contents = Contents::default();
    let beginning = database.begin_write()?;
    drop((beginning.open_table(EVENTS)?, beginning.open_table(QUEUES)?, beginning.open_table(KEPT)?));
    beginning.commit()?;
    let reading = database.begin_read()?;
    for queue in reading.open_table(QUEUES)?.iter()? {
        let (queue, value) = queue?;
        let (owner, event) = value.value();
        contents.queues.push((QueueId(queue.value()), Owner::read(owner)?, event.into()));
    }
    for event in reading.open_table(EVENTS)?.iter()? {
        let (number, bytes) = event?;
        contents.events.push((number.value(), decode(bytes.value())?));
    }
    for kept in reading.open_table(KEPT)?.iter()? {
        let (queue, number) = kept?.0.value();
        contents.kept.push((QueueId(queue), number));
    }
    Ok(contents)
}

fn encode(frame: &Frame) -> Result<Bytes, Failure> {
    let mut bytes = BytesMut::new();
    FrameCodec::new(LONGEST).encode(frame, &mut bytes)?;
    Ok(bytes.freeze())
}

fn decode(bytes: &[u8]) -> Result<Frame, Failure> {
    let frame = FrameCodec::new(LONGEST).decode(&mut BytesMut::from(bytes))?;
    frame.ok_or_else(|| "an event is not whole".into())
}

fn write_all(database: &Database, path: &Path, waiting: &Receiver<Wanted>, written: Written<'_>) {
    let mut left: Vec<Change> = Vec::new();
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        batch.extend(std::iter::from_fn(|| waiting.try_recv().ok()).take(BATCH));
        let tickets = batch.iter().filter_map(|wanted| wanted.ticket).collect();
        let result = write(database, left.iter().chain(batch.iter().map(|wanted| &wanted.change)));
        match result {
            Ok(()) => {
                left.clear();
                written(tickets, None);
            }
            Err(error) => {
                tracing::error!(target: "looselycoupled", journal = %path.display(), "nothing can be kept: {error}");
                // What was to be kept is refused; what has been handled is written as soon as that is possible.
                let settled = batch.into_iter().filter(|wanted| wanted.ticket.is_none());
                left.extend(settled.map(|wanted| wanted.change));
                written(tickets, Some(&error.to_string()));
            }
        }
    }
}

fn write<'a>(database: &Database, changes: impl Iterator<Item = &'a Change>) -> Result<(), Failure> {
    let writing = database.begin_write()?;
    {
        let mut events = writing.open_table(EVENTS)?;
        let mut queues = writing.open_table(QUEUES)?;
        let mut kept = writing.open_table(KEPT)?;
        for change in changes {
            match change {
                Change::Keep { number, frame, queues } => {
                    events.insert(number, &*encode(frame)?)?;
                    for queue in queues {
                        kept.insert((queue.0, *number), ())?;
                    }
                }
                Change::Handled { queue, number } => {
                    kept.remove((queue.0, *number))?;
                }
                Change::Forget { number } => {
                    events.remove(number)?;
                }
                Change::Open { queue, owner, event } => {
                    queues.insert(queue.0, (&*owner.to_string(), &**event))?;
                }
                Change::Close { queue, numbers } => {
                    queues.remove(queue.0)?;
                    for number in numbers {
                        kept.remove((queue.0, *number))?;
                    }
                }
            }
        }
    }
    writing.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::wire::Kind;

    #[test]
    fn what_was_kept_is_found_again_and_what_was_handled_is_not() {
        let path = std::env::temp_dir().join(format!("looselycoupled-journal-{}", std::process::id()));
        let (told, written) = channel();
        let tell = move |tickets: Vec<u64>, failed: Option<&str>| {
            assert_eq!(failed, None);
            tickets.into_iter().for_each(|ticket| told.send(ticket).unwrap());
        };
        let (journal, contents) = Journal::open(&path, tell.clone()).unwrap();
        assert!(contents.queues.is_empty() && contents.events.is_empty());
        let (kitchen, order) =
            (Owner::Process("kitchen".into()), |id| Frame::new(Kind::Event, id).named("order"));
        let event: Box<str> = "order".into();
        journal
            .want(Change::Open { queue: QueueId(1), owner: kitchen.clone(), event: event.clone() }, Some(1));
        for number in [1, 2] {
            let change = Change::Keep { number, frame: order(0), queues: vec![QueueId(1)] };
            assert!(journal.want(change, Some(number + 1)));
        }
        journal.want(Change::Handled { queue: QueueId(1), number: 1 }, None);
        journal.want(Change::Forget { number: 1 }, None);
        journal.close();
        assert!(!journal.want(Change::Forget { number: 2 }, None), "it is closed");
        drop(journal);
        assert_eq!(written.try_iter().collect::<Vec<_>>(), [1, 2, 3]);

        let (journal, contents) = Journal::open(&path, |_, _| ()).unwrap();
        assert_eq!(contents.queues, [(QueueId(1), kitchen, event)]);
        assert_eq!(contents.events, [(2, order(0))]);
        assert_eq!(contents.kept, [(QueueId(1), 2)]);
        let again = Journal::open(&path, |_, _| ()).unwrap_err().to_string();
        assert!(again.contains("cannot be used"), "{again}");
        journal.close();
        std::fs::remove_file(path).unwrap();
    }
}
