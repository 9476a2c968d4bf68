//! A flume channel, and tokio's `oneshot` for the answer.

use tokio::sync::oneshot;

use super::{Answers, AnswersAfterYield, Contestant, Peer};
use crate::harness::{Flavour, Kind, Label, Tally};

/// One unbounded flume channel.
pub struct Flume;

pub enum Message {
    Tell(u64),
    Ask(u64, oneshot::Sender<u64>),
}

type Sender = flume::Sender<Message>;

fn handle(tally: &mut Tally, message: Message) {
    match message {
        Message::Tell(value) => tally.tell(value),
        Message::Ask(value, reply) => reply.send(tally.add(value)).expect("the client waits"),
    }
}

fn tell(sender: &Sender, value: u64) {
    sender.send(Message::Tell(value)).expect("the actor lives");
}

async fn ask(sender: &Sender, value: u64) -> u64 {
    let (reply, answer) = oneshot::channel();
    sender.send(Message::Ask(value, reply)).expect("the actor lives");
    answer.await.expect("the actor answers")
}

impl Contestant for Flume {
    fn label() -> Label {
        Label::new("flume", Kind::Raw)
    }
}

impl Peer for Flume {
    type Address = Sender;

    async fn start(_: Flavour, mut tally: Tally) -> Sender {
        let (sender, receiver) = flume::unbounded();
        tokio::spawn(async move {
            while let Ok(message) = receiver.recv_async().await {
                handle(&mut tally, message);
            }
        });
        sender
    }

    async fn tell(address: &Sender, value: u64) {
        tell(address, value);
    }
}

impl Answers for Flume {
    async fn ask(address: &Sender, value: u64) -> u64 {
        ask(address, value).await
    }
}

/// The same with a handler that awaits; apart, because to be able to await slows the loop down.
pub struct FlumeAwaiting;

impl Contestant for FlumeAwaiting {
    fn label() -> Label {
        Flume::label()
    }
}

impl Peer for FlumeAwaiting {
    type Address = Sender;

    async fn start(_: Flavour, mut tally: Tally) -> Sender {
        let (sender, receiver) = flume::unbounded();
        tokio::spawn(async move {
            while let Ok(message) = receiver.recv_async().await {
                tokio::task::yield_now().await;
                handle(&mut tally, message);
            }
        });
        sender
    }

    async fn tell(address: &Sender, value: u64) {
        tell(address, value);
    }
}

impl AnswersAfterYield for FlumeAwaiting {
    async fn ask_after_yield(address: &Sender, value: u64) -> u64 {
        ask(address, value).await
    }
}
