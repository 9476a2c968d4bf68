//! The broker: hands on whatever comes, as it is, to all who have subscribed.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::connection::{Ended, Reader, Side, Writer, greet, wish};
use super::endpoint::{Endpoint, Listening, Stream};
use super::frames::{Received, message};
use super::outlet::Outlet;
use crate::provider::ProviderError;
use crate::sync::{Arc, AtomicU64, Mutex, Ordering};

/// How many may be about to say who they are at once.
const STRANGERS: usize = 64;

/// What one names that subscribes takes as many bytes at most, each with some for itself: whatever is sent is compared with all of it.
pub(super) const ROOM_FOR_WISHES: usize = 64 * 1024;
const EACH: usize = 64;

/// How long to wait where the system has no connection to give.
const BREATH: Duration = Duration::from_millis(500);

/// How long what has been accepted may take to leave at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// One that has subscribed.
#[derive(Debug, Default)]
struct Subscriber {
    number: u64,
    /// What begins so is for it.
    wishes: Mutex<Vec<Box<[u8]>>>,
    outlet: Outlet,
    /// What it has lost since it last had room.
    lost: AtomicU64,
}

impl Subscriber {
    fn wants(&self, first: &[u8]) -> bool {
        self.wishes.lock().iter().any(|wish| first.starts_with(wish))
    }

    fn give(&self, message: Bytes) {
        let number = self.number;
        if self.outlet.send(message).is_err() {
            if self.lost.fetch_add(1, Ordering::Relaxed) == 0 {
                tracing::warn!(target: "looselycoupled", subscriber = number, "a peer does not read: it loses what is sent from now on");
            }
        } else if self.lost.load(Ordering::Relaxed) > 0 && self.outlet.is_half_empty() {
            let lost = self.lost.swap(0, Ordering::Relaxed);
            tracing::warn!(target: "looselycoupled", subscriber = number, lost, "a peer reads again, and has lost messages");
        }
    }

