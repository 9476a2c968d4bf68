//! What a contestant can do, and one file for each.
//!
//! A contestant implements the traits for what it offers and is entered in the races of
//! [`metrics`](crate::metrics) by its type. Each stands in its best idiomatic form, stated in its file.

mod actix;
mod by_map;
mod flume;
mod kameo;
mod looselycoupled;
mod ractor;
mod singly;
mod subscriptions;
mod tokio;
mod xtra;

pub use self::actix::{Actix, ActixBroker, ActixRecipients};
pub use self::by_map::ByMap;
pub use self::flume::{Flume, FlumeAwaiting};
pub use self::kameo::{Kameo, KameoPubSub, KameoPubSubInPlace};
pub use self::looselycoupled::{Counter, Looselycoupled, LooselycoupledChecked};
pub use self::ractor::{Ractor, RactorGroup, RactorPort};
pub use self::singly::Singly;
pub use self::subscriptions::{LooselycoupledCallbacks, LooselycoupledStreams};
pub use self::tokio::{Tokio, TokioAwaiting, TokioBatches, TokioBroadcast, TokioLanes, TokioLoop};
pub use self::xtra::{Xtra, XtraBroadcast, XtraLoop};

use std::future::Future;

use crate::harness::{Flavour, Label, Tally, run_on_tokio};

/// Somebody who is measured.
pub trait Contestant: 'static {
    fn label() -> Label;

    /// Whether `num_alive_tasks` of tokio sees the tasks of this contestant.
    const TASKS_ARE_COUNTED: bool = true;

    /// Runs the client as a spawned task of a fresh runtime.
    fn run<F>(flavour: Flavour, client: F) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        run_on_tokio(flavour, client)
    }
}

/// An actor that is told things.
pub trait Peer: Contestant {
    /// What a client holds to reach it.
    type Address: Clone + Send + Sync + 'static;

    fn start(flavour: Flavour, tally: Tally) -> impl Future<Output = Self::Address> + Send;

    /// Puts a message into the queue; waits for room where the queue is bounded.
    fn tell(address: &Self::Address, value: u64) -> impl Future<Output = ()> + Send;
}

/// An actor that answers.
pub trait Answers: Peer {
    fn ask(address: &Self::Address, value: u64) -> impl Future<Output = u64> + Send;
}

/// An actor whose handler really awaits: once, `tokio::task::yield_now`, before it adds.
pub trait AnswersAfterYield: Peer {
    fn ask_after_yield(address: &Self::Address, value: u64) -> impl Future<Output = u64> + Send;
}

/// An actor with priorities.
pub trait AnswersUrgently: Answers {
    /// Tells at the lowest priority.
    fn tell_low(address: &Self::Address, value: u64) -> impl Future<Output = ()> + Send;

    /// Asks at the highest priority.
    fn ask_urgently(address: &Self::Address, value: u64) -> impl Future<Output = u64> + Send;

    /// Makes the actor stand at the [`Gate`](crate::harness::Gate); returns when that is queued.
    fn hold(address: &Self::Address) -> impl Future<Output = ()> + Send;
}

/// The names among which one is looked up, and the tally of the one that is.
pub struct Roster {
    pub names: Vec<String>,
    pub wanted: Tally,
}

impl Roster {
    const WANTED: usize = 17;

    /// `counter0` to `counter63`, of which `counter17` is wanted.
    pub fn new(wanted: Tally) -> Self {
        Self { names: (0..64).map(|number| format!("counter{number}")).collect(), wanted }
    }

    /// The name that is looked up.
    pub fn wanted_name(&self) -> String {
        self.names[Self::WANTED].clone()
    }

    /// Each name with the tally of its actor.
    pub fn into_tallies(self) -> impl Iterator<Item = (String, Tally)> + Send {
        let mut wanted = Some(self.wanted);
        self.names.into_iter().enumerate().map(move |(number, name)| {
            let tally = if number == Self::WANTED { wanted.take() } else { None };
            (name, tally.unwrap_or_else(Tally::endless))
        })
    }
}

/// A contestant whose actors are found by a name on every message.
pub trait FindsByName: Contestant {
    /// What a client holds: at least the name.
    type Directory: Clone + Send + Sync + 'static;

    fn open(flavour: Flavour, roster: Roster) -> impl Future<Output = Self::Directory> + Send;
    fn ask_by_name(directory: &Self::Directory, value: u64) -> impl Future<Output = u64> + Send;
    fn tell_by_name(directory: &Self::Directory, value: u64) -> impl Future<Output = ()> + Send;
}

/// One event to many subscribers.
pub trait FansOut: Contestant {
    /// Divides the number of events for somebody who is very slow.
    const SLOWNESS: u64 = 1;

    type Hub: Send + 'static;

    fn build(flavour: Flavour, subscribers: Vec<Tally>) -> impl Future<Output = Self::Hub> + Send;
    fn publish(hub: &mut Self::Hub, value: u64) -> impl Future<Output = ()> + Send;
}

/// Many actors at once.
pub trait StartsMany: Contestant {
    /// What a client holds to reach each of them.
    type Crowd: Send + 'static;

    /// Starts them all; returns when each is ready to handle.
    fn start_many(flavour: Flavour, tallies: Vec<Tally>) -> impl Future<Output = Self::Crowd> + Send;

    /// Tells each of them one message; yields now and then.
    fn tell_each(crowd: &Self::Crowd) -> impl Future<Output = ()> + Send;
}
