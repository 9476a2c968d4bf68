//! Events by way of NSQ.
//!
//! There is no crate behind it: those that there are have not been looked after for years, and bring versions of TLS with known holes.

mod body;
mod connection;
mod consumer;
mod frames;
mod names;
#[doc(hidden)]
pub mod outside;
mod peer;
mod place;
mod publisher;

use std::fmt;
use std::path::PathBuf;

use super::{Capabilities, Capability, Envelope, Link, Provider, ProviderError, Subscription};
use crate::sync::{Arc, OnceLock};
use body::Form;
use peer::{Peer, Setting};
use place::{Place, Secret};

/// Carries events between processes, of this framework and others, that meet at [NSQ](https://nsq.io).
///
/// | here | at NSQ |
/// |---|---|
/// | an event | the topic of its name |
/// | a group, durable | the channel of its name |
/// | a group | the channel of its name and `#ephemeral`, which is gone when nobody hears it |
/// | a process, durable | the channel `process.<name>` |
/// | a process | the channel `process.<name>#ephemeral` |
///
/// Names have at most 64 of the letters a to z, A to Z, digits, `.`, `_` and `-`; others are refused, and so is a group whose name begins
/// with `process.`. Patterns are refused, since NSQ has none. A process that hears durable events without a group keeps its name
/// over restarts. No two have the same: they would share their channels, and each would get some of the events.
///
/// # What others read
///
/// The content is an object of JSON, or of [CBOR](Self::cbor): the fields of the event, and beside them the member `lc`, in which the headers
/// are, since NSQ has none. Who reads fields by name, as data classes of Python do, need not know it. An event that is no
/// object, or has a field `lc`, has its content in the member `body`. What has no such `lc` has come from others, and is an event
/// as it is. In JSON raw bytes are `{"$bytes": "AP8="}`, and what is no finite number `{"$float": "NaN"}`; CBOR has both.
///
/// # What is certain
///
/// A durable event is confirmed when nsqd has said `OK`. By that nsqd means that it has it: in memory as long as no more than
/// `--mem-queue-size` wait, 10,000 unless it is told otherwise, and on disk beyond. With `--mem-queue-size=0` all of them go to disk, and an nsqd that is
/// killed loses nothing of what it has written there; `--sync-every` and `--sync-timeout` say when that is on the medium itself.
///
/// A durable event is finished (`FIN`) when its handlers have ended. While they work nsqd is told so (`TOUCH`), up to
/// its `--max-msg-timeout`. One for which a module was not ready comes again (`REQ`), after half a second at first, and later each
/// time. NSQ does not keep an order, least of all of what comes again.
///
/// A topic that nobody hears keeps what it is sent for the first who does. Each process that has the route of an event hears it, so
/// that this matters only while all of them are away.
///
/// # Where it is
///
/// Each address is that of an nsqd; nsqlookupd is not asked. All of them are heard; what is sent goes to the first one that is there. There is no
/// TLS: an address that is not of this machine has to be wanted, see [`plain`](Self::plain). An event has at most 1 MiB, as nsqd has it unless
/// it is told otherwise.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::provider::{Nsq, Via};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder()
///     .process("billing-1")
///     .provider("shop", Nsq::connect(["tcp://127.0.0.1:4150"]))
///     .route_event("order", Via::provider("shop").in_group("billing").durable())
///     .start()
///     .await?;
/// # app.shutdown().await?;
/// # Ok(())
/// # }
/// ```
pub struct Nsq {
    addresses: Vec<String>,
    form: Form,
    is_plain: bool,
    secret: Secret,
    peer: Arc<Peer>,
    process: OnceLock<String>,
}

impl fmt::Debug for Nsq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { addresses, form, .. } = self;
        f.debug_struct("Nsq").field("addresses", addresses).field("form", form).finish_non_exhaustive()
    }
}

impl Nsq {
    /// At the nsqds of these addresses, `tcp://127.0.0.1:4150`, be they there yet or not.
    #[must_use]
    pub fn connect<T: Into<String>>(addresses: impl IntoIterator<Item = T>) -> Self {
        Self {
            addresses: addresses.into_iter().map(Into::into).collect(),
            form: Form::default(),
            is_plain: false,
            secret: Secret::default(),
            peer: Arc::default(),
            process: OnceLock::new(),
        }
    }

    /// Contents are CBOR rather than JSON, those that are sent and those that come.
    #[must_use]
    pub fn cbor(self) -> Self {
        Self { form: Form::Cbor, ..self }
    }

    /// Addresses may be of other machines, though whoever listens on the way can read what goes there.
    #[must_use]
    pub fn plain(self) -> Self {
        Self { is_plain: true, ..self }
    }

    /// What nsqd is shown if it asks for a secret (`AUTH`).
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        Self { secret: Secret { text: Some(token.to_owned()), ..self.secret }, ..self }
    }

    /// The file in which that stands.
    #[must_use]
    pub fn token_file(self, path: impl Into<PathBuf>) -> Self {
        Self { secret: Secret { file: Some(path.into()), ..self.secret }, ..self }
    }
}

impl Provider for Nsq {
    fn kind(&self) -> &'static str {
        "nsq"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with(Capability::Headers).with(Capability::Groups).with(Capability::Durable)
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        let places: Result<Vec<_>, _> =
            self.addresses.iter().map(|address| Place::parse(address, self.is_plain)).collect();
        let places = places?;
        if places.is_empty() {
            return Err(ProviderError::Setup("it has no address; write `tcp://127.0.0.1:4150`".to_owned()));
        }
        let again = || ProviderError::Setup("a provider is for one application".to_owned());
        self.process.set(link.process().to_owned()).map_err(|_| again())?;
        Peer::connect(&self.peer, places, &Setting { link, secret: self.secret.read()? });
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish(event, self.form).await
    }

    async fn publish_durably(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish_durably(event, self.form).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        let process = self.process.get().map(String::as_str).unwrap_or_default();
        self.peer.want(subscription, self.form, process).await
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.peer.no_longer(subscription);
        Ok(())
    }

    async fn stop(&self) {
        self.peer.stop().await;
    }
}
