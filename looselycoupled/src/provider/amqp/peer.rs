//! A process at a broker.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

use super::addresses::AmqpAddresses;
use super::ended::Ended;
use super::mail;
use super::outlet::Outlet;
use super::visit::{Door, PATIENCE, Visit, Wish};
use crate::provider::pauses::{FIRST_PAUSE, LONGEST_PAUSE, jittered};
use crate::provider::{Envelope, ProviderError, ProviderState, Subscription};
use crate::sync::{Arc, Mutex};

/// How long it may take to part from the broker.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long it may take at the end to say what has been handled: by then all handlers have ended.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

#[derive(Default)]
struct State {
    /// What leaves, and what is wished, once the broker has let us in.
    connected: Option<Connected>,
    /// Why it has not.
    reason: String,
    wanted: Vec<(u64, Subscription)>,
    /// The number of the last subscription.
    last: u64,
    task: Option<JoinHandle<()>>,
    answering: TaskTracker,
    is_stopping: bool,
}

#[derive(Clone)]
struct Connected {
    outlet: Arc<Outlet>,
    wishes: mpsc::UnboundedSender<Wish>,
}

/// A process at a broker.
#[derive(Default)]
pub(super) struct Peer(Mutex<State>);

impl Peer {
    /// Connects, and connects again, until it is stopped.
    pub(super) fn connect(this: &Arc<Self>, door: Door) {
        let peer = Arc::clone(this);
        let mut state = this.0.lock();
        state.answering = door.answering.clone();
        state.reason = format!("no broker has answered at `{}` yet", door.place);
        state.task = Some(tokio::spawn(async move { peer.stay_connected(&door).await }));
    }

    async fn stay_connected(&self, door: &Door) {
        let link = &door.link;
        let mut pause = FIRST_PAUSE;
        link.tell_state(ProviderState::Connecting, None);
        loop {
            let began = Instant::now();
            let ended = self.visit(door).await;
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

    /// From now on everybody is told that there is no connection; in words, why.
    fn lose(&self, ended: &Ended) -> String {
        let mut state = self.0.lock();
        state.connected = None;
        state.reason = ended.to_string();
        state.reason.clone()
    }

    async fn visit(&self, door: &Door) -> Ended {
        let mark = format!("{:08x}", RandomState::new().hash_one(0_u8) as u32);
        let mut visit = match timeout(PATIENCE, Visit::begin(door, mark)).await {
            Ok(Ok(visit)) => visit,
            Ok(Err(ended)) => return ended,
            Err(_) => return Ended::Silent(PATIENCE),
        };
        let mut heard = 0;
        let (outlet, mut lanes) = Outlet::new(door.link.clone());
        let (wishes, mut wished) = mpsc::unbounded_channel();
        // More may be wanted meanwhile.
        loop {
            let wanted = {
                let mut state = self.0.lock();
                let new: Vec<_> = state.wanted.iter().filter(|(id, _)| *id > heard).cloned().collect();
                if new.is_empty() {
                    state.connected = Some(Connected { outlet: Arc::clone(&outlet), wishes: wishes.clone() });
                    break;
                }
                new
            };
            match timeout(PATIENCE, visit.hear(door, &wanted)).await {
                Ok(Ok(())) => heard = wanted.iter().map(|(id, _)| *id).max().unwrap_or(heard),
                Ok(Err(ended)) => return ended,
                Err(_) => return Ended::Silent(PATIENCE),
            }
        }
        door.link.tell_state(ProviderState::Connected, None);
        let ended = visit.stay(door, &mut lanes, &mut wished).await;
        let reason = self.lose(&ended);
        drop((visit, lanes));
        let lost = outlet.lost();
        if lost > 0 {
            tracing::warn!(target: "looselycoupled", "whether {lost} events have come to the broker is not known: {reason}");
        }
        ended
    }

    fn connected(&self) -> Result<Connected, ProviderError> {
        let state = self.0.lock();
        state.connected.clone().ok_or_else(|| ProviderError::Unreachable(state.reason.clone()))
    }

    pub(super) fn publish(&self, event: &Envelope, addresses: AmqpAddresses) -> Result<(), ProviderError> {
        let outlet = self.connected()?.outlet;
        outlet.send(&addresses.of_event(&event.name)?, mail::letter(event, addresses, false)?, None)
    }

    /// Ready when the broker keeps the event.
    pub(super) async fn publish_durably(
        &self,
        event: &Envelope,
        addresses: AmqpAddresses,
    ) -> Result<(), ProviderError> {
        let (keeper, kept) = oneshot::channel();
        {
            let outlet = self.connected()?.outlet;
            let address = addresses.of_event(&event.name)?;
            outlet.send(&address, mail::letter(event, addresses, true)?, Some(keeper))?;
        }
        match kept.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(ended @ Ended::Refused(_))) => Err(ProviderError::Other(ended.into())),
            Ok(Err(ended)) => Err(ProviderError::Unreachable(ended.to_string())),
            Err(_) => Err(ProviderError::Unreachable(self.0.lock().reason.clone())),
        }
    }

    /// From now on, also after the connection has been made again.
    pub(super) async fn want(
        &self,
        subscription: &Subscription,
        door: AmqpAddresses,
        process: &str,
    ) -> Result<(), ProviderError> {
        // What can never be named there is told at once.
        door.place(subscription, process, "00000000")?;
        let (id, connected) = {
            let mut state = self.0.lock();
            if state.wanted.iter().any(|(_, known)| known == subscription) {
                return Ok(());
            }
            state.last += 1;
            let id = state.last;
            state.wanted.push((id, subscription.clone()));
            // Without a connection it is asked for as soon as there is one.
            let Some(connected) = state.connected.clone() else { return Ok(()) };
            (id, connected)
        };
        let (done, heard) = oneshot::channel();
        let subscription = subscription.clone();
        let _asked_for_again = connected.wishes.send(Wish::Hear { id, subscription, done });
        match heard.await {
            Ok(Err(ended @ Ended::Refused(_))) => {
                self.0.lock().wanted.retain(|(known, _)| *known != id);
                Err(ProviderError::Other(ended.into()))
            }
            // When there is a connection again, it is asked for again.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    pub(super) async fn no_longer(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        let (id, connected) = {
            let mut state = self.0.lock();
            let Some(place) = state.wanted.iter().position(|(_, known)| known == subscription) else {
                return Ok(());
            };
            (state.wanted.remove(place).0, state.connected.clone())
        };
        let (done, over) = oneshot::channel();
        if let Some(connected) = connected
            && connected.wishes.send(Wish::HearNoMore { id, done }).is_ok()
        {
            // Without a connection nothing comes.
            let _gone = over.await;
        }
        Ok(())
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
        if let Ok(connected) = self.connected() {
            // The application has a deadline of its own for all of this. What is left then is told when the connection ends.
            let _some_are_left = timeout(PATIENCE, connected.outlet.is_empty()).await;
            if connected.wishes.send(Wish::Part).is_ok()
                && let Some(task) = &mut parting.task
                && timeout(FAREWELL, task).await.is_ok()
            {
                parting.task = None;
            }
        }
        if let Some(task) = parting.task.take() {
            task.abort();
            let _it_was_told_to = task.await;
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
