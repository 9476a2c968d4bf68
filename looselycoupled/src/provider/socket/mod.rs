//! Processes that meet at a Unix socket, or at a port: one of them hosts the broker, the others are its peers.

mod access;
mod broker;
mod connection;
mod copies;
mod entrance;
mod hearing;
mod host;
mod journal;
mod keeper;
mod mail;
mod outlet;
mod peer;
mod place;
mod queues;
mod stream;
mod target;
#[cfg(feature = "tls")]
mod tls;
mod uplink;
mod wish;

use std::fmt;
use std::path::PathBuf;

use super::{Answer, Capabilities, Capability, Envelope, Link, Provider, ProviderError, Subscription};
use crate::sync::Arc;
use access::Access;
use entrance::Entrance;
use host::Host;
use keeper::Keeper;
use peer::Peer;
use place::Place;
use target::Target;
use wish::Wish;

/// Connects processes, without a server to install: one of them hosts the broker, at a Unix socket or, for other machines, at a port.
///
/// At a Unix socket nobody but the user under whom the host runs can connect. At a port everything is said by TLS, the host shows a
/// [certificate](Self::certificate) that the others check by the [authority](Self::authority) that they state, and whoever comes shows the
/// [token](Self::token); there is no way to leave one of these out. A certificate that is its own authority does:
///
/// ```sh
/// openssl req -x509 -newkey ed25519 -nodes -days 365 -keyout house.key -out house.pem \
///     -subj /CN=house.example -addext subjectAltName=DNS:house.example -addext basicConstraints=critical,CA:FALSE
/// ```
///
/// Peers reconnect by themselves when the host has been away, subscribe and serve
/// again what they had before, and say how far they are (event `provider_state`). Meanwhile calls are
/// [`Unreachable`](crate::CallError::Unreachable) at once, and events that are sent are lost and counted. Each module is served by one process.
/// A process that does not read loses events beyond 8 MiB, which the host's log tells, and holds up nobody else; after 30 seconds of
/// silence it is gone for the others.
///
/// With a [journal](Self::journal) the host keeps durable events on disk: a million, or 256 MiB of them, beyond which no more are
/// confirmed. What is kept for a process that never comes back is let go by [`forget`](Self::forget).
///
/// # Examples
///
/// Two applications, here in one process.
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::provider::Socket;
///
/// #[derive(Default)]
/// struct Pump {
///     liters: u32,
/// }
///
/// #[module]
/// impl Pump {
///     #[task]
///     fn pump(&mut self, liters: u32) -> u32 {
///         self.liters += liters;
///         self.liters
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("looselycoupled-example-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let url = format!("unix:{}", folder.join("home.sock").display());
/// # let url = &*url;
/// // url: "unix:/run/user/1000/home.sock"
/// let cellar = App::builder()
///     .process("cellar")
///     .module("cellar_pump", Pump::default())
///     .provider("home", Socket::host(url))
///     .route_module("cellar_pump", "home")
///     .start()
///     .await?;
/// let kitchen = App::builder()
///     .process("kitchen")
///     .provider("home", Socket::connect(url))
///     .route_module("cellar_pump", "home")
///     .start()
///     .await?;
/// let mut states = kitchen.handle().subscribe("provider_state");
/// while kitchen.handle().providers()[0].state.to_string() != "connected" {
///     states.next().await;
/// }
/// let liters: u32 = kitchen.handle().exec_task("cellar_pump.pump", args! { liters: 40 }).await?.get()?;
/// assert_eq!(liters, 40);
/// # kitchen.shutdown().await?;
/// # cellar.shutdown().await?;
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub struct Socket {
    url: String,
    hosts: bool,
    access: Access,
    journal: Option<PathBuf>,
    forgotten: Vec<String>,
    peer: Arc<Peer>,
    host: Host,
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("url", &self.url).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl Socket {
    /// A peer of the broker at `unix:<path>`, or at `tcp://<host>:<port>` (feature `tls`), be it there yet or not.
    #[must_use]
    pub fn connect(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            hosts: false,
            access: Access::default(),
            journal: None,
            forgotten: Vec::new(),
            peer: Arc::default(),
            host: Host::default(),
        }
    }

    /// Hosts the broker at `unix:<path>`, or at `tcp://<address>:<port>` (feature `tls`), in this process, which is a peer of it as well. What a broker that is gone has left there is replaced.
    #[must_use]
    pub fn host(url: &str) -> Self {
        Self { hosts: true, ..Self::connect(url) }
    }

    /// Where the broker keeps durable events, if it is hosted here: a file, which is made if there is none. Without one there are no
    /// durable events.
    #[must_use]
    pub fn journal(self, path: impl Into<PathBuf>) -> Self {
        Self { journal: Some(path.into()), ..self }
    }

    /// Lets go, when it starts, what the broker that is hosted here keeps for a process, or for a group, of this name, which comes no more. The log
    /// tells how many events those are.
    #[must_use]
    pub fn forget(mut self, name: &str) -> Self {
        self.forgotten.push(name.to_owned());
        self
    }

    /// What whoever comes by a port has to show, 16 to 1,024 bytes. Both sides state it.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.access.token = Some(token.to_owned());
        self
    }

    /// The file in which that stands.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.access.token_file = Some(path.into());
        self
    }

    /// At a port: the file with the certificates (PEM) by which that of the broker has to be made. No others are trusted, not those of the system either;
    /// a certificate that is its own authority is one of them.
    #[must_use]
    pub fn authority(mut self, path: impl Into<PathBuf>) -> Self {
        self.access.authority = Some(path.into());
        self
    }

    /// At a port: the files (PEM) with the certificate that the broker shows, which is for the host in the URL of the others, and with its key.
    #[must_use]
    pub fn certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        (self.access.certificate, self.access.key) = (Some(certificate.into()), Some(key.into()));
        self
    }
}

/// What it takes to use a port.
#[cfg(not(feature = "tls"))]
fn without_tls(place: &Place) -> ProviderError {
    ProviderError::Setup(format!(
        "`{place}` is reached by TLS, and this program is built without the feature `tls`"
    ))
}

impl Provider for Socket {
    fn kind(&self) -> &'static str {
        "socket"
    }

    fn capabilities(&self) -> Capabilities {
        // Peers are told by their broker.
        let keeps = !self.hosts || self.journal.is_some();
        if keeps { Capabilities::ALL } else { Capabilities::ALL.without(Capability::Durable) }
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        let place = Place::parse(&self.url)?;
        if self.hosts {
            let entrance = Entrance::open(place, &self.access).await?;
            let keeper =
                self.journal.as_deref().map(|path| Keeper::open(path, &self.forgotten)).transpose()?;
            self.host.open(entrance, keeper, &self.peer, link).await
        } else {
            Peer::connect(&self.peer, Target::of(place, &self.access)?, link);
            Ok(())
        }
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish(&event)
    }

    async fn publish_durably(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish_durably(&event).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.peer.want(Wish::Event(subscription.clone())).await
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.peer.no_longer(&Wish::Event(subscription.clone())).await
    }

    async fn serve(&self, module: &str) -> Result<(), ProviderError> {
        self.peer.want(Wish::Module(module.to_owned())).await
    }

    async fn withdraw(&self, module: &str) -> Result<(), ProviderError> {
        self.peer.no_longer(&Wish::Module(module.to_owned())).await
    }

    async fn request(&self, call: Envelope) -> Result<Answer, ProviderError> {
        self.peer.request(&call).await
    }

    async fn stop(&self) {
        self.peer.stop().await;
        self.host.close().await;
    }
}
