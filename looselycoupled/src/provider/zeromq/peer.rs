//! A process at a broker, ours or MrEventLoop's.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::broker::EVERYTHING;
use super::connection::{Ended, Reader, Side, Writer, greet};
use super::endpoint::Endpoint;
use super::frames::{Received, message};
use super::outlet::Outlet;
use super::request::{Arriving, Unreadable, probe, read, write};
use crate::address::EventPattern;
use crate::provider::pauses::{FIRST_PAUSE, LONGEST_PAUSE, jittered};
use crate::provider::{Envelope, Link, ProviderError, ProviderState, Subscription};
use crate::sync::{Arc, Mutex};

/// Between two probes while none has come back, at first, and at most.
const FIRST_PROBES: Duration = Duration::from_millis(10);
const SLOWEST_PROBES: Duration = Duration::from_millis(250);

/// Between two probes when they come back.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// So long none may come back while nothing else is to be done.
const SILENCE: Duration = Duration::from_secs(5);

/// The characters of a nonce behind the name of its process.
const NONCE: usize = 2 * 17;

/// How long what has been accepted may take to leave at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// Where the broker is.
#[derive(Debug)]
pub(super) struct Place {
    /// Where it publishes.
    pub(super) hears: Endpoint,
    /// Where it hears.
    pub(super) sends: Endpoint,
}

#[derive(Debug, Default)]
struct State {
    /// What leaves, once it is known to come through.
    outlet: Option<Arc<Outlet>>,
    /// Why there is none.
    reason: String,
    wanted: Vec<(Subscription, EventPattern)>,
    link: Option<Link>,
    /// The number of the last message.
    last: u64,
    /// What no other peer, and no other connection of this one, sends probes as.
    nonce: String,
    /// Since when another process of the same name is there.
    twin_since: Option<Instant>,
    is_twin_told: bool,
    task: Option<JoinHandle<()>>,
}

/// A process at a broker.
#[derive(Debug)]
pub(super) struct Peer {
    state: Mutex<State>,
    /// The number of the last probe that has come back.
    back: watch::Sender<u64>,
    /// What all nonces of this peer begin with, behind the name of the process.
    mark: String,
}

impl Default for Peer {
    fn default() -> Self {
        let mark = format!("-{:016x}", RandomState::new().hash_one(0_u8));
        Self { state: Mutex::default(), back: watch::Sender::new(0), mark }
    }
}

impl Peer {
    /// Connects, and connects again, until it is stopped.
    pub(super) fn connect(this: &Arc<Self>, place: Place, link: Link) {
        let peer = Arc::clone(this);
        let mut state = this.state.lock();
        state.reason = format!("nothing has come back from a broker at `{}` yet", place.sends);
        state.link = Some(link.clone());
        state.task = Some(tokio::spawn(async move { peer.stay_connected(&place, &link).await }));
    }

