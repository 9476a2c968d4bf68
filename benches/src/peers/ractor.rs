//! ractor: `cast` and `call`, whose mailbox is always unbounded; its own registry, ports and groups.

use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef, OutputPort, RpcReplyPort, pg, registry};

use super::{Answers, AnswersAfterYield, Contestant, FansOut, FindsByName, Peer, Roster};
use crate::harness::{Flavour, Kind, Label, Tally};

/// ractor.
pub struct Ractor;

struct Counter;

pub enum Message {
    Tell(u64),
    Ask(u64, RpcReplyPort<u64>),
    AskAfterYield(u64, RpcReplyPort<u64>),
}

impl Actor for Counter {
    type Msg = Message;
    type State = Tally;
    type Arguments = Tally;

    async fn pre_start(&self, _: ActorRef<Message>, tally: Tally) -> Result<Tally, ActorProcessingErr> {
        Ok(tally)
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        tally: &mut Tally,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Tell(value) => tally.tell(value),
            Message::Ask(value, reply) => reply.send(tally.add(value))?,
            Message::AskAfterYield(value, reply) => {
                tokio::task::yield_now().await;
                reply.send(tally.add(value))?;
            }
        }
        Ok(())
    }
}

impl Contestant for Ractor {
    fn label() -> Label {
        Label::new("ractor", Kind::Framework)
    }
}

impl Peer for Ractor {
    type Address = ActorRef<Message>;

    async fn start(_: Flavour, tally: Tally) -> Self::Address {
        start_as(None, tally).await
    }

    async fn tell(address: &Self::Address, value: u64) {
        address.cast(Message::Tell(value)).expect("ractor takes the message");
    }
}

async fn start_as(name: Option<String>, tally: Tally) -> ActorRef<Message> {
    Actor::spawn(name, Counter, tally).await.expect("the actor starts").0
}

impl Answers for Ractor {
    async fn ask(address: &Self::Address, value: u64) -> u64 {
        let answer = address.call(|reply| Message::Ask(value, reply), None).await;
        answer.expect("ractor takes the message").expect("ractor answers")
    }
}

impl AnswersAfterYield for Ractor {
    async fn ask_after_yield(address: &Self::Address, value: u64) -> u64 {
        let answer = address.call(|reply| Message::AskAfterYield(value, reply), None).await;
        answer.expect("ractor takes the message").expect("ractor answers")
    }
}

impl FindsByName for Ractor {
    type Directory = Arc<str>;

    async fn open(_: Flavour, roster: Roster) -> Self::Directory {
        let name = roster.wanted_name().into();
        for (name, tally) in roster.into_tallies() {
            start_as(Some(name), tally).await;
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

fn find(name: &str) -> ActorRef<Message> {
    registry::where_is(name).expect("the name is known").into()
}

/// `OutputPort`, second version.
pub struct RactorPort;

impl Contestant for RactorPort {
    fn label() -> Label {
        Label::new("ractor-output-port", Kind::Framework)
    }
}

impl FansOut for RactorPort {
    type Hub = OutputPort<u64>;

    async fn build(flavour: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        let port = OutputPort::default();
        for tally in subscribers {
            port.subscribe(Ractor::start(flavour, tally).await, |value| Some(Message::Tell(value)));
        }
        port
    }

    async fn publish(port: &mut Self::Hub, value: u64) {
        port.send(value);
    }
}

/// A process group: the members are looked up and told, as the documentation of `pg` does it.
pub struct RactorGroup;

impl Contestant for RactorGroup {
    fn label() -> Label {
        Label::new("ractor-group", Kind::Framework)
    }
}

impl FansOut for RactorGroup {
    type Hub = &'static str;

    async fn build(flavour: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        let group = "ticks";
        let mut members = vec![];
        for tally in subscribers {
            members.push(Ractor::start(flavour, tally).await.get_cell());
        }
        pg::join(group.into(), members);
        group
    }

    async fn publish(group: &mut Self::Hub, value: u64) {
        for member in pg::get_members(&group.to_string()) {
            member.send_message(Message::Tell(value)).expect("ractor takes the message");
        }
    }
}
