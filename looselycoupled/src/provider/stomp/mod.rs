//! Events by way of a broker that speaks STOMP 1.2.
//!
//! There is no crate behind it: those that there are have a licence that would bind their users, or nobody cares for them any more.

mod addresses;
mod connection;
mod escapes;
mod frames;
mod hearing;
mod introduction;
mod mail;
mod outlet;
#[doc(hidden)]
pub mod outside;
mod peer;

use std::fmt;
use std::path::PathBuf;

use super::place::{Access, Place};
use super::{Capabilities, Envelope, Link, Provider, ProviderError, Subscription};
use crate::sync::Arc;
pub use addresses::StompAddresses;
use introduction::introduction;
use peer::{Door, Peer};

/// How places are written.
const EXAMPLE: &str = "tcp://127.0.0.1:61613";

/// Carries events by a broker that speaks STOMP 1.2, as RabbitMQ (with its plugin) and ActiveMQ do.
///
/// What destinations mean is a matter of the broker: [`StompAddresses`] has what these two make of them. An event is JSON, and our headers stand in the
/// frame's own; those of users stand there behind `lc-x-`, since brokers give meanings to many names. Whoever listens at the same destination, in
/// whatever language, reads it, and what comes from others without such headers is an event like any other, of the process `?`. Raw bytes are
/// `{"$bytes": "AP8="}`, in base64, and what is no finite number `{"$float": "NaN"}`.
///
/// A durable event is confirmed when the broker's receipt is there, and the broker is told when it has been handled, each on its own. What is lost by a
/// failing connection comes again, and says that it is [`redelivered`](crate::Metadata::redelivered).
///
/// Beats of the heart go both ways every five seconds if the broker wants them, as these two do; one that does and has been silent for ten is gone. An event has
/// at most 4 MiB, and 16 MiB wait for a broker that does not read. Processes that come to a broker have names that no others have: two of one name share
/// their queues, and each gets some of the events.
///
/// There is no TLS: what is said, the password as well, can be read by whoever sees it pass. So another machine than this one is refused unless
/// [`plain`](Self::plain) says that this is as it should be, in a network of one's own, or by way of a tunnel.
///
/// # Examples
///
/// ```no_run
/// use looselycoupled::prelude::*;
/// use looselycoupled::provider::{Stomp, StompAddresses, Via};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let broker = Stomp::connect("tcp://127.0.0.1:61613").addresses(StompAddresses::ActiveMq).user("guest").password("guest");
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
pub struct Stomp {
    url: String,
    addresses: StompAddresses,
    access: Access,
    only_sends: bool,
    peer: Arc<Peer>,
}

impl fmt::Debug for Stomp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A password may stand before it.
        let place = self.url.rsplit_once('@').map_or(&*self.url, |(_, place)| place);
        f.debug_struct("Stomp")
            .field("place", &place)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

impl Stomp {
    /// At a broker, be it there yet or not: `tcp://<host>:<port>`, or with a user `tcp://<user>:<password>@<host>:<port>`.
    #[must_use]
    pub fn connect(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            addresses: StompAddresses::default(),
            access: Access::default(),
            only_sends: false,
            peer: Arc::default(),
        }
    }

    /// Where events lie there. Unless stated, as RabbitMQ has it.
    #[must_use]
    pub fn addresses(self, addresses: StompAddresses) -> Self {
        Self { addresses, ..self }
    }

    /// As whom it comes.
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

    /// To which part of the broker it comes. Unless stated, `/`, which is RabbitMQ's own.
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

    /// Events go out, and none come in.
    #[must_use]
    pub fn only_sends(self) -> Self {
        Self { only_sends: true, ..self }
    }
}

impl Provider for Stomp {
    fn kind(&self) -> &'static str {
        "stomp"
    }

    fn capabilities(&self) -> Capabilities {
        self.addresses.capabilities()
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        let place = Place::parse(&self.url, EXAMPLE)?;
        let introduction = introduction(&place, &self.access)?;
        Peer::connect(&self.peer, Door { place, introduction, addresses: self.addresses }, link);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish(&event, self.addresses)
    }

    async fn publish_durably(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish_durably(&event, self.addresses).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        if self.only_sends {
            return Ok(());
        }
        self.peer.want(subscription, self.addresses).await
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.peer.no_longer(subscription).await
    }

    async fn stop(&self) {
        self.peer.stop().await;
    }
}
