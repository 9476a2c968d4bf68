//! Events by way of a broker of MrEventLoop, a framework for Python, or of one of our own that speaks like it.
//!
//! There is no crate behind it: the one that there is takes as much memory as a message announces, which ends the process; lets messages
//! fall without a word; and of a socket that publishes does not make a lost connection again.

mod broker;
mod connection;
mod endpoint;
mod frames;
mod outlet;
#[doc(hidden)]
pub mod outside;
mod peer;
mod request;

use std::fmt;

use super::{Capabilities, Capability, Envelope, Link, Provider, ProviderError, Subscription};
use crate::sync::Arc;
use broker::Host;
use endpoint::Endpoint;
use peer::{Peer, Place};

/// Carries events between processes, in Python and in Rust, that meet at a broker of
/// [MrEventLoop](https://pypi.org/project/mreventloop/): theirs, or one that a process [hosts](Self::host).
///
/// What is called `in` and `out` is what `Peer` of MrEventLoop calls so: a peer hears `in`, where the broker publishes, and sends to `out`,
/// where the broker hears. So the same two addresses, in the same order, are given to `Broker` and `Peer` there, and to
/// [`host`](Self::host) and [`connect`](Self::connect) here; a file calls them what the broker `publishes` at and what it `takes` from. Addresses are `ipc://<path>` and `tcp://<host>:<port>`. A file at which a process
/// here hosts is for the user of that process alone; to a port everybody can connect who reaches it.
///
/// | an event here | and there |
/// |---|---|
/// | with fields whose order is known | parameters in that order |
/// | with fields, and nobody says in which order | parameters by name |
/// | of a tuple, or of one value | its parts; the value |
///
/// The order is known from the event's type, from `emits(pumped(liters: u32))` of a module, or else from the parameters of a handler. What
/// comes with parameters of which nothing is known has its fields under `0`, `1` and so on. Headers, priority and transaction go
/// along between processes that use this crate; what comes from others has the process `?`. The rest of its values is JSON: Python sees raw
/// bytes and what is no finite number as [objects of one key](Self#values), and a NaN of Python's cannot be read.
///
/// ZeroMQ lets events fall for which there is no connection yet, and says nothing. So a peer here counts as connected only when a message
/// to itself, `lc.probe`, has come back from the broker, to which others do not listen. It sends one each second, and connects again when none has
/// come back for five. Meanwhile events that are sent are lost and counted. Who connects later, or does not read, misses what is sent meanwhile:
/// beyond 16 MiB for one peer the broker lets its events fall, which the log tells. An event has at most 4 MiB.
///
/// # Values
///
/// Raw bytes are `{"$bytes": "AP8="}`, in base64, and what is no finite number `{"$float": "NaN"}`, `"inf"` or `"-inf"`.
///
/// # Examples
///
/// Two applications, here in one process; either could as well be a program in Python.
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::provider::ZeroMq;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("looselycoupled-zeromq-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let addresses = ["home.in", "home.out"].map(|name| format!("ipc://{}", folder.join(name).display()));
/// # let [hears, sends] = addresses.each_ref().map(|address| &**address);
/// // hears: "ipc:///run/user/1000/home.in", sends: "ipc:///run/user/1000/home.out"
/// let cellar = App::builder()
///     .process("cellar")
///     .provider("home", ZeroMq::host(hears, sends))
///     .route_event("pumped", "home")
///     .start()
///     .await?;
/// let kitchen = App::builder()
///     .process("kitchen")
///     .provider("home", ZeroMq::connect(hears, sends))
///     .route_event("pumped", "home")
///     .start()
///     .await?;
/// for app in [&cellar, &kitchen] {
///     let mut states = app.handle().subscribe("provider_state");
///     while app.handle().providers()[0].state.to_string() != "connected" {
///         states.next().await;
///     }
/// }
/// let mut pumped = kitchen.handle().subscribe("pumped");
/// cellar.handle().trigger_event("pumped", args! { liters: 40 }).await?;
/// assert_eq!(pumped.next().await.unwrap().field::<u32>("liters")?, 40);
/// # kitchen.shutdown().await?;
/// # cellar.shutdown().await?;
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub struct ZeroMq {
    hears: String,
    sends: String,
    hosts: bool,
    peer: Arc<Peer>,
    host: Host,
}

impl fmt::Debug for ZeroMq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hears, sends, hosts, .. } = self;
        let mut debug = f.debug_struct("ZeroMq");
        debug.field("in", hears).field("out", sends).field("hosts", hosts).finish_non_exhaustive()
    }
}

impl ZeroMq {
    /// A peer of a broker, be it there yet or not, in the order of MrEventLoop's `Peer`: where the broker publishes, and where it hears.
    #[must_use]
    pub fn connect(hears: &str, sends: &str) -> Self {
        Self {
            hears: hears.to_owned(),
            sends: sends.to_owned(),
            hosts: false,
            peer: Arc::default(),
            host: Host::default(),
        }
    }

    /// Hosts the broker in this process, which is a peer of it as well, in the order of MrEventLoop's `Broker`: where the broker publishes, and
    /// where it hears. What a broker that is gone has left there is replaced.
    #[must_use]
    pub fn host(hears: &str, sends: &str) -> Self {
        Self { hosts: true, ..Self::connect(hears, sends) }
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
        let place = Place { hears: Endpoint::parse(&self.hears)?, sends: Endpoint::parse(&self.sends)? };
        if place.hears == place.sends {
            let why = format!("`{}` is both where the broker publishes and where it hears", place.hears);
            return Err(ProviderError::Setup(why));
        }
        if self.hosts {
            self.host.open(&place.hears, &place.sends).await?;
        }
        Peer::connect(&self.peer, place, link);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        self.peer.publish(event)
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.peer.want(subscription)
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.peer.no_longer(subscription);
        Ok(())
    }

    async fn stop(&self) {
        self.peer.stop().await;
        self.host.close().await;
    }
}