    fn listen(&self, received: &Received) -> Result<(), Ended> {
        let Some((is_wanted, wish)) = wish(received) else { return Ok(()) };
        let mut wishes = self.wishes.lock();
        if is_wanted {
            let taken: usize = wishes.iter().map(|known| known.len() + EACH).sum();
            if taken + wish.len() + EACH > ROOM_FOR_WISHES {
                return Err(Ended::Greedy);
            }
            // A copy: what has come would keep all that has come with it.
            wishes.push(wish[..].into());
        } else if let Some(place) = wishes.iter().position(|known| **known == *wish) {
            // Each has been named as often as it is to be forgotten.
            wishes.swap_remove(place);
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Broker {
    subscribers: Mutex<Vec<Arc<Subscriber>>>,
    last: AtomicU64,
}

impl Broker {
    fn hand_on(&self, frames: &[Bytes]) {
        let Some(first) = frames.first() else { return };
        let whole = message(frames);
        let subscribers = self.subscribers.lock();
        subscribers.iter().filter(|one| one.wants(first)).for_each(|one| one.give(whole.clone()));
    }

    fn has_waiting(&self) -> bool {
        self.subscribers.lock().iter().any(|one| one.outlet.has_waiting())
    }

    /// One that publishes.
    async fn hear(&self, mut reader: Reader, _writer: Writer) -> Ended {
        loop {
            match reader.next().await {
                Ok(Received::Message(frames)) => self.hand_on(&frames),
                Ok(Received::TooLong(bytes)) => {
                    tracing::warn!(target: "looselycoupled", bytes, "a message is too long for the broker, and is lost");
                }
                Ok(Received::Command(_)) => {}
                Err(ended) => return ended,
            }
        }
    }

    /// One that subscribes.
    async fn serve(&self, mut reader: Reader, writer: Writer) -> Ended {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let subscriber = Arc::new(Subscriber { number, ..Subscriber::default() });
        self.subscribers.lock().push(Arc::clone(&subscriber));
        let _inside = Inside { broker: self, number };
        let listening = async {
            loop {
                let listened = reader.next().await.and_then(|received| subscriber.listen(&received));
                if let Err(ended) = listened {
                    break ended;
                }
            }
        };
        tokio::select! {
            ended = listening => ended,
            ended = subscriber.outlet.write_to(writer) => ended,
        }
    }

    async fn receive(&self, stream: Stream, side: Side, place: OwnedSemaphorePermit) {
        let greeted = greet(stream, side).await;
        drop(place);
        let ended = match (greeted, side) {
            (Ok((reader, writer)), Side::Subscribes) => self.welcome(reader, writer).await,
            (Ok((reader, writer)), Side::Publishes) => self.serve(reader, writer).await,
            (Err(ended), _) => {
                return tracing::warn!(target: "looselycoupled", "a stranger to the broker: {ended}");
            }
        };
        match ended {
            Ended::Closed => tracing::debug!(target: "looselycoupled", "a peer has left the broker: {ended}"),
            ended => tracing::warn!(target: "looselycoupled", "a peer was cut off: {ended}"),
        }
    }

    /// Subscribes to all that one publishes, and hears it.
    async fn welcome(&self, reader: Reader, mut writer: Writer) -> Ended {
        let subscribed = async {
            writer.write_all(&message(&[EVERYTHING])).await?;
            writer.flush().await
        };
        match subscribed.await {
            Ok(()) => self.hear(reader, writer).await,
            Err(error) => error.into(),
        }
    }
}

/// The wish for whatever there is.
pub(super) const EVERYTHING: Bytes = Bytes::from_static(b"\x01");

/// Dropped, nothing is sent to a subscriber any more.
struct Inside<'a> {
    broker: &'a Broker,
    number: u64,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.broker.subscribers.lock().retain(|one| one.number != self.number);
    }
}

/// Takes connections, and holds them; dropped, it cuts them off.
async fn listen(listening: Listening, side: Side, broker: Arc<Broker>) {
    let mut peers = JoinSet::new();
    let strangers = Arc::new(Semaphore::new(STRANGERS));
    loop {
        tokio::select! {
            accepted = listening.accept() => match accepted {
                Ok(stream) => {
                    // Without a place it is dropped, and the other side tries again.
                    if let Ok(place) = Arc::clone(&strangers).try_acquire_owned() {
                        let broker = Arc::clone(&broker);
                        peers.spawn(async move { broker.receive(stream, side, place).await });
                    }
                }
                Err(error) => {
                    tracing::warn!(target: "looselycoupled", "the broker cannot take a connection: {error}");
                    sleep(BREATH).await;
                }
            },
            Some(_) = peers.join_next() => {}
        }
    }
}

/// What goes on while the broker is there.
#[derive(Debug, Default)]
pub(super) struct Host(Mutex<Option<(Arc<Broker>, JoinHandle<()>)>>);

impl Host {
    /// Listens where peers hear, and where they send.
    pub(super) async fn open(&self, hears: &Endpoint, sends: &Endpoint) -> Result<(), ProviderError> {
        let (publishing, subscribing) = (hears.bind().await?, sends.bind().await?);
        let broker = Arc::new(Broker::default());
        let (one, other) = (Arc::clone(&broker), Arc::clone(&broker));
        let both = async move {
            tokio::join!(
                listen(publishing, Side::Publishes, one),
                listen(subscribing, Side::Subscribes, other)
            );
        };
        *self.0.lock() = Some((broker, tokio::spawn(both)));
        Ok(())
    }

    /// Listens no longer, and cuts off everybody, once what has come has left.
    pub(super) async fn close(&self) {
        let Some((broker, listening)) = self.0.lock().take() else { return };
        let _cut_off = Cut(listening.abort_handle());
        let left = async {
            while broker.has_waiting() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        if timeout(FAREWELL, left).await.is_err() {
            tracing::warn!(target: "looselycoupled", "somebody does not read: some of what was sent has not left");
        }
        listening.abort();
        // The files are gone, and nobody is connected, when this returns.
        let _it_was_told_to = listening.await;
    }
}

/// Also where the end is cut off, the broker ends.
struct Cut(tokio::task::AbortHandle);

impl Drop for Cut {
    fn drop(&mut self) {
        self.0.abort();
    }
}
