//! What a provider has to do.

use std::fmt;
use std::future::{Future, ready};

use serde::{Deserialize, Serialize};

use super::{Answer, Envelope, Link, Subscription};
use crate::reply::BoxError;

/// A way to other processes: carries events to whoever subscribes there, and calls to the modules that are served there.
///
/// An application starts it, subscribes and serves by it what its routes say, publishes and requests, and stops it. It reconnects by itself, with
/// pauses that become longer, tells its state to the [`Link`], and subscribes and serves again what was asked for before.
///
/// Futures may be dropped at any time: what they had accepted stays accepted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a provider",
    label = "not a provider",
    note = "implement `looselycoupled::provider::Provider` for it, or use one of those that `looselycoupled::provider` has"
)]
pub trait Provider: Send + Sync + 'static {
    /// What sort of provider it is, `socket`, for messages.
    fn kind(&self) -> &'static str;

    /// What it can do; the check before the start compares it with what routes ask for.
    fn capabilities(&self) -> Capabilities;

    /// Begins to connect. What comes from elsewhere goes to the link, from now until [`stop`](Self::stop).
    ///
    /// That nobody is there yet is no error.
    ///
    /// # Errors
    ///
    /// It can never work as it is set up; the application does not start.
    fn start(&self, link: Link) -> impl Future<Output = Result<(), ProviderError>> + Send;

    /// Sends an event to all other processes that have subscribed to it. Ready when it is on its way. Of what is lost after that
    /// [`Link::tell_lost`] tells.
    ///
    /// # Errors
    ///
    /// It is not on its way, and nobody gets it.
    fn publish(&self, event: Envelope) -> impl Future<Output = Result<(), ProviderError>> + Send;

    /// Sends an event that is to come to all who have subscribed to it durably, whether they are there or not, and to all others
    /// who are there. Ready when it is certain that it will. The application drops the future when it has waited too long.
    ///
    /// # Errors
    ///
    /// It is not known whether it will.
    fn publish_durably(&self, event: Envelope) -> impl Future<Output = Result<(), ProviderError>> + Send {
        let _unheeded = event;
        ready(Err(ProviderError::Unsupported(Capability::Durable)))
    }

    /// Has events come to this process: to [`Link::event`], and those of a durable subscription to [`Link::durable_event`]. Those that
    /// come because of a group say so in the header `lc-group`.
    ///
    /// # Errors
    ///
    /// They do not, and will not.
    fn subscribe(
        &self,
        subscription: &Subscription,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send;

    /// Has them come no more. The application does not end durable subscriptions: those outlive it.
    ///
    /// # Errors
    ///
    /// They still may.
    fn unsubscribe(
        &self,
        subscription: &Subscription,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send;

    /// Has calls of a module come to this process.
    ///
    /// # Errors
    ///
    /// They do not, and will not.
    fn serve(&self, module: &str) -> impl Future<Output = Result<(), ProviderError>> + Send {
        let _unheeded = module;
        ready(Err(ProviderError::Unsupported(Capability::Calls)))
    }

    /// Has them come no more.
    ///
    /// # Errors
    ///
    /// They still may.
    fn withdraw(&self, module: &str) -> impl Future<Output = Result<(), ProviderError>> + Send {
        let _unheeded = module;
        ready(Err(ProviderError::Unsupported(Capability::Calls)))
    }

    /// Has a task called where its module is served. The envelope's name is its address. The application drops the future when the call's
    /// deadline has passed.
    ///
    /// # Errors
    ///
    /// There is no answer, and it is not known whether the task has begun.
    fn request(&self, call: Envelope) -> impl Future<Output = Result<Answer, ProviderError>> + Send {
        let _unheeded = call;
        ready(Err(ProviderError::Unsupported(Capability::Calls)))
    }

    /// Sends what is still to be sent, answers of calls among it, and ends.
    fn stop(&self) -> impl Future<Output = ()> + Send;
}

/// One thing that a provider can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Capability {
    /// Modules can be served and called.
    Calls,
    /// Subscriptions may be patterns.
    Patterns,
    /// Headers are carried.
    Headers,
    /// Events of one sender come in the order in which they were published.
    Order,
    /// Of several processes one hears each event.
    Groups,
    /// Events can be kept until they have been handled.
    Durable,
}

impl Capability {
    const ALL: [Self; 6] =
        [Self::Calls, Self::Patterns, Self::Headers, Self::Order, Self::Groups, Self::Durable];

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Calls => "calls",
            Self::Patterns => "patterns",
            Self::Headers => "headers",
            Self::Order => "order",
            Self::Groups => "groups",
            Self::Durable => "durable events",
        })
    }
}

/// What a provider can do, besides carrying events.
///
/// # Examples
///
/// ```
/// use looselycoupled::provider::{Capabilities, Capability};
///
/// const MINE: Capabilities = Capabilities::NONE.with(Capability::Calls).with(Capability::Order);
/// assert!(MINE.has(Capability::Calls) && !MINE.has(Capability::Patterns));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Capabilities(u8);

impl Capabilities {
    /// Nothing but events.
    pub const NONE: Self = Self(0);

    /// Everything there is.
    pub const ALL: Self = Self::NONE
        .with(Capability::Calls)
        .with(Capability::Patterns)
        .with(Capability::Headers)
        .with(Capability::Order)
        .with(Capability::Groups)
        .with(Capability::Durable);

    /// These and one more.
    #[must_use]
    pub const fn with(self, capability: Capability) -> Self {
        Self(self.0 | capability.bit())
    }

    /// These but for one.
    #[must_use]
    pub const fn without(self, capability: Capability) -> Self {
        Self(self.0 & !capability.bit())
    }

    /// Whether this is one of them.
    #[must_use]
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |capability| self.has(*capability))
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// How far a provider is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProviderState {
    /// It has not been started, or has ended.
    Stopped,
    /// Nobody is there yet, or any more; it tries again and again.
    Connecting,
    /// What is sent arrives.
    Connected,
}

impl fmt::Display for ProviderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stopped => "stopped",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
        })
    }
}

/// Why a provider did not do what it was asked for.
///
/// A durable event that nobody waits for is sent again after [`Unreachable`](Self::Unreachable) and [`Full`](Self::Full), and is lost, counted and a dead
/// letter after anything else: it would hold up those that come after it for ever.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// Nobody is there, or what was asked for cannot be had there now.
    #[error("{0}")]
    Unreachable(String),
    /// It cannot do that at all.
    #[error("it can do no {0}")]
    Unsupported(Capability),
    /// There is no room for more.
    #[error("{0}")]
    Full(String),
    /// It can never work as it is set up.
    #[error("{0}")]
    Setup(String),
    /// Anything else.
    #[error(transparent)]
    Other(BoxError),
}
