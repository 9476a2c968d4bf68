//! What goes out of an application, and comes in.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::envelope::{DEADLINE, MODE, Origin, TASK, source};
use super::outbox::{Outbox, Outgoing, Sent, lose};
use super::{
    Answer, Arrival, Capability, Envelope, ErasedProvider, Link, ModuleRoute, ProviderError, ProviderInfo,
    ProviderState, RemoteError, Routes,
};
use crate::address::EventPattern;
use crate::envelope::{EventRecord, PROVIDER_STATE, is_own};
use crate::event::publish;
use crate::interceptor::{Interceptors, Message, Rejected};
use crate::lifecycle::Gate;
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::{Application, Departure, Elsewhere, Handle, Journey};
use crate::reply::CallError;
use crate::router::Listener;
use crate::statistics::{Counter, Loss};
use crate::sync::{Arc, AtomicU8, Mutex, Ordering, Weak};
use crate::value::{Arguments, Value};

/// The time of calls that would have no deadline: who is elsewhere may never answer.
const TIME: Duration = Duration::from_secs(25);

/// One provider with everything that goes by it.
pub(super) struct Way {
    name: Box<str>,
    provider: Arc<dyn ErasedProvider>,
    process: Arc<str>,
    application: Weak<Application>,
    state: AtomicU8,
    /// In words, why it is in that state.
    reason: Mutex<String>,
    sent: Arc<Sent>,
    pub(super) received: Received,
    /// Calls and tasks for modules elsewhere.
    requested: Counter,
    /// Which events go out by it, and may come in.
    events: Vec<EventPattern>,
    /// The modules of this process that others reach by it.
    served: HashMap<Box<str>, Priority>,
    publishing: Mutex<Option<JoinHandle<()>>>,
}

/// What has come by one provider.
#[derive(Debug, Default)]
pub(super) struct Received {
    events: Counter,
    /// They were this process' own.
    echoes: Counter,
    /// Interceptors rejected them, or they could not be read.
    refused: Counter,
    calls: Counter,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way")
            .field("name", &self.name)
            .field("provider", &self.provider.kind())
            .finish_non_exhaustive()
    }
}

/// All providers of an application, and where what is not here is.
#[derive(Debug)]
pub(crate) struct Exchange {
    ways: Vec<Arc<Way>>,
    routes: Routes,
    /// The modules that are elsewhere.
    modules: HashMap<Box<str>, usize>,
    process: Arc<str>,
    application: Weak<Application>,
}

/// A provider as an application was given it.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) name: Box<str>,
    pub(crate) provider: Arc<dyn ErasedProvider>,
}

impl Exchange {
    pub(crate) fn new(
        application: &Arc<Application>,
        process: Arc<str>,
        providers: Vec<Given>,
        routes: Routes,
    ) -> Arc<Self> {
        let is_served = |via: usize, route: &&ModuleRoute| route.via == via && route.is_here;
        let ways = providers.into_iter().enumerate().map(|(via, Given { name, provider })| {
            let events = routes.events.iter().filter(|route| route.via == via);
            let served = routes.modules.iter().filter(|route| is_served(via, route));
            Arc::new(Way {
                name,
                provider,
                process: Arc::clone(&process),
                application: Arc::downgrade(application),
                state: AtomicU8::new(0),
                reason: Mutex::default(),
                sent: Arc::default(),
                received: Received::default(),
                requested: Counter::default(),
                events: events.map(|route| route.pattern.clone()).collect(),
                served: served.map(|route| (route.module.clone(), route.highest)).collect(),
                publishing: Mutex::default(),
            })
        });
        let ways = ways.collect();
        let elsewhere = routes.modules.iter().filter(|route| !route.is_here);
        let modules = elsewhere.map(|route| (route.module.clone(), route.via)).collect();
        Arc::new(Self { ways, routes, modules, process, application: Arc::downgrade(application) })
    }

