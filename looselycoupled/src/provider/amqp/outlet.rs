//! What leaves by a connection: to each address by a link of its own, so that one at which the broker takes nothing holds up no other.

use std::collections::HashMap;

use fe2o3_amqp::Sender;
use fe2o3_amqp::link::delivery::DeliveryFut;
use fe2o3_amqp::link::{SendError, SenderAttachError};
use fe2o3_amqp::types::definitions::SenderSettleMode;
use fe2o3_amqp::types::messaging::Outcome;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::timeout;

use super::addresses::AmqpAddresses;
use super::ended::Ended;
use super::mail::Mail;
use super::visit::{PATIENCE, Session};
use crate::address::quoted;
use crate::provider::{Link, ProviderError};
use crate::sync::{Arc, AtomicUsize, Mutex, Ordering};

/// The bytes that wait for one broker at most.
const ROOM: usize = 16 * 1024 * 1024;

/// Those of them that wait for it to take what is sent to one address.
const ROOM_OF_LANE: usize = ROOM / 2;

/// Beside what it says, each message takes so many bytes.
const OVERHEAD: usize = 256;

type Outcomes = (DeliveryFut<Result<Outcome, SendError>>, Waiting);

/// What the broker has not confirmed yet.
#[derive(Debug)]
struct Room {
    link: Link,
    messages: AtomicUsize,
    bytes: AtomicUsize,
    is_empty: Notify,
    /// How many events that nobody waits for the broker has not confirmed, and never will.
    lost: AtomicUsize,
}

/// What is to be told of one message. Dropped, it says that the message may be lost.
#[derive(Debug)]
struct Waiting {
    room: Arc<Room>,
    /// What waits for the same address.
    waiting: Arc<AtomicUsize>,
    bytes: usize,
    /// Who waits for the broker to keep it.
    keeper: Option<Keeper>,
    is_settled: bool,
}

type Keeper = oneshot::Sender<Result<(), Ended>>;

impl Waiting {
    fn settle(mut self, address: &str, outcome: Result<(), Ended>) {
        self.is_settled = outcome.is_ok();
        match (self.keeper.take(), outcome) {
            (Some(keeper), outcome) => {
                self.is_settled = true;
                // Whoever has waited too long has been told something else.
                let _gone = keeper.send(outcome);
            }
            (None, Err(reason)) if self.room.lost.load(Ordering::Relaxed) == 0 => {
                let address = quoted(address);
                tracing::warn!(target: "looselycoupled", "an event to {address} was not taken: {reason} (said once for each connection)");
            }
            (None, _) => {}
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.is_settled && self.keeper.is_none() {
            self.room.lost.fetch_add(1, Ordering::AcqRel);
            self.room.link.count_lost(1);
        }
        self.waiting.fetch_sub(self.bytes, Ordering::AcqRel);
        self.room.bytes.fetch_sub(self.bytes, Ordering::AcqRel);
        if self.room.messages.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.room.is_empty.notify_waiters();
        }
    }
}

/// A message on its way.
#[derive(Debug)]
pub(super) struct Parcel {
    mail: Mail,
    waiting: Waiting,
}

/// An address to which something is sent for the first time.
#[derive(Debug)]
pub(super) struct Lane {
    address: String,
    parcels: mpsc::UnboundedReceiver<Parcel>,
}

/// The way into a lane.
#[derive(Debug, Default)]
struct Entry {
    parcels: Option<mpsc::UnboundedSender<Parcel>>,
    /// The bytes of those that the broker has not confirmed.
    waiting: Arc<AtomicUsize>,
}

fn gone() -> ProviderError {
    ProviderError::Unreachable(Ended::Closed.to_string())
}

/// What leaves by one connection.
#[derive(Debug)]
pub(super) struct Outlet {
    room: Arc<Room>,
    lanes: Mutex<HashMap<String, Entry>>,
    opening: mpsc::UnboundedSender<Lane>,
}

impl Outlet {
    /// And the lanes that are to be run.
    pub(super) fn new(link: Link) -> (Arc<Self>, mpsc::UnboundedReceiver<Lane>) {
        let (opening, opened) = mpsc::unbounded_channel();
        let room = Room {
            link,
            messages: AtomicUsize::default(),
            bytes: AtomicUsize::default(),
            is_empty: Notify::default(),
            lost: AtomicUsize::default(),
        };
        (Arc::new(Self { room: Arc::new(room), lanes: Mutex::default(), opening }), opened)
    }

    /// Puts a message in line. Whoever waits for the broker to keep it is told.
    pub(super) fn send(
        &self,
        address: &str,
        (mail, size): (Mail, usize),
        keeper: Option<Keeper>,
    ) -> Result<(), ProviderError> {
        let bytes = size + OVERHEAD;
        let mut lanes = self.lanes.lock();
        if !lanes.contains_key(address) {
            lanes.insert(address.to_owned(), Entry::default());
        }
        let Some(entry) = lanes.get_mut(address) else { return Err(gone()) };
        // Whoever adds to them has the lock.
        if entry.waiting.load(Ordering::Acquire) + bytes > ROOM_OF_LANE
            || self.room.bytes.load(Ordering::Acquire) + bytes > ROOM
        {
            return Err(ProviderError::Full("the broker takes no more".to_owned()));
        }
        entry.waiting.fetch_add(bytes, Ordering::AcqRel);
        self.room.bytes.fetch_add(bytes, Ordering::AcqRel);
        self.room.messages.fetch_add(1, Ordering::AcqRel);
        let (room, waiting) = (Arc::clone(&self.room), Arc::clone(&entry.waiting));
        let waiting = Waiting { room, waiting, bytes, keeper, is_settled: false };
        let mut parcel = Parcel { mail, waiting };
        if let Some(lane) = &entry.parcels {
            match lane.send(parcel) {
                Ok(()) => return Ok(()),
                // The broker has ended it; perhaps it takes another one.
                Err(mpsc::error::SendError(returned)) => parcel = returned,
            }
        }
        let (lane, parcels) = mpsc::unbounded_channel();
        lane.send(parcel).map_err(|_| gone())?;
        entry.parcels = Some(lane);
        let opened = self.opening.send(Lane { address: address.to_owned(), parcels });
        opened.map_err(|mpsc::error::SendError(mut lane)| {
            // Whoever sends it is told.
            while let Ok(mut parcel) = lane.parcels.try_recv() {
                parcel.waiting.is_settled = true;
            }
            gone()
        })
    }

