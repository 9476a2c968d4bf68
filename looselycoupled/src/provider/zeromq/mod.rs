//! Processes that meet at a broker of ZeroMQ, those of MrEventLoop among them.

mod broker;
mod endpoint;
mod flow;
mod message;
mod peer;

use std::fmt;

use super::{Capabilities, Capability, Envelope, Link, Provider, ProviderError, ProviderState, Subscription};
use crate::address::EventPattern;
use crate::sync::{Arc, Mutex, OnceLock};
use broker::Broker;
use peer::{Peer, Place};

/// Connects processes of this framework and of MrEventLoop (Python) by events: one of them hosts a broker, `Broker` there, and the others are
/// its peers, `Peer` there.
///
/// Everybody gets everything, and nobody confirms anything: there are neither calls nor groups nor durable events. But a process hears what it
/// sends itself, so it knows what the broker has passed on: a provider is connected when a first message has come back, no more than
/// 4,096 are on their way at a time, what does not come back is told in the log, and so are gaps between the messages of another process of
/// this framework. What is sent while there is no connection is lost and counted. A message has at most 1 MiB.
///
/// Python gets the fields of an event as positional arguments, in the order in which an event's type, `emits(…)`, or a handler declares them, otherwise in
/// which they are sent; what comes from Python without names has those names, or is a list if nobody declares any.
///
/// Whoever can reach the endpoints can hear and send every event. Files are closed to other users; a TCP port is open to everybody who reaches it.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::provider::ZeroMq;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("looselycoupled-zeromq-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let (publishes, takes) = (format!("ipc://{}", folder.join("out").display()), format!("ipc://{}", folder.join("in").display()));
/// # let (publishes, takes) = (&*publishes, &*takes);
/// // In Python: `async with Peer(publishes, takes, ["opened"], []) as peer: …`
/// let house = App::builder().process("house").provider("python", ZeroMq::host(publishes, takes));
/// let house = house.route_event("opened", "python").start().await?;
/// # house.shutdown().await?;
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub struct ZeroMq {
    place: Place,
    hosts: bool,
    broker: Mutex<Option<Broker>>,
    link: OnceLock<Link>,
    peer: Arc<Peer>,
}

impl fmt::Debug for ZeroMq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZeroMq")
            .field("place", &self.place)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

impl ZeroMq {
    /// A peer of the broker that publishes at the first endpoint and takes what peers send at the second one: `ipc://<path>` or
    /// `tcp://<host>:<port>`. In MrEventLoop these are the first two parameters of a `Peer`.
    #[must_use]
    pub fn connect(publishes: &str, takes: &str) -> Self {
        let place = Place { publishes: publishes.to_owned(), takes: takes.to_owned() };
        Self { place, hosts: false, broker: Mutex::default(), link: OnceLock::new(), peer: Arc::default() }
    }

    /// Hosts the broker in this process, which is a peer of it as well. In MrEventLoop these are the parameters of a `Broker`. What a broker that is
    /// gone has left there is replaced.
    #[must_use]
    pub fn host(publishes: &str, takes: &str) -> Self {
        Self { hosts: true, ..Self::connect(publishes, takes) }
    }
}

impl Provider for ZeroMq {
    fn kind(&self) -> &'static str {
        "zeromq"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with(Capability::Patterns).with(Capability::Headers).with(Capability::Order)
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        let Place { publishes, takes } = &self.place;
        endpoint::check(publishes)?;
        endpoint::check(takes)?;
        if publishes == takes {
            return Err(ProviderError::Setup(format!(
                "the broker cannot publish and take at one endpoint, `{takes}`"
            )));
        }
        if self.hosts {
            let broker = Broker::open(publishes, takes).await?;
            *self.broker.lock() = Some(broker);
        }
        let _the_first = self.link.set(link.clone());
        Peer::connect(&self.peer, self.place.clone(), link);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        match self.link.get() {
            Some(link) => self.peer.publish(link, event).await,
            None => Err(ProviderError::Unreachable(ProviderState::Stopped.to_string())),
        }
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        let pattern: Result<EventPattern, _> = subscription.event.parse();
        self.peer.want(pattern.map_err(|error| ProviderError::Other(Box::new(error)))?);
        Ok(())
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.peer.no_longer(&subscription.event);
        Ok(())
    }

    async fn stop(&self) {
        self.peer.stop().await;
        let broker = self.broker.lock().take();
        if let Some(broker) = broker {
            broker.close().await;
        }
    }
}