    /// Has all providers begin to connect; stops at the first that cannot, and tells which.
    pub(crate) async fn start(&self) -> Result<(), (String, ProviderError)> {
        for way in &self.ways {
            let link = Link::new(Arc::clone(&self.process), way);
            way.provider.start(link).await.map_err(|error| (way.name.to_string(), error))?;
        }
        Ok(())
    }

    /// Lets events out and in, and calls in.
    pub(crate) async fn open(&self) -> Result<(), (String, ProviderError)> {
        let Some(application) = self.application.upgrade() else { return Ok(()) };
        for way in &self.ways {
            let failed = |error| (way.name.to_string(), error);
            if !way.events.is_empty() {
                let (outbox, waiting) = Outbox::new(&way.name, &application.services, &way.sent);
                let publishing = application.services.runtime.spawn(publish_all(Arc::clone(way), waiting));
                *way.publishing.lock() = Some(publishing);
                for (place, pattern) in way.events.iter().enumerate() {
                    let number = application.router.listeners.next_number();
                    let before = way.events[..place].to_vec();
                    let ear = Arc::new(Outgoing { outbox: Arc::clone(&outbox), before });
                    let (owner, pattern) = (ModuleIndex::OUTSIDE, pattern.clone());
                    application.router.listeners.add(Listener { number, owner, pattern, ear });
                }
                for pattern in &way.events {
                    way.provider.subscribe(pattern.as_str()).await.map_err(failed)?;
                }
            }
            for module in way.served.keys() {
                way.provider.serve(module).await.map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Lets nothing in any more.
    pub(crate) async fn close(&self) {
        for way in &self.ways {
            for pattern in &way.events {
                way.tell(way.provider.unsubscribe(pattern.as_str()).await, "unsubscribed");
            }
            for module in way.served.keys() {
                way.tell(way.provider.withdraw(module).await, "withdrew");
            }
        }
    }

    /// Sends off what has been accepted, and ends the providers.
    pub(crate) async fn stop(&self) {
        if let Some(application) = self.application.upgrade() {
            let listeners = &application.router.listeners;
            let outgoing = listeners.all().into_iter().filter(|listener| listener.ear.is_outbox());
            outgoing.for_each(|listener| {
                listeners.remove(&listener);
            });
        }
        for way in &self.ways {
            let publishing = way.publishing.lock().take();
            if let Some(publishing) = publishing {
                // All that fed it have gone, so it ends when nothing waits any more.
                let _panicked_and_told = publishing.await;
            }
            way.provider.stop().await;
        }
    }
}

impl Way {
    fn state(&self) -> ProviderState {
        let states = [ProviderState::Stopped, ProviderState::Connecting, ProviderState::Connected];
        let raw = self.state.load(Ordering::Relaxed);
        states.into_iter().find(|state| *state as u8 == raw).unwrap_or(ProviderState::Stopped)
    }

    fn info(&self) -> ProviderInfo {
        let (Sent { published, dropped, undelivered }, received) = (&*self.sent, &self.received);
        ProviderInfo {
            name: self.name.to_string(),
            kind: self.provider.kind(),
            state: self.state(),
            reason: self.reason.lock().clone(),
            published: published.get(),
            dropped: dropped.get(),
            undelivered: undelivered.get(),
            received: received.events.get(),
            echoes: received.echoes.get(),
            refused: received.refused.get(),
            served: received.calls.get(),
            requested: self.requested.get(),
        }
    }

    fn tell(&self, done: Result<(), ProviderError>, what: &str) {
        if let Err(error) = done {
            tracing::warn!(target: "looselycoupled", provider = %self.name, "it was not {what}: {error}");
        }
    }

    pub(super) fn tell_state(&self, state: ProviderState, reason: Option<&str>) {
        let raw = state as u8;
        let is_same = self.state.swap(raw, Ordering::Relaxed) == raw;
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

    async fn publish(&self, record: &EventRecord) {
        let sent = match record.value() {
            Ok(value) => {
                let envelope = Envelope::of_event(record, &self.process, value.clone());
                self.provider.publish(envelope).await.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        let Err(reason) = sent else { return self.sent.published.add() };
        self.sent.undelivered.add();
        let (provider, event) = (&*self.name, record.name());
        tracing::warn!(target: "looselycoupled", provider, event, "the event did not leave: {reason}");
        if let Some(application) = self.application.upgrade() {
            lose(&application.services, record, Loss::Undelivered);
        }
    }
}

async fn publish_all(way: Arc<Way>, mut waiting: Receiver<EventRecord>) {
    while let Some(record) = waiting.recv().await {
        way.publish(&record).await;
    }
}

/// Hands an event from elsewhere to everybody here.
pub(super) async fn arrive(way: &Way, event: Envelope) -> Arrival {
    if event.process() == Some(&way.process) {
        way.received.echoes.add();
        return Arrival::Echo;
    }
    // Whoever is connected may send what routes name, and nothing else: not what ends applications, or only they themselves say.
    if !way.events.iter().any(|pattern| pattern.matches(&event.name)) || is_own(&event.name) {
        way.received.refused.add();
        let (provider, event) = (&*way.name, &*event.name);
        tracing::warn!(target: "looselycoupled", provider, event, "an event has come that has no route here");
        return Arrival::Refused;
    }
    let Some(application) = way.application.upgrade().filter(|here| here.gate() != Gate::Closed) else {
        return Arrival::Refused;
    };
    let mut record = event.into_record();
    if let Some(interceptors) = Interceptors::of(&application.services) {
        match interceptors.receive(Message::of_event(record.clone())).await {
            Ok(message) => record = record.with_headers(message.into_lineage().headers),
            Err(Rejected { cause }) => {
                way.received.refused.add();
                let (provider, event) = (&*way.name, record.name());
                tracing::warn!(target: "looselycoupled", provider, event, "an event was rejected: {cause}");
                return Arrival::Refused;
            }
        }
    }
    way.received.events.add();
    Arrival::Heard(publish(&application, &record))
}

/// What a caller elsewhere is told when nobody is here any more.
pub(super) fn ended(address: &str) -> RemoteError {
    RemoteError::of(&CallError::ShuttingDown { address: address.into(), begun: false })
}

/// Serves a call from elsewhere.
pub(super) async fn serve(way: &Way, call: Envelope) -> Answer {
    let Some(application) = way.application.upgrade() else { return Err(ended(&call.name)) };
    way.received.calls.add();
    serve_here(way, application, call).await.map_err(|error| RemoteError::of(&error))
}

async fn serve_here(way: &Way, application: Arc<Application>, call: Envelope) -> Result<Value, CallError> {
    let address = call.name.clone();
    let module = address.split_once('.').map_or(&*address, |(module, _)| module);
    let handle = Handle::outside(Arc::clone(&application));
    let Some(highest) = way.served.get(module) else { return Err(handle.unknown_module(module)) };
    let mut lineage = call.lineage();
    // The lower one: nobody elsewhere pushes ahead of what the route allows.
    lineage.priority = lineage.priority.max(*highest);
    let (is_task, time) = (call.is_task(), call.time_left());
    let arguments = match call.body {
        Value::Null => Ok(Arguments::new()),
        body => Arguments::from_value(body),
    };
    let arguments = arguments
        .map_err(|cause| CallError::Argument { address: address.clone(), cause: Box::new(cause) })?;
    if let Some(interceptors) = Interceptors::of(&application.services) {
        let message = Message::of_task(!is_task, address.clone(), None, lineage);
        let received = interceptors.receive(message).await;
        let rejected = |Rejected { cause }| CallError::Rejected { address: address.clone(), cause };
        lineage = received.map_err(rejected)?.into_lineage();
    }
    if is_task {
        handle.enqueue_for(&address, arguments, lineage).await.map_err(own)?;
        return Ok(Value::Null);
    }
    let called = handle.exec_for(&address, arguments, lineage);
    let called = match time {
        Some(time) => called.timeout(time),
        None => called,
    };
    Ok(called.await?.into_value())
}

/// The error of a queued task, as of a call.
fn own(error: crate::error::Error) -> CallError {
    match error {
        crate::error::Error::Call(error) => *error,
        other => CallError::Failed(crate::reply::TaskFailure::of(other)),
    }
}

impl Elsewhere for Exchange {
    fn knows(&self, module: &str) -> bool {
        self.modules.contains_key(module)
    }

    fn modules(&self) -> Vec<String> {
        self.modules.keys().map(|module| module.to_string()).collect()
    }

    fn events(&self) -> Vec<String> {
        self.routes.events.iter().map(|route| route.pattern.to_string()).collect()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn depart(self: Arc<Self>, departure: Departure) -> Journey {
        Box::pin(async move { self.travel(departure).await })
    }
}

impl Exchange {
    async fn travel(&self, departure: Departure) -> Result<Value, CallError> {
        let Departure { address, arguments, lineage, deadline, is_awaited } = departure;
        let deadline = deadline.unwrap_or_else(|| Instant::now() + TIME);
        let journey = self.request(&address, arguments, lineage, (is_awaited, deadline));
        match timeout_at(deadline, journey).await {
            Ok(answer) => answer,
            // Nobody here knows how far it has come.
            Err(_) => Err(CallError::Timeout { address, begun: true }),
        }
    }

    async fn request(
        &self,
        address: &str,
        arguments: Arguments,
        mut lineage: Lineage,
        (is_awaited, deadline): (bool, Instant),
    ) -> Result<Value, CallError> {
        let module = address.split_once('.').map_or(address, |(module, _)| module);
        let way = self.modules.get(module).and_then(|via| self.ways.get(*via));
        let (Some(way), Some(application)) = (way, self.application.upgrade()) else {
            return Err(CallError::ShuttingDown { address: address.into(), begun: false });
        };
        let sender = application.services.name_of(lineage.source);
        if let Some(interceptors) = Interceptors::of(&application.services) {
            let message = Message::of_task(is_awaited, address.into(), sender.clone(), lineage);
            let rejected = |Rejected { cause }| CallError::Rejected { address: address.into(), cause };
            lineage = interceptors.send(message).await.map_err(rejected)?.into_lineage();
        }
        let body = arguments
            .into_value()
            .map_err(|cause| CallError::Argument { address: address.into(), cause: Box::new(cause) })?;
        let origin = Origin { source: source(&self.process, sender.as_deref()), lineage };
        let left = deadline.saturating_duration_since(Instant::now()).as_millis();
        let mut headers = origin.headers().with(DEADLINE, &left.to_string());
        if !is_awaited {
            headers = headers.with(MODE, TASK);
        }
        way.requested.add();
        match way.provider.request(Envelope { name: address.into(), headers, body }).await {
            Ok(answer) => answer.map_err(|error| error.into_call_error(address.into())),
            Err(error) => Err(CallError::Unreachable {
                address: address.into(),
                via: way.name.clone(),
                cause: error.into(),
            }),
        }
    }
}

/// What a route needs of its provider.
pub(crate) fn needs(routes: &Routes, via: usize) -> Vec<(Capability, String)> {
    let patterns = routes.events.iter().filter(|route| route.via == via && !route.pattern.is_literal());
    let modules = routes.modules.iter().filter(|route| route.via == via);
    let patterns = patterns.map(|route| (Capability::Patterns, format!("the event `{}`", route.pattern)));
    patterns
        .chain(modules.map(|route| (Capability::Calls, format!("the module `{}`", route.module))))
        .collect()
}

impl Handle {
    /// The ways to other processes, and what has gone by each, in the order in which they were given.
    ///
    /// What was sent and heard by a provider is `published + dropped + undelivered`, once nothing waits for it any more.
    #[must_use]
    pub fn providers(&self) -> Vec<ProviderInfo> {
        let elsewhere = self.application.elsewhere.get().map(|elsewhere| elsewhere.as_any());
        let exchange = elsewhere.and_then(<dyn Any>::downcast_ref::<Exchange>);
        exchange.map_or_else(Vec::new, |exchange| exchange.ways.iter().map(|way| way.info()).collect())
    }
}
