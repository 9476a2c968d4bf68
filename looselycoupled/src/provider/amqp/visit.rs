//! One connection, from its beginning to its end.

use std::net::Shutdown;
use std::time::Duration;

use fe2o3_amqp::connection::{Connection, ConnectionHandle};
use fe2o3_amqp::sasl_profile::SaslProfile;
use fe2o3_amqp::session::{Session as AmqpSession, SessionHandle};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use super::addresses::AmqpAddresses;
use super::ended::Ended;
use super::hearing::Hearing;
use super::outlet::Lane;
use super::sieve::{LARGEST_FRAME, Sieve};
use super::topology::{self, Queue};
use crate::provider::place::{Access, Credentials, Place};
use crate::provider::{Link, Subscription};
use crate::sync::Arc;

/// How long a broker may take to let one in, or to do what it is asked for.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A broker that has said nothing for so long is gone; both sides show that they are there.
const SILENCE: Duration = Duration::from_secs(10);

/// How long it may take to part from a broker in good order.
const PARTING: Duration = Duration::from_secs(1);

/// All links of a connection are in it.
pub(super) type Session = Arc<Mutex<SessionHandle<()>>>;

/// What it takes to come in.
pub(super) struct Door {
    pub(super) place: Place,
    pub(super) access: Access,
    pub(super) credentials: Credentials,
    pub(super) addresses: AmqpAddresses,
    pub(super) link: Link,
    /// What is still to be told of events that have come.
    pub(super) answering: TaskTracker,
}

/// What a connection is to do.
pub(super) enum Wish {
    Hear {
        id: u64,
        subscription: Subscription,
        done: oneshot::Sender<Result<(), Ended>>,
    },
    HearNoMore {
        id: u64,
        done: oneshot::Sender<()>,
    },
    /// To end in good order.
    Part,
}

/// What is done at a broker from one failure to the next one, by two connections. A link that ends while something is on its way to it may take its
/// connection with it, since for the crate what comes for such a link is a violation of the protocol; so what ends before the rest has one of its own.
pub(super) struct Visit {
    /// Events go out by it, and durable ones come.
    lasting: Line,
    /// Events come by it that are not durable: no more of them are wanted before the last ones have left.
    passing: Line,
    /// Events that come: by their numbers, how to end each.
    ears: Vec<(u64, oneshot::Sender<()>)>,
    hearing: JoinSet<(u64, Result<(), Ended>)>,
    sending: JoinSet<Ended>,
    /// What tells queues of this connection from those of the next one.
    mark: String,
    /// Fewer are wanted than before, and what becomes of the others does not matter.
    is_leaving: bool,
}

/// A connection, and all its links.
struct Line {
    connection: ConnectionHandle<()>,
    session: Session,
    _cut: Cut,
}

/// Dropped, the connection ends at once, whatever anybody waits for.
struct Cut(std::net::TcpStream);

impl Drop for Cut {
    fn drop(&mut self) {
        // It may be over already.
        let _over = self.0.shutdown(Shutdown::Both);
    }
}

impl Line {
    async fn open(door: &Door, name: String) -> Result<Self, Ended> {
        let stream = door.place.connect().await?.into_std()?;
        let cut = Cut(stream.try_clone()?);
        let sieve = Sieve::new(TcpStream::from_std(stream)?);
        let product = sieve.product();
        let profile = match &door.credentials.user {
            Some(user) => SaslProfile::Plain {
                username: user.clone(),
                password: door.credentials.password.clone().unwrap_or_default(),
            },
            None => SaslProfile::Anonymous,
        };
        let host = match (&door.access.virtual_host, door.addresses) {
            (Some(name), AmqpAddresses::RabbitMq) => format!("vhost:{name}"),
            (Some(name), AmqpAddresses::Artemis) => name.clone(),
            (None, _) => door.place.address().0.to_owned(),
        };
        let silence = u32::try_from(SILENCE.as_millis()).unwrap_or(u32::MAX);
        let mut connection = Connection::builder()
            // No two connections have the same, or a broker takes them for one.
            .container_id(name)
            .hostname(&*host)
            .sasl_profile(profile)
            .idle_time_out(silence)
            .max_frame_size(LARGEST_FRAME)
            .open_with_stream(sieve)
            .await
            .map_err(|error| Ended::from(&error))?;
        door.addresses.check(product.get().map_or("", |name| name))?;
        let session = AmqpSession::begin(&mut connection).await.map_err(|error| Ended::from(&error))?;
        Ok(Self { connection, session: Arc::new(Mutex::new(session)), _cut: cut })
    }

