//! One provider of an application, and what goes by it.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::departures::Departures;
use super::expectation::Expectation;
use super::form::Forms;
use super::outbox::{Sent, lose};
use super::recent::Recent;
use super::route::stays_here;
use super::{
    Envelope, ErasedProvider, EventRoute, Given, ProviderError, ProviderInfo, ProviderState, Subscription,
};
use crate::envelope::{EventRecord, PROVIDER_STATE};
use crate::lifecycle::Gate;
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::Application;
use crate::reply::BoxError;
use crate::statistics::{Counter, Loss};
use crate::sync::{Arc, AtomicBool, AtomicU8, AtomicU64, Mutex, Ordering, Weak};
use crate::value::Arguments;

/// How long a provider may take to say that it keeps an event.
const PATIENCE: Duration = Duration::from_secs(25);

/// Between two attempts to have an event kept that nobody waits for.
const PAUSE: Duration = Duration::from_millis(500);

/// One provider with everything that goes by it.
pub(super) struct Way {
    pub(super) name: Box<str>,
    pub(super) provider: Arc<dyn ErasedProvider>,
    pub(super) process: Arc<str>,
    pub(super) application: Weak<Application>,
    state: AtomicU8,
    /// In words, why it is in that state.
    reason: Mutex<String>,
    pub(super) sent: Arc<Sent>,
    pub(super) received: Received,
    /// Calls and tasks for modules elsewhere.
    pub(super) requested: Counter,
    /// Which events go out by it, and may come in.
    pub(super) events: Vec<EventRoute>,
    /// The modules of this process that others reach by it.
    pub(super) served: HashMap<Box<str>, Priority>,
    /// The durable events that have come last.
    pub(super) recent: Mutex<Recent>,
    /// What is expected of modules that are reached by it.
    pub(super) expectations: Vec<Expectation>,
    pub(super) forms: Arc<Forms>,
    /// Rises when it is connected, and when it is not any more.
    connections: AtomicU64,
    ids: Ids,
    pub(super) departures: Departures,
    /// Durable events are not taken in any more.
    closing: AtomicBool,
}

/// What is to go by one provider.
pub(super) struct Traffic {
    pub(super) events: Vec<EventRoute>,
    pub(super) served: HashMap<Box<str>, Priority>,
    pub(super) expectations: Vec<Expectation>,
    pub(super) forms: Arc<Forms>,
}

/// What has come by one provider.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) events: Counter,
    /// They were this process' own.
    pub(super) echoes: Counter,
    /// They had come before.
    pub(super) repeated: Counter,
    /// Interceptors rejected them, or they could not be read.
    pub(super) refused: Counter,
    pub(super) calls: Counter,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way")
            .field("name", &self.name)
            .field("provider", &self.provider.kind())
            .finish_non_exhaustive()
    }
}

impl Way {
    pub(super) fn new(
        Given { name, provider }: Given,
        process: &Arc<str>,
        application: &Arc<Application>,
        Traffic { events, served, expectations, forms }: Traffic,
    ) -> Self {
        Self {
            name,
            provider,
            process: Arc::clone(process),
            application: Arc::downgrade(application),
            state: AtomicU8::new(0),
            reason: Mutex::default(),
            sent: Arc::default(),
            received: Received::default(),
            requested: Counter::default(),
            events,
            served,
            recent: Mutex::default(),
            expectations,
            forms,
            connections: AtomicU64::new(0),
            ids: Ids::of(process),
            departures: Departures::default(),
            closing: AtomicBool::new(false),
        }
    }

    /// The routes that say what becomes of an event: those by which it is handed over, if there are such, otherwise all.
    fn deciding<'a>(&'a self, event: &'a str) -> impl Iterator<Item = &'a EventRoute> {
        let matching =
            self.events.iter().filter(move |route| !stays_here(event) && route.pattern.matches(event));
        let any = matching.clone().any(EventRoute::is_handed_over);
        matching.filter(move |route| !any || route.is_handed_over())
    }

