//! xtra: detached sends, priorities of its own, an unbounded mailbox; a bounded one beside it.
//!
//! It has no registry.

use xtra::prelude::*;

use super::{Answers, AnswersAfterYield, AnswersUrgently, Contestant, FansOut, Peer};
use crate::harness::{Flavour, Gate, Kind, Label, Tally};

/// xtra with a mailbox of this capacity, 0 for an unbounded one.
pub struct Xtra<const CAPACITY: usize = 0>;

const LOWEST: u32 = 0;
const HIGHEST: u32 = 4;

pub struct Counter(Tally);

impl Actor for Counter {
    type Stop = ();

    async fn stopped(self) {}
}

#[derive(Clone)]
struct Tell(u64);
struct Ask(u64);
struct AskAfterYield(u64);
struct Hold;

impl Handler<Tell> for Counter {
    type Return = ();

    async fn handle(&mut self, message: Tell, _: &mut Context<Self>) {
        self.0.tell(message.0);
    }
}

impl Handler<Ask> for Counter {
    type Return = u64;

    async fn handle(&mut self, message: Ask, _: &mut Context<Self>) -> u64 {
        self.0.add(message.0)
    }
}

impl Handler<AskAfterYield> for Counter {
    type Return = u64;

    async fn handle(&mut self, message: AskAfterYield, _: &mut Context<Self>) -> u64 {
        tokio::task::yield_now().await;
        self.0.add(message.0)
    }
}

impl Handler<Hold> for Counter {
    type Return = ();

    async fn handle(&mut self, _: Hold, _: &mut Context<Self>) {
        Gate::pass().await;
    }
}

impl<const CAPACITY: usize> Contestant for Xtra<CAPACITY> {
    fn label() -> Label {
        Label::new(if CAPACITY == 0 { "xtra" } else { "xtra-bounded" }, Kind::Framework)
    }
}

impl<const CAPACITY: usize> Peer for Xtra<CAPACITY> {
    type Address = Address<Counter>;

    async fn start(_: Flavour, tally: Tally) -> Self::Address {
        let mailbox = if CAPACITY == 0 { Mailbox::unbounded() } else { Mailbox::bounded(CAPACITY) };
        xtra::spawn_tokio(Counter(tally), mailbox)
    }

    async fn tell(address: &Self::Address, value: u64) {
        let _reply = address.send(Tell(value)).detach().await.expect("xtra takes the message");
    }
}

impl<const CAPACITY: usize> Answers for Xtra<CAPACITY> {
    async fn ask(address: &Self::Address, value: u64) -> u64 {
        address.send(Ask(value)).await.expect("xtra answers")
    }
}

impl AnswersAfterYield for Xtra {
    async fn ask_after_yield(address: &Self::Address, value: u64) -> u64 {
        address.send(AskAfterYield(value)).await.expect("xtra answers")
    }
}

impl AnswersUrgently for Xtra {
    async fn tell_low(address: &Self::Address, value: u64) {
        let told = address.send(Tell(value)).priority(LOWEST).detach();
        let _reply = told.await.expect("xtra takes the message");
    }

    async fn ask_urgently(address: &Self::Address, value: u64) -> u64 {
        address.send(Ask(value)).priority(HIGHEST).await.expect("xtra answers")
    }

    async fn hold(address: &Self::Address) {
        let _reply = address.send(Hold).detach().await.expect("xtra takes the message");
    }
}

/// One address with many actors behind it, and its `broadcast`.
pub struct XtraBroadcast;

impl Contestant for XtraBroadcast {
    fn label() -> Label {
        Label::new("xtra-broadcast", Kind::Framework)
    }
}

impl FansOut for XtraBroadcast {
    // Taking one message looks at the queues of all subscribers.
    const SLOWNESS: u64 = 20;

    type Hub = Address<Counter>;

    async fn build(_: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        let (address, mailbox) = Mailbox::unbounded();
        for tally in subscribers {
            tokio::spawn(xtra::run(mailbox.clone(), Counter(tally)));
        }
        address
    }

    async fn publish(hub: &mut Self::Hub, value: u64) {
        hub.broadcast(Tell(value)).await.expect("xtra takes the message");
    }
}

/// A list of addresses, told one after the other.
pub struct XtraLoop;

impl Contestant for XtraLoop {
    fn label() -> Label {
        Label::new("xtra-loop", Kind::Framework)
    }
}

impl FansOut for XtraLoop {
    type Hub = Vec<Address<Counter>>;

    async fn build(flavour: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        let mut hub = vec![];
        for tally in subscribers {
            hub.push(Xtra::<0>::start(flavour, tally).await);
        }
        hub
    }

    async fn publish(hub: &mut Self::Hub, value: u64) {
        for address in hub {
            Xtra::<0>::tell(address, value).await;
        }
    }
}
