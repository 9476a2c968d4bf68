//! Raw tokio: a task, `mpsc` with an enum as message, `oneshot` for the answer; nothing boxed.

use tokio::sync::{broadcast, mpsc, oneshot};

use super::{Answers, AnswersAfterYield, AnswersUrgently, Contestant, FansOut, Peer};
use crate::harness::{Flavour, Gate, Kind, Label, Tally};

/// One unbounded channel, received one by one.
pub struct Tokio<const CAPACITY: usize = 0>;

pub enum Message {
    Tell(u64),
    Ask(u64, oneshot::Sender<u64>),
}

type Sender = mpsc::UnboundedSender<Message>;

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

impl Contestant for Tokio<0> {
    fn label() -> Label {
        Label::new("tokio", Kind::Raw)
    }
}

impl Peer for Tokio<0> {
    type Address = Sender;

    async fn start(_: Flavour, mut tally: Tally) -> Sender {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(message) = receiver.recv().await {
                handle(&mut tally, message);
            }
        });
        sender
    }

    async fn tell(address: &Sender, value: u64) {
        tell(address, value);
    }
}

impl Answers for Tokio<0> {
    async fn ask(address: &Sender, value: u64) -> u64 {
        ask(address, value).await
    }
}

/// The same with a handler that awaits; apart, because to be able to await slows the loop down.
pub struct TokioAwaiting;

impl Contestant for TokioAwaiting {
    fn label() -> Label {
        Tokio::<0>::label()
    }
}

impl Peer for TokioAwaiting {
    type Address = Sender;

    async fn start(_: Flavour, mut tally: Tally) -> Sender {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(message) = receiver.recv().await {
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

impl AnswersAfterYield for TokioAwaiting {
    async fn ask_after_yield(address: &Sender, value: u64) -> u64 {
        ask(address, value).await
    }
}

/// One bounded channel.
impl Contestant for Tokio<1024> {
    fn label() -> Label {
        Label::new("tokio-bounded", Kind::Raw)
    }
}

impl Peer for Tokio<1024> {
    type Address = mpsc::Sender<Message>;

    async fn start(_: Flavour, mut tally: Tally) -> Self::Address {
        let (sender, mut receiver) = mpsc::channel(1024);
        tokio::spawn(async move {
            while let Some(message) = receiver.recv().await {
                handle(&mut tally, message);
            }
        });
        sender
    }

    async fn tell(address: &Self::Address, value: u64) {
        address.send(Message::Tell(value)).await.expect("the actor lives");
    }
}

/// One unbounded channel, received 64 at a time.
pub struct TokioBatches;

impl Contestant for TokioBatches {
    fn label() -> Label {
        Label::new("tokio-recv-many", Kind::Raw)
    }
}

impl Peer for TokioBatches {
    type Address = Sender;

    async fn start(_: Flavour, mut tally: Tally) -> Sender {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(64);
            while receiver.recv_many(&mut batch, 64).await > 0 {
                for message in batch.drain(..) {
                    handle(&mut tally, message);
                }
            }
        });
        sender
    }

    async fn tell(address: &Sender, value: u64) {
        tell(address, value);
    }
}

/// Five unbounded channels, one for each priority, and a biased select, the highest first.
pub struct TokioLanes;

/// What goes through them.
pub enum Item {
    Message(Message),
    Hold,
}

type Lanes = [mpsc::UnboundedSender<Item>; 5];

impl TokioLanes {
    /// Its name in the table, for the floor that refers to it.
    pub const NAME: &'static str = "tokio-5-lanes";
    const LOWEST: usize = 0;
    const NORMAL: usize = 2;
    const HIGHEST: usize = 4;

    fn put(lanes: &Lanes, lane: usize, item: Item) {
        lanes[lane].send(item).expect("the actor lives");
    }

    async fn call(lanes: &Lanes, lane: usize, value: u64) -> u64 {
        let (reply, answer) = oneshot::channel();
        Self::put(lanes, lane, Item::Message(Message::Ask(value, reply)));
        answer.await.expect("the actor answers")
    }
}

impl Contestant for TokioLanes {
    fn label() -> Label {
        Label::new(Self::NAME, Kind::Raw)
    }
}

impl Peer for TokioLanes {
    type Address = Lanes;

    async fn start(_: Flavour, mut tally: Tally) -> Self::Address {
        let (lowest, mut lowest_lane) = mpsc::unbounded_channel();
        let (low, mut low_lane) = mpsc::unbounded_channel();
        let (normal, mut normal_lane) = mpsc::unbounded_channel();
        let (high, mut high_lane) = mpsc::unbounded_channel();
        let (highest, mut highest_lane) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                let item = tokio::select! {
                    biased;
                    item = highest_lane.recv() => item,
                    item = high_lane.recv() => item,
                    item = normal_lane.recv() => item,
                    item = low_lane.recv() => item,
                    item = lowest_lane.recv() => item,
                };
                match item {
                    Some(Item::Message(message)) => handle(&mut tally, message),
                    Some(Item::Hold) => Gate::pass().await,
                    None => break,
                }
            }
        });
        [lowest, low, normal, high, highest]
    }

    async fn tell(address: &Self::Address, value: u64) {
        Self::put(address, Self::NORMAL, Item::Message(Message::Tell(value)));
    }
}

impl Answers for TokioLanes {
    async fn ask(address: &Self::Address, value: u64) -> u64 {
        Self::call(address, Self::NORMAL, value).await
    }
}

impl AnswersUrgently for TokioLanes {
    async fn tell_low(address: &Self::Address, value: u64) {
        Self::put(address, Self::LOWEST, Item::Message(Message::Tell(value)));
    }

    async fn ask_urgently(address: &Self::Address, value: u64) -> u64 {
        Self::call(address, Self::HIGHEST, value).await
    }

    async fn hold(address: &Self::Address) {
        Self::put(address, Self::NORMAL, Item::Hold);
    }
}

/// A broadcast channel with room for all events.
pub struct TokioBroadcast;

impl Contestant for TokioBroadcast {
    fn label() -> Label {
        Label::new("tokio-broadcast", Kind::Raw)
    }
}

impl FansOut for TokioBroadcast {
    type Hub = broadcast::Sender<u64>;

    async fn build(_: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        let (hub, _) = broadcast::channel(1 << 16);
        for mut tally in subscribers {
            let mut receiver = hub.subscribe();
            tokio::spawn(async move {
                while let Ok(value) = receiver.recv().await {
                    tally.tell(value);
                }
            });
        }
        hub
    }

    async fn publish(hub: &mut Self::Hub, value: u64) {
        hub.send(value).expect("somebody listens");
    }
}

/// A list of senders, told one after the other.
pub struct TokioLoop;

impl Contestant for TokioLoop {
    fn label() -> Label {
        Label::new("tokio-loop", Kind::Raw)
    }
}

impl FansOut for TokioLoop {
    type Hub = Vec<Sender>;

    async fn build(flavour: Flavour, subscribers: Vec<Tally>) -> Self::Hub {
        let mut hub = vec![];
        for tally in subscribers {
            hub.push(Tokio::<0>::start(flavour, tally).await);
        }
        hub
    }

    async fn publish(hub: &mut Self::Hub, value: u64) {
        for sender in hub {
            tell(sender, value);
        }
    }
}
