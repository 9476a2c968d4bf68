//! kameo: an unbounded mailbox and tells that need not wait; a bounded one beside it for throughput.

use std::sync::Arc;

use kameo::mailbox::{bounded, unbounded};
use kameo::prelude::*;
use kameo_actors::DeliveryStrategy;
use kameo_actors::pubsub::{PubSub, Publish};

use super::{Answers, AnswersAfterYield, Contestant, FansOut, FindsByName, Peer, Roster};
use crate::harness::{Flavour, Kind, Label, Tally};

/// kameo with a mailbox of this capacity, 0 for an unbounded one.
pub struct Kameo<const CAPACITY: usize = 0>;

#[derive(Actor)]
pub struct Counter(Tally);

pub struct Tell(u64);
pub struct Ask(u64);
pub struct AskAfterYield(u64);

#[derive(Clone)]
pub struct Tick(u64);

impl Message<Tell> for Counter {
    type Reply = ();

    async fn handle(&mut self, message: Tell, _: &mut Context<Self, ()>) {
        self.0.tell(message.0);
    }
}

impl Message<Tick> for Counter {
    type Reply = ();

    async fn handle(&mut self, message: Tick, _: &mut Context<Self, ()>) {
        self.0.tell(message.0);
    }
}

impl Message<Ask> for Counter {
    type Reply = u64;

    async fn handle(&mut self, message: Ask, _: &mut Context<Self, u64>) -> u64 {
        self.0.add(message.0)
    }
}

impl Message<AskAfterYield> for Counter {
    type Reply = u64;

    async fn handle(&mut self, message: AskAfterYield, _: &mut Context<Self, u64>) -> u64 {
        tokio::task::yield_now().await;
        self.0.add(message.0)
    }
}

impl<const CAPACITY: usize> Contestant for Kameo<CAPACITY> {
    fn label() -> Label {
        Label::new(if CAPACITY == 0 { "kameo" } else { "kameo-bounded" }, Kind::Framework)
    }
}

impl<const CAPACITY: usize> Peer for Kameo<CAPACITY> {
    type Address = ActorRef<Counter>;

    async fn start(_: Flavour, tally: Tally) -> Self::Address {
        let mailbox = if CAPACITY == 0 { unbounded() } else { bounded(CAPACITY) };
        Counter::spawn_with_mailbox(Counter(tally), mailbox)
    }

    async fn tell(address: &Self::Address, value: u64) {
        let told = address.tell(Tell(value));
        let taken = if CAPACITY == 0 { told.try_send() } else { told.send().await };
        taken.expect("kameo takes the message");
    }
}

impl<const CAPACITY: usize> Answers for Kameo<CAPACITY> {
    async fn ask(address: &Self::Address, value: u64) -> u64 {
        address.ask(Ask(value)).send().await.expect("kameo answers")
    }
}

impl AnswersAfterYield for Kameo {
    async fn ask_after_yield(address: &Self::Address, value: u64) -> u64 {
        address.ask(AskAfterYield(value)).send().await.expect("kameo answers")
    }
}

impl FindsByName for Kameo {
    type Directory = Arc<str>;

    async fn open(flavour: Flavour, roster: Roster) -> Self::Directory {
        let name = roster.wanted_name().into();
        for (name, tally) in roster.into_tallies() {
            Self::start(flavour, tally).await.register(name).expect("the name is free");
        }
        name
    }

    async fn ask_by_name(name: &Self::Directory, value: u64) -> u64 {
        Self::ask(&find(name), value).await
    }

    async fn tell_by_name(name: &Self::Directory, value: u64) {
        Self::tell(&find(name), value).await;
    }
}

fn find(name: &str) -> ActorRef<Counter> {
    ActorRef::lookup(name).expect("the type fits").expect("the name is known")
}

/// `PubSub` as an actor of its own, told by the publisher: the documented way.
pub struct KameoPubSub;

impl Contestant for KameoPubSub {
    fn label() -> Label {
        Label::new("kameo-pubsub-actor", Kind::Framework)
    }
}

impl FansOut for KameoPubSub {
    type Hub = ActorRef<PubSub<Tick>>;

    async fn build(flavour: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        let hub = subscribed(DeliveryStrategy::Guaranteed, flavour, subscribers).await;
        PubSub::spawn_with_mailbox(hub, unbounded())
    }

    async fn publish(hub: &mut Self::Hub, value: u64) {
        hub.tell(Publish(Tick(value))).send().await.expect("the hub lives");
    }
}

/// `PubSub` held by the publisher, without waiting for room: no actor in between.
pub struct KameoPubSubInPlace;

impl Contestant for KameoPubSubInPlace {
    fn label() -> Label {
        Label::new("kameo-pubsub-inplace", Kind::Framework)
    }
}

impl FansOut for KameoPubSubInPlace {
    type Hub = PubSub<Tick>;

    async fn build(flavour: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        subscribed(DeliveryStrategy::BestEffort, flavour, subscribers).await
    }

    async fn publish(hub: &mut Self::Hub, value: u64) {
        hub.publish(Tick(value)).await;
    }
}

async fn subscribed(strategy: DeliveryStrategy, flavour: Flavour, subscribers: Vec<Tally>) -> PubSub<Tick> {
    let mut hub = PubSub::new(strategy);
    for tally in subscribers {
        hub.subscribe(Kameo::<0>::start(flavour, tally).await);
    }
    hub
}