    /// Ready when the broker has confirmed everything.
    pub(super) async fn is_empty(&self) {
        loop {
            let empty = self.room.is_empty.notified();
            tokio::pin!(empty);
            empty.as_mut().enable();
            if self.room.messages.load(Ordering::Acquire) == 0 {
                return;
            }
            empty.await;
        }
    }

    /// How many events of which nobody has heard may not have arrived.
    pub(super) fn lost(&self) -> usize {
        self.room.lost.load(Ordering::Acquire)
    }
}

impl Lane {
    /// Sends what comes, until the broker does not want it any more; why, and whether that is the end of everything, its reason says.
    pub(super) async fn run(mut self, session: Session, addresses: AmqpAddresses) -> Ended {
        let ended = match self.attach(&session, addresses).await {
            Ok(sender) => self.send_all(sender, addresses).await,
            Err(ended) => ended,
        };
        self.parcels.close();
        while let Some(Parcel { waiting, .. }) = self.parcels.recv().await {
            waiting.settle(&self.address, Err(ended.clone()));
        }
        ended
    }

    async fn attach(&self, session: &Session, addresses: AmqpAddresses) -> Result<Sender, Ended> {
        let attaching = async {
            Sender::builder()
                .name(format!("to {}", self.address))
                .target(addresses.target(&self.address))
                // What is not to be kept is confirmed as well: so it is known what the broker takes, and how much is on its way.
                .sender_settle_mode(SenderSettleMode::Unsettled)
                .attach(&mut *session.lock().await)
                .await
        };
        // No other link can be made meanwhile.
        let attached = timeout(PATIENCE, attaching).await.map_err(|_| Ended::Silent(PATIENCE))?;
        attached.map_err(|error| match &error {
            SenderAttachError::SessionStopped(reason) => reason.into(),
            SenderAttachError::RemoteClosedWithError(condition) if Ended::is_final(condition) => {
                Ended::stated(condition)
            }
            SenderAttachError::RemoteClosedWithError(condition) => Ended::stated(condition).for_now(),
            error => Ended::because(error).for_now(),
        })
    }

    async fn send_all(&mut self, mut sender: Sender, addresses: AmqpAddresses) -> Ended {
        let (on_its_way, outcomes) = mpsc::unbounded_channel();
        let Self { address, parcels } = self;
        let address = &**address;
        let sending = async move {
            while let Some(Parcel { mail, waiting }) = parcels.recv().await {
                // Who has waited too long has been told that it was not sent.
                if waiting.keeper.as_ref().is_some_and(Keeper::is_closed) {
                    continue;
                }
                match sender.send_batchable(mail).await {
                    Ok(outcome) => {
                        if on_its_way.send((outcome, waiting)).is_err() {
                            break;
                        }
                    }
                    // It concerns this one alone.
                    Err(error @ (SendError::MessageSizeExceeded(_) | SendError::MessageEncodeError)) => {
                        waiting.settle(address, Err(Ended::from(&error)));
                    }
                    Err(error) => {
                        let ended = Ended::from(&error).for_now();
                        waiting.settle(address, Err(ended.clone()));
                        return ended;
                    }
                }
            }
            Ended::Closed
        };
        let (ended, ()) = tokio::join!(sending, settle_all(address, addresses, outcomes));
        ended
    }
}

/// Tells what becomes of messages that are on their way, one after the other.
async fn settle_all(
    address: &str,
    addresses: AmqpAddresses,
    mut outcomes: mpsc::UnboundedReceiver<Outcomes>,
) {
    while let Some((outcome, waiting)) = outcomes.recv().await {
        let told = match (outcome.await, addresses) {
            // Released is what RabbitMQ says from its version 4 on where nobody has subscribed.
            (Ok(Outcome::Accepted(_)), _) | (Ok(Outcome::Released(_)), AmqpAddresses::RabbitMq) => Ok(()),
            (Ok(Outcome::Rejected(rejected)), _) => Err(match &rejected.error {
                Some(condition) => Ended::stated(condition),
                None => Ended::says("it is rejected"),
            }),
            (Ok(_), _) => Err(Ended::says("it cannot be taken now").for_now()),
            (Err(error), _) => Err(Ended::from(&error).for_now()),
        };
        waiting.settle(address, told);
    }
}

impl From<&SendError> for Ended {
    fn from(error: &SendError) -> Self {
        match error {
            SendError::LinkStateError(error) => error.into(),
            error => Self::because(error),
        }
    }
}