    /// Whether such events go by it.
    pub(super) fn carries(&self, event: &str) -> bool {
        self.deciding(event).next().is_some()
    }

    /// Whether it decides who hears such an event, here as well.
    pub(super) fn decides_about(&self, event: &str) -> bool {
        self.deciding(event).any(EventRoute::is_handed_over)
    }

    /// Whether it is to keep such events.
    pub(super) fn keeps(&self, event: &str) -> bool {
        self.deciding(event).any(|route| route.subscription.is_durable)
    }

    /// Whether what comes for a group, or for none, is for everybody here rather than for handlers of that group.
    pub(super) fn is_for_all(&self, event: &str, group: Option<&str>) -> bool {
        self.deciding(event).any(|route| route.subscription.group.as_deref() == group)
    }

    /// What is to come by it, nothing twice.
    pub(super) fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        let all: BTreeSet<_> = self.events.iter().flat_map(EventRoute::subscriptions).collect();
        all.into_iter()
    }

    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    pub(super) fn state(&self) -> ProviderState {
        let states = [ProviderState::Stopped, ProviderState::Connecting, ProviderState::Connected];
        let raw = self.state.load(Ordering::Relaxed);
        states.into_iter().find(|state| *state as u8 == raw).unwrap_or(ProviderState::Stopped)
    }

    pub(super) fn info(&self) -> ProviderInfo {
        let (Sent { published, dropped, undelivered, lost }, received) = (&*self.sent, &self.received);
        ProviderInfo {
            name: self.name.to_string(),
            kind: self.provider.kind(),
            state: self.state(),
            reason: self.reason.lock().clone(),
            published: published.get(),
            dropped: dropped.get(),
            undelivered: undelivered.get(),
            lost: lost.get(),
            received: received.events.get(),
            echoes: received.echoes.get(),
            repeated: received.repeated.get(),
            refused: received.refused.get(),
            served: received.calls.get(),
            requested: self.requested.get(),
        }
    }

    pub(super) fn tell(&self, done: Result<(), ProviderError>, what: &str) {
        if let Err(error) = done {
            tracing::warn!(target: "looselycoupled", provider = %self.name, "it was not {what}: {error}");
        }
    }

    pub(super) fn tell_unreadable(&self, what: &str, reason: &dyn fmt::Display) {
        self.received.refused.add();
        let provider = &*self.name;
        tracing::error!(target: "looselycoupled", provider, what, "something has come that cannot be read, and is lost: {reason}");
    }

    pub(super) fn count_lost(&self, events: u64) {
        self.sent.lost.add_many(events);
    }

    pub(super) fn tell_lost(&self, events: u64, reason: &dyn fmt::Display) {
        self.count_lost(events);
        let provider = &*self.name;
        tracing::warn!(target: "looselycoupled", provider, lost = events, "events were on their way, and may not have arrived: {reason}");
    }

    /// The number of the present connection.
    pub(super) fn connection(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    pub(super) fn tell_state(self: &Arc<Self>, state: ProviderState, reason: Option<&str>) {
        let raw = state as u8;
        let is_same = self.state.swap(raw, Ordering::Relaxed) == raw;
        if !is_same {
            self.connections.fetch_add(1, Ordering::Relaxed);
        }
        if !is_same && state == ProviderState::Connected {
            Self::inquire(self);
        }
        let before = std::mem::replace(&mut *self.reason.lock(), reason.unwrap_or_default().to_owned());
        // Who tries again and again has nothing new to say, unless it fails in another way.
        if is_same && before == reason.unwrap_or_default() {
            return;
        }
        let provider = &*self.name;
        match reason {
            Some(reason) => tracing::warn!(target: "looselycoupled", provider, "{state}: {reason}"),
            None => tracing::info!(target: "looselycoupled", provider, "{state}"),
        }
        let Some(application) = self.application.upgrade() else { return };
        if application.gate() == Gate::Closed || !application.router.is_heard(PROVIDER_STATE) {
            return;
        }
        let arguments = Arguments::new()
            .with("provider", provider)
            .with("state", &state.to_string())
            .with("reason", &reason.unwrap_or_default());
        let lineage = Lineage::root(ModuleIndex::OUTSIDE, Priority::Normal);
        if let Ok(record) = EventRecord::named_from(PROVIDER_STATE, arguments, lineage, None) {
            let _heard = application.router.publish(&record, true);
        }
    }

    /// Has an event leave, if it goes by this provider.
    pub(super) fn send(&self, record: &EventRecord) -> bool {
        if !self.carries(record.name()) {
            return false;
        }
        if !self.departures.put(record, self.keeps(record.name())) {
            self.lose(record, &"the application is starting, or has ended");
        }
        true
    }

    /// Sends an event that nobody waits for.
    pub(super) async fn publish(&self, record: &EventRecord) {
        let sent = match self.envelope(record) {
            Ok(envelope) => self.provider.publish(envelope).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        match sent {
            Ok(()) => self.sent.published.add(),
            Err(reason) => self.lose(record, &*reason),
        }
    }

    /// Has an event kept. Ready when it is.
    pub(super) async fn keep(&self, record: &EventRecord) -> Result<(), BoxError> {
        let envelope = self.envelope(record)?.identified(&self.ids);
        self.publish_durably(envelope).await
    }

    async fn publish_durably(&self, envelope: Envelope) -> Result<(), BoxError> {
        match timeout(PATIENCE, self.provider.publish_durably(envelope)).await {
            Ok(Ok(())) => {
                self.sent.published.add();
                Ok(())
            }
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(format!("it has said nothing for {} seconds", PATIENCE.as_secs()).into()),
        }
    }

    /// Has an event kept that nobody waits for: tries until that is done, or until the application ends.
    pub(super) async fn keep_at_last(&self, record: &EventRecord) {
        let envelope = match self.envelope(record) {
            Ok(envelope) => envelope.identified(&self.ids),
            Err(error) => return self.lose(record, &*error),
        };
        let mut is_mentioned = false;
        // Under the same id: what was kept although nobody said so is recognised.
        while let Err(error) = self.publish_durably(envelope.clone()).await {
            if self.departures.are_ending() || is_final(&*error) {
                return self.lose(record, &*error);
            }
            if !std::mem::replace(&mut is_mentioned, true) {
                let (provider, event) = (&*self.name, record.name());
                tracing::warn!(target: "looselycoupled", provider, event, "the event waits, since it was not confirmed: {error}");
            }
            self.departures.ended_or(sleep(PAUSE)).await;
        }
    }

    fn envelope(&self, record: &EventRecord) -> Result<Envelope, BoxError> {
        let value = record.value().map_err(ToString::to_string)?;
        Ok(Envelope::of_event(record, &self.process, value.clone()))
    }

    fn lose(&self, record: &EventRecord, reason: &dyn fmt::Display) {
        self.sent.undelivered.add();
        let (provider, event) = (&*self.name, record.name());
        tracing::warn!(target: "looselycoupled", provider, event, "the event did not leave: {reason}");
        if let Some(application) = self.application.upgrade() {
            lose(&application.services, record, Loss::Undelivered);
        }
    }
}

/// Whether it is of no use to send the same again.
fn is_final(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    use ProviderError::{Full, Unreachable};
    error.downcast_ref().is_some_and(|error| !matches!(error, Unreachable(_) | Full(_)))
}

/// Gives durable events names that no others have.
#[derive(Debug)]
pub(super) struct Ids {
    /// The process, and a number that it has not had before.
    prefix: Box<str>,
    last: AtomicU64,
}

impl Ids {
    fn of(process: &str) -> Self {
        let random = RandomState::new().hash_one(process);
        Self { prefix: format!("{process}-{random:016x}").into(), last: AtomicU64::new(0) }
    }

    pub(super) fn next(&self) -> String {
        format!("{}-{}", self.prefix, self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
