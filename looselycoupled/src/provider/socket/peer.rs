//! A process at a broker.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

use super::access::Token;
use super::broker::{Broker, MemberId};
use super::connection::{Connection, Ended, Reading};
use super::hearing::{Arriving, hand_on};
use super::mail::{TOKEN, VERSION, VERSION_HEADER, answer, answered, envelope, frame, words};
use super::outlet::Unsent;
use super::target::Target;
use super::uplink::Uplink;
use super::wish::Wish;
use crate::provider::pauses::{FIRST_PAUSE, LONGEST_PAUSE, jittered};
use crate::provider::wire::{Frame, FrameHeaders, Kind};
use crate::provider::{Answer, Envelope, Link, ProviderError, ProviderState, RemoteError};
use crate::sync::{Arc, Mutex};

/// How long the broker may take to let one in, or to do what it is asked for.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long what has been accepted may take to leave at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long the broker may take at the end to let one go.
const LAST_WORD: Duration = Duration::from_millis(50);

/// How long it may take at the end to say what came of calls, and what has been handled: by then all handlers have ended.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

#[derive(Default)]
struct State {
    uplink: Option<Uplink>,
    /// Why there is none.
    reason: String,
    wishes: Vec<Wish>,
    last: u64,
    /// Who waits for which answer.
    waiting: HashMap<u64, oneshot::Sender<Frame>>,
    /// What is served just now, by the broker's numbers.
    serving: BTreeMap<u64, AbortHandle>,
    task: Option<JoinHandle<()>>,
    /// Who waits for calls that are served, and for handlers of durable events.
    answering: TaskTracker,
    is_stopping: bool,
}

/// A process at a broker, near or far.
#[derive(Default)]
pub(super) struct Peer(Mutex<State>);

impl Peer {
    /// Connects, and connects again, until it is stopped.
    pub(super) fn connect(this: &Arc<Self>, target: Target, link: Link) {
        this.0.lock().reason = format!("nobody hosts a broker at `{target}` yet");
        let peer = Arc::clone(this);
        let task = tokio::spawn(async move { peer.stay_connected(&target, &link).await });
        this.0.lock().task = Some(task);
    }

    /// Is a member of the broker of this process.
    pub(super) fn attend(
        this: &Arc<Self>,
        (broker, member): (Arc<Broker>, MemberId),
        mut frames: Receiver<Frame>,
        link: Link,
    ) {
        this.0.lock().uplink = Some(Uplink::Here(broker, member));
        link.tell_state(ProviderState::Connected, None);
        let peer = Arc::clone(this);
        let task = tokio::spawn(async move {
            let (arriving, _handing_on) = hand_on();
            while let Some(frame) = frames.recv().await {
                Self::take(&peer, frame, &link, &arriving).await;
            }
        });
        this.0.lock().task = Some(task);
    }

    async fn stay_connected(self: &Arc<Self>, target: &Target, link: &Link) {
        let mut pause = FIRST_PAUSE;
        link.tell_state(ProviderState::Connecting, None);
        loop {
            let began = Instant::now();
            let ended = self.visit(target, link).await;
            let reason = self.lose(&ended);
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
    async fn visit(self: &Arc<Self>, target: &Target, link: &Link) -> Ended {
        let connection = match timeout(PATIENCE, introduce(target, link.process())).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(ended)) => return ended,
            Err(_) => return Ended::Silent,
        };
        let outlet = Arc::clone(&connection.outlet);
        let (arriving, _handing_on) = hand_on();
        let reading = async {
            let mut reading = Reading::of(connection);
            loop {
                match reading.frame().await {
                    Ok(frame) => Self::take(self, frame, link, &arriving).await,
                    Err(ended) => break ended,
                }
            }
        };
        let mut reading = std::pin::pin!(reading);
        let ended = tokio::select! {
            ended = &mut reading => ended,
            () = self.settle_in(Uplink::Away(Arc::clone(&outlet)), link) => reading.await,
        };
        link.tell_lost(outlet.lost(), &ended);
        ended
    }

    /// Asks again for what was asked for before; connected when that is done.
    async fn settle_in(&self, uplink: Uplink, link: &Link) {
        let mut asked = Vec::new();
        let wishes = {
            let mut state = self.0.lock();
            state.uplink = Some(uplink.clone());
            state.wishes.clone()
        };
        for wish in wishes {
            let (id, answer) = self.expect();
            // That the connection has ended is found by reading.
            if let Err(error) =
                wish.frame(id, true).map_err(Unsent::from).and_then(|frame| uplink.send(frame))
            {
                tracing::debug!(target: "looselycoupled", "{wish:?} was not asked for: {error}");
            }
            asked.push((wish, answer));
        }
        for (wish, answer) in asked {
            match timeout(PATIENCE, answer).await {
                Ok(Ok(frame)) if frame.kind == Kind::Done => {}
                Ok(Ok(frame)) => {
                    let (provider, why) = ("socket", words(&frame));
                    tracing::error!(target: "looselycoupled", provider, "{wish:?} was refused: {why}");
                }
                // The connection has ended, or is about to.
                Ok(Err(_)) | Err(_) => return,
            }
        }
        link.tell_state(ProviderState::Connected, None);
    }

