//! A process at a broker.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

use super::addresses::StompAddresses;
use super::connection::{Beats, Ended, Reader};
use super::frames::{Frame, Received};
use super::hearing::{Arrived, Hearing};
use super::mail;
use super::outlet::Outlet;
use crate::provider::pauses::{FIRST_PAUSE, LONGEST_PAUSE, jittered};
use crate::provider::place::Place;
use crate::provider::{Envelope, Link, ProviderError, ProviderState, Subscription};
use crate::sync::{Arc, Mutex};

/// Milliseconds between two beats, that we can do and that we want.
pub(super) const HEART_BEAT: &str = "5000,5000";

/// How long the broker may take to let one in, or to do what it is asked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long what has been accepted may take to leave at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long it may take at the end to say what has been handled: by then all handlers have ended.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

/// So many events wait while interceptors look at one.
const BACKLOG: usize = 1_024;

#[derive(Default)]
struct State {
    /// What leaves, once the broker has let us in.
    outlet: Option<Arc<Outlet>>,
    /// Why there is none.
    reason: String,
    wanted: Vec<(u64, Subscription)>,
    /// The number of the last subscription or receipt.
    last: u64,
    /// Who waits for which receipt.
    waiting: HashMap<u64, oneshot::Sender<()>>,
    process: String,
    task: Option<JoinHandle<()>>,
    answering: TaskTracker,
    is_stopping: bool,
}

/// A process at a broker.
#[derive(Default)]
pub(super) struct Peer(Mutex<State>);

/// What it takes to come in.
pub(super) struct Door {
    pub(super) place: Place,
    pub(super) introduction: Frame,
    pub(super) addresses: StompAddresses,
}

impl Peer {
    /// Connects, and connects again, until it is stopped.
    pub(super) fn connect(this: &Arc<Self>, door: Door, link: Link) {
        let peer = Arc::clone(this);
        let mut state = this.0.lock();
        state.reason = format!("no broker has answered at `{}` yet", door.place);
        link.process().clone_into(&mut state.process);
        state.task = Some(tokio::spawn(async move { peer.stay_connected(&door, &link).await }));
    }

