//! A process at a broker: MrEventLoop's `Peer`.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use zeromq::{PubSocket, Socket, SocketEvent, SocketRecv, SocketSend, SubSocket, ZmqMessage};

use super::flow::Flow;
use super::message::{Id, Malformed, Message, PROBE};
use crate::address::EventPattern;
use crate::metadata::Headers;
use crate::provider::{Envelope, Link, ProviderError, ProviderState};
use crate::sync::{Arc, Mutex};
use crate::value::Value;

/// How long the broker may take to let one in, and to pass on the first message.
const PATIENCE: Duration = Duration::from_secs(2);

/// The pauses between two attempts to connect.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Between two probes, before one has come back and afterwards.
const FIRST_PROBES: Duration = Duration::from_millis(20);
const PROBES: Duration = Duration::from_millis(500);

/// After so long without anything that comes back the broker counts as gone.
const SILENCE: Duration = Duration::from_secs(3);

/// How long what has been accepted may take to come back at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// So many events wait while interceptors look at one.
const BACKLOG: usize = 1_024;

/// Where a broker is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) publishes: String,
    pub(super) takes: String,
}

#[derive(Debug, Default)]
struct State {
    uplink: Option<Uplink>,
    /// Why there is none.
    reason: String,
    wanted: Vec<EventPattern>,
    task: Option<JoinHandle<()>>,
    is_stopping: bool,
}

/// The way to the broker.
#[derive(Debug, Clone)]
struct Uplink {
    /// Under which name it sends: another one for each connection.
    sender: Arc<str>,
    flow: Arc<Flow>,
    frames: UnboundedSender<Bytes>,
}

/// A process at a broker.
#[derive(Debug, Default)]
pub(super) struct Peer(Mutex<State>);

/// Why a connection has ended, in words.
type Ended = String;

impl Peer {
    /// Connects, and connects again, until it is stopped.
    pub(super) fn connect(this: &Arc<Self>, place: Place, link: Link) {
        this.0.lock().reason = format!("nobody hosts a broker at `{}` yet", place.takes);
        let peer = Arc::clone(this);
        let task = tokio::spawn(async move { peer.stay_connected(&place, &link).await });
        this.0.lock().task = Some(task);
    }