    async fn stay_connected(&self, place: &Place, link: &Link) {
        let mut pause = FIRST_PAUSE;
        link.tell_state(ProviderState::Connecting, None);
        loop {
            let began = Instant::now();
            let ended = self.visit(place, link).await;
            let reason = self.lose(&ended);
            link.tell_state(ProviderState::Connecting, Some(&reason));
            if began.elapsed() > LONGEST_PAUSE {
                pause = FIRST_PAUSE;
            }
            sleep(jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Nothing leaves any more; in words, why.
    fn lose(&self, ended: &Ended) -> String {
        let mut state = self.state.lock();
        state.outlet = None;
        state.reason = ended.to_string();
        state.reason.clone()
    }

    /// One connection, from its beginning to its end.
    async fn visit(&self, place: &Place, link: &Link) -> Ended {
        match Self::settle_in(place).await {
            Ok((hearing, sending)) => self.stay(hearing, sending, link).await,
            Err(ended) => ended,
        }
    }

    /// Both ways, and a subscription to all there is.
    async fn settle_in(place: &Place) -> Result<((Reader, Writer), (Reader, Writer)), Ended> {
        let (reader, mut writer) = greet(place.hears.connect().await?, Side::Subscribes).await?;
        writer.write_all(&message(&[EVERYTHING])).await?;
        writer.flush().await?;
        let sending = greet(place.sends.connect().await?, Side::Publishes).await?;
        Ok(((reader, writer), sending))
    }

    async fn stay(&self, hearing: (Reader, Writer), sending: (Reader, Writer), link: &Link) -> Ended {
        let outlet = Arc::new(Outlet::default());
        let nonce = format!("{}{}-{:016x}", link.process(), self.mark, RandomState::new().hash_one(0_u8));
        self.state.lock().nonce.clone_from(&nonce);
        let (mut told, writer) = sending;
        let told = async {
            loop {
                // The broker says that it hears everything. Nothing is made of that: what counts is what comes back.
                if let Err(ended) = told.next().await {
                    break ended;
                }
            }
        };
        let ended = tokio::select! {
            ended = self.hear(hearing.0, &outlet, link) => ended,
            ended = told => ended,
            ended = outlet.write_to(writer) => ended,
            ended = self.send_probes(&nonce, &outlet) => ended,
        };
        link.tell_lost(outlet.lost(), &ended);
        ended
    }

    /// Until one comes back often, then as often as a heart beats.
    async fn send_probes(&self, nonce: &str, outlet: &Arc<Outlet>) -> Ended {
        let (mut back, mut pause) = (self.back.subscribe(), FIRST_PROBES);
        back.mark_unchanged();
        loop {
            // Where there is no room, others are on their way that show the same.
            let _shown_by_others = outlet.send(message(&[probe(nonce, self.number())]));
            if self.state.lock().outlet.is_some() {
                sleep(HEARTBEAT).await;
            } else {
                let _not_yet = timeout(pause, back.changed()).await;
                pause = (pause * 2).min(SLOWEST_PROBES);
            }
        }
    }

    fn number(&self) -> u64 {
        let mut state = self.state.lock();
        state.last += 1;
        state.last
    }

    /// Only the time that is spent waiting counts: who takes long to handle what comes does not hear its own probes in time.
    async fn hear(&self, mut reader: Reader, outlet: &Arc<Outlet>, link: &Link) -> Ended {
        let mut patience = Instant::now() + SILENCE;
        loop {
            let received = match timeout_at(patience, reader.next()).await {
                Ok(Ok(received)) => received,
                Ok(Err(ended)) => return ended,
                Err(_) => return Ended::Deaf,
            };
            let came = Instant::now();
            if self.take(received, outlet, link).await {
                patience = Instant::now() + SILENCE;
            } else {
                patience += came.elapsed();
            }
        }
    }

    /// True if it was a probe of this connection.
    async fn take(&self, received: Received, outlet: &Arc<Outlet>, link: &Link) -> bool {
        let arriving = match &received {
            Received::Message(frames) => match &**frames {
                [text] => read(text, |event| self.wants(event), |event| link.form(event)),
                _ => Err(unreadable("it has several frames")),
            },
            Received::TooLong(bytes) => Err(unreadable(&format!("it takes {bytes} bytes"))),
            Received::Command(_) => return false,
        };
        match arriving {
            Ok(Arriving::Event(event)) => {
                link.event(event).await;
            }
            Ok(Arriving::Probe { sender, number }) => return self.is_back(&sender, number, outlet, link),
            Ok(Arriving::Unwanted) => {}
            Err(Unreadable { what, why }) => link.tell_unreadable(&what, &why),
        }
        false
    }

    fn wants(&self, event: &str) -> bool {
        self.state.lock().wanted.iter().any(|(_, pattern)| pattern.matches(event))
    }

    /// What is sent comes through, and what comes through is heard.
    fn is_back(&self, sender: &str, number: u64, outlet: &Arc<Outlet>, link: &Link) -> bool {
        let is_first = {
            let mut state = self.state.lock();
            if sender != state.nonce {
                drop(state);
                self.look_for_a_twin(sender, link);
                return false;
            }
            state.outlet.replace(Arc::clone(outlet)).is_none()
        };
        self.back.send_replace(number);
        if is_first {
            link.tell_state(ProviderState::Connected, None);
        }
        true
    }

    /// Two of one name take what the other one sends for their own, and hear nothing of it.
    fn look_for_a_twin(&self, sender: &str, link: &Link) {
        let process = link.process();
        let mark = sender.strip_prefix(process).filter(|mark| mark.len() == NONCE && mark.starts_with('-'));
        if mark.is_none_or(|mark| mark.starts_with(&*self.mark)) {
            return;
        }
        let mut state = self.state.lock();
        let since = *state.twin_since.get_or_insert_with(Instant::now);
        // One that has just ended may have left a few.
        if since.elapsed() < HEARTBEAT / 2 || std::mem::replace(&mut state.is_twin_told, true) {
            return;
        }
        drop(state);
        tracing::warn!(
            target: "looselycoupled",
            "another process at the broker is called `{process}` as well: neither hears the other; processes need names of their own, by `AppBuilder::process`, or `process:` in the configuration (said once)"
        );
    }

    fn outlet(&self) -> Result<Arc<Outlet>, ProviderError> {
        let state = self.state.lock();
        state.outlet.clone().ok_or_else(|| ProviderError::Unreachable(state.reason.clone()))
    }

    pub(super) fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        let outlet = self.outlet()?;
        let form = self.state.lock().link.as_ref().and_then(|link| link.form(&event.name));
        let text = write(event, form.as_ref(), self.number())?;
        let sent = outlet.send_event(message(&[text]));
        sent.map_err(|_| ProviderError::Full("the broker does not read".to_owned()))
    }

    pub(super) fn want(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        let pattern = subscription.event.parse().map_err(|error| ProviderError::Other(Box::new(error)))?;
        self.state.lock().wanted.push((subscription.clone(), pattern));
        Ok(())
    }

    pub(super) fn no_longer(&self, subscription: &Subscription) {
        self.state.lock().wanted.retain(|(known, _)| known != subscription);
    }

    /// Ends when all that was sent has come through the broker.
    pub(super) async fn stop(&self) {
        let (task, nonce) = {
            let mut state = self.state.lock();
            (state.task.take(), state.nonce.clone())
        };
        let mut parting = Parting { peer: self, task };
        if let Ok(outlet) = self.outlet() {
            let mut back = self.back.subscribe();
            let last = self.number();
            // It comes back after all that was sent before.
            let through = async {
                while outlet.send(message(&[probe(&nonce, last)])).is_err() {
                    sleep(Duration::from_millis(5)).await;
                }
                back.wait_for(|number| *number >= last).await.is_ok()
            };
            if !timeout(FAREWELL, through).await.unwrap_or(false) {
                tracing::warn!(target: "looselycoupled", "whether all that was sent has come to the broker is not known");
            }
        }
        if let Some(task) = parting.task.take() {
            task.abort();
            let _it_was_told_to = task.await;
        }
    }
}

fn unreadable(why: &str) -> Unreadable {
    Unreadable { what: "a message".to_owned(), why: why.to_owned() }
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
