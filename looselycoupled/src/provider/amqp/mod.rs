//! Events by way of a broker that speaks AMQP 1.0.

mod addresses;
mod encoding;
mod ended;
mod hearing;
mod mail;
mod outlet;
pub mod outside;
mod peer;
mod performative;
mod sieve;
mod topology;
mod visit;

use std::fmt;
use std::path::PathBuf;

use tokio_util::task::TaskTracker;

use super::place::{Access, Place};
use super::{Capabilities, Capability, Envelope, Link, Provider, ProviderError, Subscription};
use crate::sync::{Arc, OnceLock};
pub use addresses::AmqpAddresses;
use peer::Peer;
use visit::Door;

/// How places are written.
const EXAMPLE: &str = "amqp://127.0.0.1:5672";

/// Carries events by a broker that speaks AMQP 1.0, as ActiveMQ Artemis and RabbitMQ do.
///
/// What addresses mean is a matter of the broker: [`AmqpAddresses`] has what these two make of them. An event is JSON, at Artemis as a value that is a text,
/// as `aspyx_event` has it, and at RabbitMQ as bytes; headers are application properties of the same names. Whoever listens at the same address, in whatever
/// language, reads it, and what comes from others without such headers is an event like any other, of the process `?`. Raw bytes are
/// `{"$bytes": "AP8="}`, in base64, and what is no finite number `{"$float": "NaN"}`.
///
/// A durable event is confirmed when the broker has accepted it, and the broker is told when it has been handled, each on its own. What is lost by a
/// failing connection comes again, and says that it is [`redelivered`](crate::Metadata::redelivered). Other events are confirmed by the broker as well, which nobody
/// waits for: how many it has not taken, or may not have, is a warning in the log.
///
/// A broker that has been silent for ten seconds is gone. An event has at most 4 MiB, and 16 MiB wait for a broker that takes nothing, 8 of them for one that takes nothing at one
/// address: others still go. Processes that come to a broker have names that no others have: two of one name share their queues, and each gets some of the events.
/// What comes again is recognised by the id that our own durable events have; that of others says that it is redelivered.
///
/// What others send is read if it is sound: a message that takes more than 12 MiB with all that it carries, or whose values lie in one another more than 32 deep,
/// or that is not encoded as the protocol says, is told as unreadable, as one is whose content is no JSON, and of a durable one the broker is told not to send it again.
///
/// There is no TLS: what is said, the password as well, can be read by whoever sees it pass. So another machine than this one is refused unless
/// [`plain`](Self::plain) says that this is as it should be, in a network of one's own, or by way of a tunnel.
///
/// # Examples
///
/// ```no_run
/// use looselycoupled::prelude::*;
/// use looselycoupled::provider::{Amqp, AmqpAddresses, Via};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let broker = Amqp::connect("amqp://127.0.0.1:5672").addresses(AmqpAddresses::RabbitMq).user("guest").password("guest");
/// let app = App::builder()
///     .process("kitchen")
///     .provider("broker", broker)
///     .route_event("pumped", Via::provider("broker").durable())
///     .start()
///     .await?;
/// app.handle().trigger_event("pumped", args! { liters: 40 }).await?;
/// # app.shutdown().await?;
/// # Ok(())
/// # }
/// ```
pub struct Amqp {
    url: String,
    addresses: AmqpAddresses,
    access: Access,
    process: OnceLock<Box<str>>,
    peer: Arc<Peer>,
}

impl fmt::Debug for Amqp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A password may stand before it.
        let place = self.url.rsplit_once('@').map_or(&*self.url, |(_, place)| place);
        f.debug_struct("Amqp")
            .field("place", &place)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

impl Amqp {
    /// At a broker, be it there yet or not: `amqp://<host>:<port>`, or with a user `amqp://<user>:<password>@<host>:<port>`.
    #[must_use]
    pub fn connect(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            addresses: AmqpAddresses::default(),
            access: Access::default(),
            process: OnceLock::new(),
            peer: Arc::default(),
        }
    }

    /// Where events lie there. Unless stated, as Artemis has it.
    #[must_use]
    pub fn addresses(self, addresses: AmqpAddresses) -> Self {
        Self { addresses, ..self }
    }

    /// As whom it comes. Unless stated, as nobody, which brokers may allow.
    #[must_use]
    pub fn user(mut self, user: &str) -> Self {
        self.access.user = Some(user.to_owned());
        self
    }

    /// What that user shows.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.access.password = Some(password.to_owned());
        self
    }

    /// The file in which that stands.
    #[must_use]
    pub fn password_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.access.password_file = Some(path.into());
        self
    }

    /// To which part of the broker it comes. Unless stated, the one that the broker has for everybody.
    #[must_use]
    pub fn virtual_host(mut self, name: &str) -> Self {
        self.access.virtual_host = Some(name.to_owned());
        self
    }

    /// Another machine may be reached without anything being encrypted.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.access.is_plain = true;
        self
    }
}

impl Provider for Amqp {
    fn kind(&self) -> &'static str {
        "amqp"
    }

    fn capabilities(&self) -> Capabilities {
        let all = Capabilities::NONE.with(Capability::Headers).with(Capability::Order);
        all.with(Capability::Groups).with(Capability::Durable)
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        let place = Place::parse(&self.url, EXAMPLE)?;
        let credentials = self.access.credentials(&place)?;
        // It is started once.
        let _again = self.process.set(link.process().into());
        let door = Door {
            place,
            access: self.access.clone(),
            credentials,
            addresses: self.addresses,
            link,
            answering: TaskTracker::new(),
        };
        Peer::connect(&self.peer, door);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish(&event, self.addresses)
    }

    async fn publish_durably(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish_durably(&event, self.addresses).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        let process = self.process.get().map_or("", |process| process);
        self.peer.want(subscription, self.addresses, process).await
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.peer.no_longer(subscription).await
    }

    async fn stop(&self) {
        self.peer.stop().await;
    }
}
