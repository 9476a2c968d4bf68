//! actix: handlers without futures, mailboxes without a limit, which `do_send` would not heed anyway.
//!
//! An actor never leaves the thread of its arbiter. `ct`: the arbiter of the client. `mt2`: an arbiter with
//! a thread of its own, the clients on tokio's workers, so that each message crosses threads.

use std::sync::{OnceLock, mpsc};

use actix::prelude::*;
use actix::{AtomicResponse, SystemRegistry};
use actix_broker::{Broker, BrokerSubscribe, SystemBroker};

use super::{Answers, AnswersAfterYield, Contestant, FansOut, FindsByName, Peer, Roster};
use crate::harness::{Flavour, Kind, Label, Tally, run_on_tokio};

/// actix; by name, its registry, which knows one actor per type and only the thread of its system.
pub struct Actix;

pub struct Counter {
    tally: Tally,
    subscribes: bool,
}

impl Counter {
    const UNLIMITED: usize = 0;

    fn start_on(flavour: Flavour, tally: Tally, subscribes: bool) -> Addr<Self> {
        let create = move |context: &mut Context<Self>| {
            context.set_mailbox_capacity(Self::UNLIMITED);
            Self { tally, subscribes }
        };
        match flavour {
            Flavour::CurrentThread => Self::create(create),
            Flavour::MultiThread => Self::start_in_arbiter(far_arbiter(), create),
        }
    }
}

impl Default for Counter {
    fn default() -> Self {
        Self { tally: Tally::endless(), subscribes: false }
    }
}

impl Actor for Counter {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        if self.subscribes {
            self.subscribe_async::<SystemBroker, Tick>(context);
        }
    }
}

impl Supervised for Counter {}
impl SystemService for Counter {}

#[derive(Message)]
#[rtype(result = "()")]
pub struct Tell(u64);

#[derive(Message, Clone)]
#[rtype(result = "()")]
struct Tick(u64);

#[derive(Message)]
#[rtype(result = "u64")]
struct Ask(u64);

#[derive(Message)]
#[rtype(result = "u64")]
struct AskAfterYield(u64);

impl Handler<Tell> for Counter {
    type Result = ();

    fn handle(&mut self, message: Tell, _: &mut Context<Self>) {
        self.tally.tell(message.0);
    }
}

impl Handler<Tick> for Counter {
    type Result = ();

    fn handle(&mut self, message: Tick, _: &mut Context<Self>) {
        self.tally.tell(message.0);
    }
}

impl Handler<Ask> for Counter {
    type Result = u64;

    fn handle(&mut self, message: Ask, _: &mut Context<Self>) -> u64 {
        self.tally.add(message.0)
    }
}

impl Handler<AskAfterYield> for Counter {
    // The form that keeps handlers of one actor from overlapping, as everybody else does.
    type Result = AtomicResponse<Self, u64>;

    fn handle(&mut self, message: AskAfterYield, _: &mut Context<Self>) -> Self::Result {
        let yielded = tokio::task::yield_now().into_actor(self);
        AtomicResponse::new(Box::pin(yielded.map(move |(), actor, _| actor.tally.add(message.0))))
    }
}

/// The arbiter with a thread of its own.
fn far_arbiter() -> &'static ArbiterHandle {
    static FAR: OnceLock<ArbiterHandle> = OnceLock::new();
    FAR.get_or_init(|| {
        let (ready, started) = mpsc::channel();
        std::thread::spawn(move || {
            let runner = System::new();
            ready.send(Arbiter::current()).expect("somebody waits");
            runner.run().expect("the system runs");
        });
        started.recv().expect("the system starts")
    })
}

fn run_on_actix<F>(flavour: Flavour, client: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    match flavour {
        Flavour::CurrentThread => {
            let output = System::new().block_on(async move { actix::spawn(client).await });
            output.expect("the client runs to its end")
        }
        Flavour::MultiThread => run_on_tokio(flavour, client),
    }
}

macro_rules! contestant {
    ($contestant:ty, $name:literal) => {
        impl Contestant for $contestant {
            // Its tasks live in a `LocalSet`, which the metrics of the runtime leave out.
            const TASKS_ARE_COUNTED: bool = false;

            fn label() -> Label {
                Label::new($name, Kind::Framework)
            }

            fn run<F>(flavour: Flavour, client: F) -> F::Output
            where
                F: Future<Output: Send> + Send + 'static,
            {
                run_on_actix(flavour, client)
            }
        }
    };
}

contestant!(Actix, "actix");
contestant!(ActixRecipients, "actix-recipients");
contestant!(ActixBroker, "actix-broker");

impl Peer for Actix {
    type Address = Addr<Counter>;

    async fn start(flavour: Flavour, tally: Tally) -> Self::Address {
        Counter::start_on(flavour, tally, false)
    }

    async fn tell(address: &Self::Address, value: u64) {
        address.do_send(Tell(value));
    }
}

impl Answers for Actix {
    async fn ask(address: &Self::Address, value: u64) -> u64 {
        address.send(Ask(value)).await.expect("actix answers")
    }
}

impl AnswersAfterYield for Actix {
    async fn ask_after_yield(address: &Self::Address, value: u64) -> u64 {
        address.send(AskAfterYield(value)).await.expect("actix answers")
    }
}

impl FindsByName for Actix {
    type Directory = ();

    async fn open(flavour: Flavour, roster: Roster) {
        SystemRegistry::set(Counter::start_on(flavour, roster.wanted, false));
    }

    async fn ask_by_name((): &(), value: u64) -> u64 {
        Self::ask(&Counter::from_registry(), value).await
    }

    async fn tell_by_name((): &(), value: u64) {
        Self::tell(&Counter::from_registry(), value).await;
    }
}

/// A list of recipients, told one after the other.
pub struct ActixRecipients;

impl FansOut for ActixRecipients {
    type Hub = Vec<Recipient<Tell>>;

    async fn build(flavour: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        let start = |tally| Counter::start_on(flavour, tally, false).recipient();
        subscribers.into_iter().map(start).collect()
    }

    async fn publish(hub: &mut Self::Hub, value: u64) {
        for recipient in hub {
            recipient.do_send(Tell(value));
        }
    }
}

/// The system broker of actix-broker; only on the thread of its system.
pub struct ActixBroker;

impl FansOut for ActixBroker {
    type Hub = Vec<Addr<Counter>>;

    async fn build(flavour: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        subscribers.into_iter().map(|tally| Counter::start_on(flavour, tally, true)).collect()
    }

    async fn publish(_: &mut Self::Hub, value: u64) {
        Broker::<SystemBroker>::issue_async(Tick(value));
    }
}