    async fn stay_connected(&self, place: &Place, link: &Link) {
        let mut pause = FIRST_PAUSE;
        let mut visits = 0_u64;
        link.tell_state(ProviderState::Connecting, None);
        loop {
            let began = Instant::now();
            visits += 1;
            let sender = format!("{}-{:08x}-{visits}", link.process(), own_number());
            let reason = self.visit(place, link, sender.into()).await;
            self.lose(&reason);
            if self.0.lock().is_stopping {
                return;
            }
            link.tell_state(ProviderState::Connecting, Some(&reason));
            if began.elapsed() > LONGEST_PAUSE {
                pause = FIRST_PAUSE;
            }
            sleep(jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// One connection, from its beginning to its end.
    async fn visit(&self, place: &Place, link: &Link, sender: Arc<str>) -> Ended {
        let mut sockets = match timeout(PATIENCE, Sockets::open(place)).await {
            Ok(Ok(sockets)) => sockets,
            Ok(Err(ended)) => return ended,
            Err(_) => return format!("nobody hosts a broker at `{}`", place.takes),
        };
        let (frames, outgoing) = unbounded_channel();
        let (arriving, _handing_on) = hand_on(link.clone());
        let uplink = Uplink { sender, flow: Arc::new(Flow::new()), frames };
        let visit = Visit { peer: self, link, uplink, arriving };
        let ended = visit.go_on(&mut sockets, outgoing).await;
        visit.uplink.flow.end();
        ended
    }

    fn lose(&self, reason: &str) {
        let mut state = self.0.lock();
        let uplink = state.uplink.take();
        reason.clone_into(&mut state.reason);
        drop(state);
        let under_way = uplink.map_or(0, |uplink| uplink.flow.under_way());
        if under_way > 0 {
            tracing::warn!(target: "looselycoupled", under_way, "so many of the last messages may not have been passed on: {reason}");
        }
    }

    fn uplink(&self) -> Result<Uplink, ProviderError> {
        let state = self.0.lock();
        state.uplink.clone().ok_or_else(|| ProviderError::Unreachable(state.reason.clone()))
    }

    /// Ready when it is on its way, before which it may wait for others that are.
    pub(super) async fn publish(&self, link: &Link, event: Envelope) -> Result<(), ProviderError> {
        let uplink = self.uplink()?;
        let fields = link.fields(&event.name);
        let message = Message { method: event.name, params: Value::Null, id: None, headers: event.headers };
        let message = message.with_fields(event.body, fields.as_deref());
        if !uplink.flow.has_room().await {
            return Err(ProviderError::Unreachable(self.0.lock().reason.clone()));
        }
        uplink.send(message)
    }

    pub(super) fn want(&self, pattern: EventPattern) {
        self.0.lock().wanted.push(pattern);
    }

    pub(super) fn no_longer(&self, pattern: &str) {
        let wanted = &mut self.0.lock().wanted;
        if let Some(place) = wanted.iter().position(|known| known.as_str() == pattern) {
            wanted.remove(place);
        }
    }

    fn wants(&self, event: &str) -> bool {
        self.0.lock().wanted.iter().any(|pattern| pattern.matches(event))
    }

    /// Waits until what was accepted has been passed on.
    pub(super) async fn stop(&self) {
        let (uplink, task) = {
            let mut state = self.0.lock();
            state.is_stopping = true;
            (state.uplink.clone(), state.task.take())
        };
        let _cut_off = Parting { peer: self, task };
        if let Some(uplink) = uplink {
            let left = async {
                while uplink.flow.under_way() > 0 {
                    sleep(Duration::from_millis(2)).await;
                }
            };
            let _told_when_it_is_lost = timeout(FAREWELL, left).await;
        }
    }
}

/// Dropped, also where the end is cut off, it ends the connection.
struct Parting<'a> {
    peer: &'a Peer,
    task: Option<JoinHandle<()>>,
}

impl Drop for Parting<'_> {
    fn drop(&mut self) {
        self.task.iter().for_each(JoinHandle::abort);
        self.peer.lose("the application has ended");
    }
}

impl Uplink {
    /// Sends what there is room for.
    fn send(&self, message: Message) -> Result<(), ProviderError> {
        self.flow.send(|number| {
            let id = Some(Id { sender: (&*self.sender).into(), number });
            let frame =
                Message { id, ..message }.write().map_err(|error| ProviderError::Other(error.into()))?;
            let ended = |_| ProviderError::Unreachable("the connection has ended".to_owned());
            self.frames.send(frame).map_err(ended)
        })
    }
}

/// Both halves of a connection.
struct Sockets {
    incoming: SubSocket,
    outgoing: PubSocket,
    monitors: [BoxStream<'static, SocketEvent>; 2],
}

impl Sockets {
    async fn open(place: &Place) -> Result<Self, Ended> {
        let (mut incoming, mut outgoing) = (SubSocket::new(), PubSocket::new());
        let monitors = [incoming.monitor().boxed(), outgoing.monitor().boxed()];
        let failed =
            |error: zeromq::ZmqError| format!("the broker at `{}` does not let one in: {error}", place.takes);
        incoming.connect(&place.publishes).await.map_err(failed)?;
        incoming.subscribe("").await.map_err(failed)?;
        outgoing.connect(&place.takes).await.map_err(failed)?;
        Ok(Self { incoming, outgoing, monitors })
    }
}

/// What belongs to one connection.
struct Visit<'a> {
    peer: &'a Peer,
    link: &'a Link,
    uplink: Uplink,
    arriving: Sender<Envelope>,
}

impl Visit<'_> {
    async fn go_on(&self, sockets: &mut Sockets, mut outgoing: UnboundedReceiver<Bytes>) -> Ended {
        let Sockets { incoming, outgoing: out, monitors: [heard, sent] } = sockets;
        let (began, mut last_back) = (Instant::now(), Instant::now());
        let mut probes = interval(FIRST_PROBES);
        probes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                received = incoming.recv() => match received {
                    Ok(message) => match self.take(&message).await {
                        Taken::Own => {
                            last_back = Instant::now();
                            if self.is_the_first() {
                                probes = interval(PROBES);
                            }
                        }
                        // Nothing was read meanwhile, so nothing can have come back.
                        Taken::AfterAWhile => last_back = Instant::now(),
                        Taken::AtOnce => {}
                    },
                    Err(error) => return format!("the connection has ended: {error}"),
                },
                Some(frame) = outgoing.recv() => {
                    if let Err(error) = out.send(ZmqMessage::from(frame)).await {
                        return format!("the connection has ended: {error}");
                    }
                }
                event = heard.next() => if is_end(event.as_ref()) { return GONE.to_owned() },
                event = sent.next() => if is_end(event.as_ref()) { return GONE.to_owned() },
                _ = probes.tick() => {
                    let patience = if self.uplink.flow.is_proven() { SILENCE } else { PATIENCE };
                    if began.max(last_back).elapsed() > patience {
                        return format!("the broker has passed nothing on for {} seconds", patience.as_secs());
                    }
                    self.probe();
                }
            }
        }
    }

    /// Whether something new comes back now.
    fn probe(&self) {
        let probe = Message { method: PROBE.into(), params: Value::Null, id: None, headers: Headers::new() };
        if self.uplink.flow.has_room_at_once()
            && let Err(error) = self.uplink.send(probe)
        {
            tracing::debug!(target: "looselycoupled", "a probe was not sent: {error}");
        }
    }

    /// From now on what is sent arrives: true once.
    fn is_the_first(&self) -> bool {
        let mut state = self.peer.0.lock();
        if state.uplink.is_some() {
            return false;
        }
        state.uplink = Some(self.uplink.clone());
        drop(state);
        self.link.tell_state(ProviderState::Connected, None);
        true
    }

    /// Handles a message.
    async fn take(&self, frames: &ZmqMessage) -> Taken {
        let message = match frames.get(0).filter(|_| frames.len() == 1) {
            Some(frame) => Message::read(frame),
            None => Err(Malformed::NoRequest("it has several frames")),
        };
        let message = match message {
            Ok(message) => message,
            Err(error) => {
                tracing::warn!(target: "looselycoupled", "a message cannot be read, and is lost: {error}");
                return Taken::AtOnce;
            }
        };
        match &message.id {
            Some(id) if *id.sender == *self.uplink.sender => {
                let lost = self.uplink.flow.come_back(id.number);
                if lost > 0 {
                    tracing::warn!(target: "looselycoupled", lost, "the broker has not passed on so many messages: it, or this process, is too slow");
                }
                return Taken::Own;
            }
            Some(id) => {
                let missing = self.uplink.flow.come_from(&id.sender, id.number);
                if missing > 0 {
                    tracing::warn!(target: "looselycoupled", sender = &*id.sender, missing, "so many messages have not come: this process is too slow");
                }
            }
            None => {}
        }
        if !self.peer.wants(&message.method) {
            return Taken::AtOnce;
        }
        let fields = self.link.fields(&message.method);
        let name = message.method.clone();
        let (body, headers) = message.take_fields(fields.as_deref());
        match self.arriving.try_send(Envelope { name, headers, body }) {
            Err(TrySendError::Full(event)) => {
                // It ends with the connection only.
                let _ended = self.arriving.send(event).await;
                Taken::AfterAWhile
            }
            _ => Taken::AtOnce,
        }
    }
}

/// What became of a message.
enum Taken {
    /// It is one's own that has come back.
    Own,
    AtOnce,
    /// It had to wait for others.
    AfterAWhile,
}

const GONE: &str = "the broker has gone";

const fn is_end(event: Option<&SocketEvent>) -> bool {
    matches!(event, None | Some(SocketEvent::Disconnected(_) | SocketEvent::Closed))
}

/// Hands events on, one after the other: to look at one may take its time.
fn hand_on(link: Link) -> (Sender<Envelope>, AbortOnDrop) {
    let (sender, mut waiting) = channel::<Envelope>(BACKLOG);
    let handing_on = tokio::spawn(async move {
        while let Some(event) = waiting.recv().await {
            link.event(event).await;
        }
    });
    (sender, AbortOnDrop(handing_on))
}

struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What another process of the same name does not have.
fn own_number() -> u32 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id()) as u32
}

/// Many who have lost the same broker do not come back at the same moment.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.75 + f64::from(own_number() % 256) / 512.0)
}