    /// Everybody who waits is told that there is no connection any more; in words, why.
    fn lose(&self, ended: &Ended) -> String {
        let mut state = self.0.lock();
        state.uplink = None;
        state.reason = ended.to_string();
        state.waiting.clear();
        let serving = std::mem::take(&mut state.serving);
        let reason = state.reason.clone();
        drop(state);
        // Nobody can be answered; what has begun runs to its end.
        serving.into_values().for_each(|serving| serving.abort());
        reason
    }

    fn expect(&self) -> (u64, oneshot::Receiver<Frame>) {
        let (answer, waiting) = oneshot::channel();
        let mut state = self.0.lock();
        state.last += 1;
        let id = state.last;
        state.waiting.insert(id, answer);
        (id, waiting)
    }

    pub(super) fn answering(&self) -> TaskTracker {
        self.0.lock().answering.clone()
    }

    pub(super) fn uplink(&self) -> Result<Uplink, ProviderError> {
        let state = self.0.lock();
        state.uplink.clone().ok_or_else(|| ProviderError::Unreachable(state.reason.clone()))
    }

    pub(super) fn publish(&self, event: &Envelope) -> Result<(), ProviderError> {
        self.uplink()?.send(frame(Kind::Event, 0, event)?).map_err(unsent)
    }

    /// From now on, also after the connection has been made again.
    pub(super) async fn want(&self, wish: Wish) -> Result<(), ProviderError> {
        {
            let mut state = self.0.lock();
            if !state.wishes.contains(&wish) {
                state.wishes.push(wish.clone());
            }
        }
        self.ask(&wish, true).await
    }

    pub(super) async fn no_longer(&self, wish: &Wish) -> Result<(), ProviderError> {
        self.0.lock().wishes.retain(|known| known != wish);
        self.ask(wish, false).await
    }

    async fn ask(&self, wish: &Wish, is_wanted: bool) -> Result<(), ProviderError> {
        // Without a connection it is asked for as soon as there is one.
        let Ok(uplink) = self.uplink() else { return Ok(()) };
        let (id, answer) = self.expect();
        let frame = wish.frame(id, is_wanted).map_err(|error| unsent(error.into()))?;
        uplink.send(frame).map_err(unsent)?;
        match timeout(PATIENCE, answer).await {
            Ok(Ok(frame)) if frame.kind == Kind::Refused => Err(ProviderError::Setup(words(&frame))),
            Ok(_) => Ok(()),
            Err(_) => {
                self.0.lock().waiting.remove(&id);
                Err(ProviderError::Unreachable("the broker does not answer".to_owned()))
            }
        }
    }

    /// Ready when the broker keeps the event.
    pub(super) async fn publish_durably(&self, event: &Envelope) -> Result<(), ProviderError> {
        let uplink = self.uplink()?;
        let frame = frame(Kind::Event, 0, event)?;
        let (id, answer) = self.expect();
        let _no_longer = Expectation { peer: self, id };
        uplink.send(Frame { id, ..frame }).map_err(unsent)?;
        match answer.await {
            Ok(frame) if frame.kind == Kind::Done => Ok(()),
            Ok(frame) => Err(ProviderError::Full(words(&frame))),
            Err(_) => Err(ProviderError::Unreachable(self.0.lock().reason.clone())),
        }
    }

    pub(super) async fn request(&self, call: &Envelope) -> Result<Answer, ProviderError> {
        let uplink = self.uplink()?;
        let frame = frame(Kind::Request, 0, call)?;
        let (id, answer) = self.expect();
        // Who no longer waits says so.
        let mut withdrawal = Withdrawal { peer: self, uplink: &uplink, id, is_over: false };
        uplink.send(Frame { id, ..frame }).map_err(unsent)?;
        let answer = answer.await;
        withdrawal.is_over = true;
        match answer {
            Ok(frame) => answered(&frame),
            Err(_) => {
                let why = self.0.lock().reason.clone();
                Err(ProviderError::Unreachable(format!("{why}; whether the task has begun is not known")))
            }
        }
    }

    /// Handles a frame of the broker.
    async fn take(this: &Arc<Self>, frame: Frame, link: &Link, arriving: &Sender<Arriving>) {
        match frame.kind {
            Kind::Event => this.hear(&frame, link, arriving).await,
            Kind::Request => Self::serve(this, frame, link.clone()).await,
            Kind::Cancel => {
                let serving = this.0.lock().serving.remove(&frame.id);
                if let Some(serving) = serving {
                    serving.abort();
                }
            }
            Kind::Reply | Kind::Failure | Kind::Done | Kind::Refused => {
                let waiting = this.0.lock().waiting.remove(&frame.id);
                if let Some(waiting) = waiting {
                    // Who has gone meanwhile does not mind.
                    let _gone = waiting.send(frame);
                }
            }
            kind => tracing::debug!(target: "looselycoupled", %kind, "a frame that means nothing to a peer"),
        }
    }

