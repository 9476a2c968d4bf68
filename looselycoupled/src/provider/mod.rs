//! Ways to other processes.
//!
//! A [`Provider`] carries events and calls between processes; which of them go by it is a matter of configuration: `routes` name
//! events and modules, and the provider `via` which they go. Addresses and names stay as they are.
//!
//! | here | and there | |
//! |---|---|---|
//! | `{ event: motion, via: home }` | the same | what one process sends the others hear, by handlers, subscriptions and connections |
//! | `{ module: cellar_pump, via: home }`, and no such module here | the same, and the module is there | calls and queued tasks from here are served there |
//!
//! So all processes may share one list of routes. Nothing else goes in or out: what has no route is refused, whoever sends it.
//! Whoever can connect may send and call what routes name. An event comes once to each process that hears it, and never back to the one that
//! sent it. A call that has no deadline has one of 25 seconds. What cannot be had elsewhere is told: a call ends with
//! [`CallError::Unreachable`](crate::CallError::Unreachable), and an event that finds no room on its way is counted and logged. [`Handle::providers`](crate::Handle::providers)
//! tells how far each provider is, and what has gone by it; where events are counted by who hears them, a provider is one.
//!
//! # Groups, and events that are not lost
//!
//! | beside an event's route | in code | |
//! |---|---|---|
//! | `group: billing` | [`Via::in_group`] | of the processes that state the same group one hears each event |
//! | `durable: true` | [`Via::durable`] | each event is kept for every process, or every group, that has once had the route, until it has been handled there |
//!
//! Handlers may take turns on their own, `#[on_event(Order, group = "billing")]`, and events may say what they are wherever they go,
//! `#[event(durable)]`, `#[event(broadcast = false)]`; see [`#[on_event]`](macro@crate::on_event) and
//! [`#[event]`](macro@crate::event).
//!
//! Events of such routes are handed over: the provider decides who hears them, also in the process that sends them. A `trigger` of a durable event
//! is ready when the provider has confirmed that it keeps the event; that takes as long as writing to a disk does, and many at once
//! take hardly longer than one. Handlers should be able to handle an event twice: one that comes again to the same process is recognised, but
//! after a restart, or where another process of the group takes over, nobody knows how far the first one had come;
//! [`Metadata::redelivered`](crate::Metadata::redelivered) says so.
//!
//! # Modules that are elsewhere
//!
//! Whatever calls a module here calls it there: [`exec_task`](crate::Handle::exec_task), stubs of modules and of interfaces, `exec!`, and what is
//! sent later. A stub needs `Serialize` of the parameters and `Deserialize` of the value then, and says so if serde does not know
//! one of them; of an error of the task's own only the words come over, as
//! [`CallError::Remote`](crate::CallError::Remote).
//!
//! Whether the module there is what `app!`, `calls(…)` and addresses in the code of modules say of it, the start cannot know. So it is asked what it looks
//! like as soon as the provider is connected, and what does not fit is told in the log, with the place that says so. [`Handle::outline`](crate::Handle::outline)
//! asks the same.
//!
//! A call that would wait for itself by way of other processes fails at once; two that begin at the same moment, each
//! towards the other, end by their deadlines.
//!
//! # Providers
//!
//! | | kind in a file | connects |
//! |---|---|---|
//! | [`Local`] | `{ kind: local, name: house }` | applications of one process |
//! | `Amqp` (feature `amqp`) | `{ kind: amqp, url: "amqp://127.0.0.1:5672", addresses: rabbitmq, user: guest, password_file: password }` | processes of whatever language at a broker of AMQP 1.0, by events |
//! | `ZeroMq` (feature `zeromq`, on Unix) | `{ kind: zeromq, publishes: "ipc:///run/user/1000/out", takes: "ipc:///run/user/1000/in", host: kitchen }` | processes of this framework and of MrEventLoop, by events |
//! | `Stomp` (feature `stomp`) | `{ kind: stomp, url: "tcp://127.0.0.1:61613", addresses: rabbitmq, user: guest, password_file: password }` | processes of whatever language at a broker of STOMP, by events |
//! | `Nsq` (feature `nsq`, on Unix) | `{ kind: nsq, nsqd: ["tcp://127.0.0.1:4150"] }` | processes of this framework and others, by events |
//! | `Socket` (feature `socket`, on Unix) | `{ kind: socket, url: "unix:/run/user/1000/home.sock", host: kitchen }` | processes of one machine; the one that `host` names hosts the broker |
//! | the same at a port (feature `tls`) | `{ kind: socket, url: "tcp://house.example:7443", host: kitchen, token_file: token, authority_file: ca.pem, certificate_file: house.pem, key_file: house.key }` | processes of several machines; each takes of these keys what it needs |
//!
//! Others implement [`Provider`].
//!
//! # Examples
//!
//! Two applications in one process; between processes only the provider is another.
//!
//! ```
//! use looselycoupled::prelude::*;
//! use looselycoupled::provider::Local;
//!
//! #[derive(Default)]
//! struct Pump {
//!     liters: u32,
//! }
//!
//! #[module]
//! impl Pump {
//!     #[task]
//!     fn pump(&mut self, liters: u32) -> u32 {
//!         self.liters += liters;
//!         self.liters
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let cellar = App::builder()
//!     .module("cellar_pump", Pump::default())
//!     .provider("home", Local::connect("house"))
//!     .route_module("cellar_pump", "home")
//!     .start()
//!     .await?;
//! let kitchen = App::builder()
//!     .provider("home", Local::connect("house"))
//!     .route_module("cellar_pump", "home")
//!     .start()
//!     .await?;
//! let liters: u32 = kitchen.handle().exec_task("cellar_pump.pump", args! { liters: 40 }).await?.get()?;
//! assert_eq!(liters, 40);
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "amqp")]
pub(crate) mod amqp;
mod answer;
mod arrive;
#[cfg(all(any(feature = "socket", feature = "zeromq"), unix))]
mod bind;
mod chain;
mod contract;
mod delivery;
mod departures;
mod envelope;
mod erased;
mod exchange;
mod expectation;
mod form;
mod info;
mod inquiry;
mod link;
mod local;
#[cfg(all(feature = "nsq", unix))]
pub(crate) mod nsq;
mod outbox;
mod outline;
#[cfg(any(
    feature = "amqp",
    feature = "stomp",
    all(any(feature = "nsq", feature = "socket", feature = "zeromq"), unix)
))]
mod pauses;
#[cfg(any(feature = "amqp", feature = "stomp"))]
mod place;
#[cfg(any(feature = "amqp", feature = "stomp"))]
mod queue_name;
mod recent;
mod route;
#[cfg(all(feature = "socket", unix))]
mod socket;
#[cfg(feature = "stomp")]
pub(crate) mod stomp;
mod subscription;
mod via;
mod way;
#[cfg(any(feature = "amqp", feature = "nsq", feature = "socket", feature = "stomp", feature = "zeromq"))]
#[doc(hidden)]
pub mod wire;
#[cfg(all(feature = "zeromq", unix))]
pub(crate) mod zeromq;

#[cfg(feature = "amqp")]
pub use amqp::{Amqp, AmqpAddresses};
pub use answer::{Answer, RemoteError};
pub use contract::{Capabilities, Capability, Provider, ProviderError, ProviderState};
pub use delivery::Delivery;
pub use envelope::Envelope;
pub(crate) use erased::{ErasedProvider, erase};
pub(crate) use exchange::{Exchange, Given, needs};
pub(crate) use expectation::{Expectation, Expected};
pub use form::EventForm;
pub use info::{ProviderInfo, RouteInfo, RouteOf};
pub use link::{Arrival, Link};
pub use local::Local;
#[cfg(all(feature = "nsq", unix))]
pub use nsq::Nsq;
pub use outline::{InterfaceOutline, ModuleOutline, ParameterOutline, TaskOutline};
pub(crate) use route::{EventRoute, ModuleRoute, Routes, stays_here};
#[cfg(all(feature = "socket", unix))]
pub use socket::Socket;
#[cfg(feature = "stomp")]
pub use stomp::{Stomp, StompAddresses};
pub use subscription::Subscription;
pub use via::Via;
#[cfg(all(feature = "zeromq", unix))]
pub use zeromq::ZeroMq;