    async fn stay_connected(&self, door: &Door, link: &Link) {
        let mut pause = FIRST_PAUSE;
        link.tell_state(ProviderState::Connecting, None);
        loop {
            let began = Instant::now();
            let ended = self.visit(door, link).await;
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

    /// Everybody who waits is told that there is no connection any more; in words, why.
    fn lose(&self, ended: &Ended) -> String {
        let mut state = self.0.lock();
        state.outlet = None;
        state.reason = ended.to_string();
        state.waiting.clear();
        state.reason.clone()
    }

    /// One connection, from its beginning to its end.
    async fn visit(&self, door: &Door, link: &Link) -> Ended {
        let entered = async {
            let (reader, mut writer) = split(door.place.connect().await?);
            writer.write_all(&door.introduction.written()).await?;
            let mut reader = Reader::new(reader);
            let beats = reader.let_in(door.addresses).await?;
            Ok::<_, Ended>((reader, writer, beats))
        };
        let (reader, writer, beats) = match timeout(PATIENCE, entered).await {
            Ok(Ok(entered)) => entered,
            Ok(Err(ended)) => return ended,
            Err(_) => return Ended::Silent(PATIENCE),
        };
        let outlet = Arc::new(Outlet::default());
        let (arriving, arrived) = mpsc::channel(BACKLOG);
        let hearing = Hearing {
            link: link.clone(),
            outlet: Arc::downgrade(&outlet),
            addresses: door.addresses,
            answering: self.0.lock().answering.clone(),
        };
        let Beats { ours, theirs } = beats;
        let reading = async {
            tokio::select! {
                ended = self.read(reader, theirs, &arriving) => ended,
                error = outlet.write_to(writer, ours) => error.into(),
                () = hearing.hear_all(arrived) => Ended::Io(io::ErrorKind::BrokenPipe.into()),
            }
        };
        let mut reading = std::pin::pin!(reading);
        let ended = tokio::select! {
            ended = &mut reading => ended,
            settled = self.settle_in(&outlet, door.addresses, link) => match settled {
                Ok(()) => reading.await,
                Err(ended) => ended,
            }
        };
        // From now on whoever sends is told that there is no connection.
        self.lose(&ended);
        link.tell_lost(outlet.lost(), &ended);
        ended
    }

    async fn read(
        &self,
        mut reader: Reader<impl AsyncReadExt + Unpin>,
        beat: Option<Duration>,
        arriving: &mpsc::Sender<Arrived>,
    ) -> Ended {
        loop {
            let received = match reader.next(beat).await {
                Ok(received) => received,
                Err(ended) => return ended,
            };
            let (frame, fault) = match received {
                Received::Frame(frame) => (frame, None),
                Received::Unreadable(frame, fault) => (frame, Some(fault)),
            };
            match frame.command.as_str() {
                "MESSAGE" => {
                    let id = frame.get("subscription").and_then(|id| id.parse::<u64>().ok());
                    let known = self.0.lock().wanted.iter().find(|(known, _)| Some(*known) == id).cloned();
                    // To others one has just said that they are not wanted any more.
                    if let Some((_, subscription)) = known {
                        let _ended = arriving.send(Arrived { frame, subscription, fault }).await;
                    }
                }
                "RECEIPT" => {
                    let id = frame.get("receipt-id").and_then(|id| id.parse::<u64>().ok());
                    let waiting = id.and_then(|id| self.0.lock().waiting.remove(&id));
                    // Who has gone meanwhile does not mind.
                    let _gone = waiting.map(|waiting| waiting.send(()));
                }
                "ERROR" => return Ended::refused(&frame),
                _ => return Ended::Refused("the broker has sent a frame that clients do not get".to_owned()),
            }
        }
    }

    /// Asks again for what was asked for before; connected when that is done.
    async fn settle_in(
        &self,
        outlet: &Arc<Outlet>,
        addresses: StompAddresses,
        link: &Link,
    ) -> Result<(), Ended> {
        let mut asked = Vec::new();
        {
            // Nobody is to ask for the same at the same time.
            let mut state = self.0.lock();
            for (id, subscription) in state.wanted.clone() {
                let frame = addresses.subscribe(&subscription, &state.process, &id.to_string());
                let frame = frame.map_err(|error| Ended::Refused(error.to_string()))?;
                let (receipt, done) = state.expect();
                let sent = outlet.send(frame.with("receipt", &receipt.to_string()).written());
                sent.map_err(|_| Ended::Refused("the broker does not read".to_owned()))?;
                asked.push(done);
            }
            state.outlet = Some(Arc::clone(outlet));
        }
        for done in asked {
            if timeout(PATIENCE, done).await.is_err() {
                return Err(Ended::Refused("the broker does not say that it has subscribed us".to_owned()));
            }
        }
        link.tell_state(ProviderState::Connected, None);
        Ok(())
    }

    fn outlet(&self) -> Result<Arc<Outlet>, ProviderError> {
        let state = self.0.lock();
        state.outlet.clone().ok_or_else(|| ProviderError::Unreachable(state.reason.clone()))
    }

    pub(super) fn publish(&self, event: &Envelope, addresses: StompAddresses) -> Result<(), ProviderError> {
        let outlet = self.outlet()?;
        let frame = mail::send(event, addresses, false)?;
        outlet.send_passing(frame.written()).map_err(|_| does_not_read())
    }

    /// Ready when the broker keeps the event.
    pub(super) async fn publish_durably(
        &self,
        event: &Envelope,
        addresses: StompAddresses,
    ) -> Result<(), ProviderError> {
        let frame = mail::send(event, addresses, true)?;
        self.ask(frame).await
    }

    /// Ready when the broker has done it.
    async fn ask(&self, frame: Frame) -> Result<(), ProviderError> {
        let (outlet, id, done) = {
            let mut state = self.0.lock();
            let Some(outlet) = state.outlet.clone() else {
                return Err(ProviderError::Unreachable(state.reason.clone()));
            };
            let (id, done) = state.expect();
            (outlet, id, done)
        };
        let _no_longer = Expectation { peer: self, id };
        outlet.send(frame.with("receipt", &id.to_string()).written()).map_err(|_| does_not_read())?;
        done.await.map_err(|_| ProviderError::Unreachable(self.0.lock().reason.clone()))
    }

    /// From now on, also after the connection has been made again.
    pub(super) async fn want(
        &self,
        subscription: &Subscription,
        addresses: StompAddresses,
    ) -> Result<(), ProviderError> {
        let frame = {
            let mut state = self.0.lock();
            if state.wanted.iter().any(|(_, known)| known == subscription) {
                return Ok(());
            }
            state.last += 1;
            let id = state.last;
            let frame = addresses.subscribe(subscription, &state.process, &id.to_string())?;
            state.wanted.push((id, subscription.clone()));
            // Without a connection it is asked for as soon as there is one.
            if state.outlet.is_none() {
                return Ok(());
            }
            frame
        };
        self.ask_patiently(frame).await
    }

    async fn ask_patiently(&self, frame: Frame) -> Result<(), ProviderError> {
        match timeout(PATIENCE, self.ask(frame)).await {
            // When there is a connection again, it is asked for again.
            Ok(Ok(()) | Err(ProviderError::Unreachable(_))) => Ok(()),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(ProviderError::Unreachable("the broker does not answer".to_owned())),
        }
    }

    pub(super) async fn no_longer(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        let id = {
            let mut state = self.0.lock();
            let known = state.wanted.iter().position(|(_, known)| known == subscription);
            known.map(|place| state.wanted.remove(place).0)
        };
        match id {
            // Only the consumer ends: what a queue keeps, it keeps.
            Some(id) => self.ask_patiently(Frame::new("UNSUBSCRIBE").with("id", &id.to_string())).await,
            None => Ok(()),
        }
    }

    /// Ends when the broker has taken all that was sent.
    pub(super) async fn stop(&self) {
        let (task, answering) = {
            let mut state = self.0.lock();
            state.is_stopping = true;
            (state.task.take(), state.answering.clone())
        };
        let mut parting = Parting { peer: self, task };
        answering.close();
        // Those whose handlers have not ended come again.
        let _some_are_left = timeout(LAST_ANSWERS, answering.wait()).await;
        if self.outlet().is_ok() {
            match timeout(FAREWELL, self.ask(Frame::new("DISCONNECT"))).await {
                Ok(Ok(())) => {}
                _ => {
                    tracing::warn!(target: "looselycoupled", "whether all that was sent has come to the broker is not known");
                }
            }
        }
        if let Some(task) = parting.task.take() {
            task.abort();
            let _it_was_told_to = task.await;
        }
    }
}

impl State {
    fn expect(&mut self) -> (u64, oneshot::Receiver<()>) {
        let (done, waiting) = oneshot::channel();
        self.last += 1;
        self.waiting.insert(self.last, done);
        (self.last, waiting)
    }
}

fn does_not_read() -> ProviderError {
    ProviderError::Full("the broker does not read".to_owned())
}

/// A receipt that nobody waits for any more is not expected.
struct Expectation<'a> {
    peer: &'a Peer,
    id: u64,
}

impl Drop for Expectation<'_> {
    fn drop(&mut self) {
        self.peer.0.lock().waiting.remove(&self.id);
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