    /// At once if that is possible; what has to wait does so apart.
    async fn serve(this: &Arc<Self>, frame: Frame, link: Link) {
        let (id, peer) = (frame.id, Arc::clone(this));
        let call = match envelope(&frame) {
            Ok(call) => call,
            Err(error) => return this.reply(id, &Err(unreadable(&frame.name, &error))),
        };
        let mut serving = Box::pin(async move {
            let answer = link.call(call).await;
            peer.reply(id, &answer);
        });
        let polled = std::future::poll_fn(|cx| Poll::Ready(serving.as_mut().poll(cx))).await;
        if polled.is_pending() {
            let peer = Arc::clone(this);
            let mut state = this.0.lock();
            let task = state.answering.spawn(async move {
                serving.await;
                peer.0.lock().serving.remove(&id);
            });
            state.serving.insert(id, task.abort_handle());
        }
    }

    fn reply(&self, id: u64, result: &Answer) {
        let Ok(uplink) = self.uplink() else { return };
        if let Err(unsent) = uplink.send(answer(id, result)) {
            tracing::warn!(target: "looselycoupled", "an answer was not sent: {unsent}");
            let words = format!("the answer was not sent: {unsent}");
            // That it is too long can be said in few words.
            let _gone = uplink.send(super::mail::nobody(id, &words));
        }
    }

    /// Says goodbye when what was accepted has left.
    pub(super) async fn stop(&self) {
        let (uplink, task, answering) = {
            let mut state = self.0.lock();
            state.is_stopping = true;
            (state.uplink.clone(), state.task.take(), state.answering.clone())
        };
        let is_away = matches!(uplink, Some(Uplink::Away(_)));
        let mut parting = Parting { peer: self, task };
        answering.close();
        // Those whose handlers have not ended come again.
        let _some_are_left = timeout(LAST_ANSWERS, answering.wait()).await;
        if let Some(uplink) = uplink {
            let _gone = uplink.send(Frame::new(Kind::Goodbye, 0));
            let left = async {
                while uplink.has_waiting() {
                    sleep(Duration::from_millis(5)).await;
                }
            };
            if timeout(FAREWELL, left).await.is_err() {
                tracing::warn!(target: "looselycoupled", "the broker does not read: some of what was sent has not left");
            }
        }
        if let Some(task) = &mut parting.task {
            if is_away {
                // The broker ends the connection when it has let this process go.
                let _it_does_not = timeout(LAST_WORD, &mut *task).await;
            }
            if task.is_finished() {
                return;
            }
            task.abort();
            let _it_was_told_to = task.await;
        }
    }
}

/// A request that nobody waits for any more is withdrawn.
struct Withdrawal<'a> {
    peer: &'a Peer,
    uplink: &'a Uplink,
    id: u64,
    is_over: bool,
}

impl Drop for Withdrawal<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.peer.0.lock().waiting.remove(&self.id);
            let _gone = self.uplink.send(Frame::new(Kind::Cancel, self.id));
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
        self.peer.lose(&Ended::Closed);
    }
}

/// An answer that nobody waits for any more is not expected.
struct Expectation<'a> {
    peer: &'a Peer,
    id: u64,
}

impl Drop for Expectation<'_> {
    fn drop(&mut self) {
        self.peer.0.lock().waiting.remove(&self.id);
    }
}

/// Connects, and is let in.
async fn introduce(target: &Target, process: &str) -> Result<Connection, Ended> {
    let mut connection = Connection::new(target.connect().await?);
    greet(&mut connection, process, target.token()).await?;
    Ok(connection)
}

async fn greet(connection: &mut Connection, process: &str, token: Option<&Token>) -> Result<(), Ended> {
    let mut headers = FrameHeaders::new();
    headers.push(VERSION_HEADER, VERSION)?;
    token.map_or(Ok(()), |token| headers.push(TOKEN, token.text()))?;
    let hello = Frame::new(Kind::Hello, 0).named(process).with_headers(headers);
    connection.outlet.send(&hello).map_err(|unsent| Ended::Refused(unsent.to_string()))?;
    connection.leave().await?;
    let answer = connection.next().await?;
    match answer.kind {
        Kind::Welcome => {
            connection.trust();
            Ok(())
        }
        Kind::Refused => Err(Ended::Refused(words(&answer))),
        kind => Err(Ended::Refused(format!("the broker greets with a `{kind}`"))),
    }
}

fn unsent(unsent: Unsent) -> ProviderError {
    match unsent {
        Unsent::Full => ProviderError::Full("the broker does not read".to_owned()),
        Unsent::Closed => ProviderError::Unreachable("the connection has ended".to_owned()),
        Unsent::Frame(error) => ProviderError::Other(error.into()),
    }
}

fn unreadable(address: &str, error: &dyn std::fmt::Display) -> RemoteError {
    RemoteError {
        code: crate::code::ErrorCode::Argument,
        message: format!("`{address}`: the call cannot be read: {error}"),
        causes: Vec::new(),
        begun: false,
    }
}