    async fn close(&mut self) {
        let mut session = self.session.lock().await;
        let _over = session.end().await;
        let _over = self.connection.close().await;
    }
}

impl Visit {
    /// Ready when the broker has let us in.
    pub(super) async fn begin(door: &Door, mark: String) -> Result<Self, Ended> {
        let process = door.link.process();
        let lasting = Line::open(door, format!("{process}.{mark}")).await?;
        let passing = Line::open(door, format!("{process}.{mark}.passing")).await?;
        Ok(Self {
            lasting,
            passing,
            ears: Vec::new(),
            hearing: JoinSet::new(),
            sending: JoinSet::new(),
            mark,
            is_leaving: false,
        })
    }

    /// Has the events of several subscriptions come.
    pub(super) async fn hear(&mut self, door: &Door, wanted: &[(u64, Subscription)]) -> Result<(), Ended> {
        let refused = |error: crate::provider::ProviderError| Ended::Refused(error.to_string());
        let places = wanted.iter().map(|(id, subscription)| {
            let (source, queue) =
                door.addresses.place(subscription, door.link.process(), &self.mark).map_err(refused)?;
            Ok::<_, Ended>((*id, subscription.clone(), source, queue))
        });
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let queues: Vec<Queue> = places.iter().filter_map(|(.., queue)| queue.clone()).collect();
        if !queues.is_empty() {
            topology::declare(&door.place, &door.access, &door.credentials, queues).await?;
        }
        for (id, subscription, source, _) in places {
            let name = format!("from {subscription}");
            let hearing = Hearing {
                link: door.link.clone(),
                subscription,
                addresses: door.addresses,
                answering: door.answering.clone(),
            };
            let line = if hearing.subscription.is_durable { &self.lasting } else { &self.passing };
            let receiver = hearing.attach(&line.session, source, name).await?;
            let (ends, until) = oneshot::channel();
            self.ears.push((id, ends));
            self.hearing.spawn(async move { (id, hearing.hear_all(receiver, until).await) });
        }
        Ok(())
    }

    /// Does what it is told to until the connection ends.
    pub(super) async fn stay(
        &mut self,
        door: &Door,
        lanes: &mut mpsc::UnboundedReceiver<Lane>,
        wishes: &mut mpsc::UnboundedReceiver<Wish>,
    ) -> Ended {
        loop {
            tokio::select! {
                closed = self.lasting.connection.on_close() => {
                    return closed.as_ref().err().map_or(Ended::Closed, Ended::from);
                }
                closed = self.passing.connection.on_close(), if !self.is_leaving => {
                    return closed.as_ref().err().map_or(Ended::Closed, Ended::from);
                }
                Some(ended) = self.hearing.join_next() => {
                    // Of one that has panicked nothing more is known.
                    let (id, ended) = ended.unwrap_or((0, Err(Ended::Closed)));
                    self.ears.retain(|(known, _)| *known != id);
                    match ended {
                        Err(ended) if !self.is_leaving => return ended,
                        _ => {}
                    }
                }
                Some(ended) = self.sending.join_next() => match ended.unwrap_or(Ended::Closed) {
                    Ended::Refused(_) | Ended::NotNow(_) => {}
                    ended => return ended,
                },
                Some(lane) = lanes.recv() => {
                    self.sending.spawn(lane.run(Arc::clone(&self.lasting.session), door.addresses));
                }
                Some(wish) = wishes.recv() => match wish {
                    Wish::Hear { id, subscription, done } => {
                        let wanted = [(id, subscription)];
                        let heard = timeout(PATIENCE, self.hear(door, &wanted)).await;
                        let heard = heard.unwrap_or(Err(Ended::Silent(PATIENCE)));
                        let over = heard.as_ref().err().filter(|ended| !matches!(ended, Ended::Refused(_))).cloned();
                        // Whether whoever has asked still waits or not.
                        let _gone = done.send(heard);
                        if let Some(over) = over {
                            return over;
                        }
                    }
                    Wish::HearNoMore { id, done } => {
                        self.is_leaving = true;
                        self.ears.retain(|(known, _)| *known != id);
                        let _gone = done.send(());
                    }
                    Wish::Part => {
                        let _in_time = timeout(PARTING, self.part()).await;
                        return Ended::Closed;
                    }
                },
            }
        }
    }

    /// What has been answered leaves before the broker is told that this is the end.
    async fn part(&mut self) {
        self.ears.clear();
        while self.hearing.join_next().await.is_some() {}
        self.lasting.close().await;
        self.passing.close().await;
    }
}
