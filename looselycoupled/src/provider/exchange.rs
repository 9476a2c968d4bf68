//! What goes out of an application, and comes in.

use std::any::Any;
use std::collections::HashMap;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::chain::departing;
use super::departures::Departures;
use super::envelope::{CHAIN, DEADLINE, MODE, Origin, TASK, source};
use super::form::Forms;
use super::outbox::Outgoing;
use super::way::{Traffic, Way};
use super::{
    Capability, Envelope, ErasedProvider, EventRoute, Link, ModuleRoute, ProviderError, ProviderInfo,
    ProviderState, RouteInfo, RouteOf, Routes,
};
use crate::envelope::EventRecord;
use crate::interceptor::{Interceptors, Message, Rejected};
use crate::metadata::ModuleIndex;
use crate::module::{Application, Confirmation, Departure, Elsewhere, Handle, Journey, Unconfirmed};
use crate::reply::CallError;
use crate::router::Listener;
use crate::sync::{Arc, Weak};
use crate::value::Value;

/// The time of calls that would have no deadline: who is elsewhere may never answer.
const TIME: Duration = Duration::from_secs(25);

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
        let forms = Arc::new(Forms::known(&application.descriptors));
        let ways = providers.into_iter().enumerate().map(|(via, given)| {
            let events = routes.events.iter().filter(|route| route.via == via).cloned().collect();
            let served = routes.modules.iter().filter(|route| is_served(via, route));
            let served = served.map(|route| (route.module.clone(), route.highest)).collect();
            let is_there = |module: &str| {
                routes.modules.iter().any(|route| route.via == via && *route.module == *module)
            };
            let expectations =
                routes.expectations.iter().filter(|known| is_there(&known.module)).cloned().collect();
            Arc::new(Way::new(
                given,
                &process,
                application,
                Traffic { events, served, expectations, forms: Arc::clone(&forms) },
            ))
        });
        let ways = ways.collect();
        let elsewhere = routes.modules.iter().filter(|route| !route.is_here);
        let modules = elsewhere.map(|route| (route.module.clone(), route.via)).collect();
        Arc::new(Self { ways, routes, modules, process, application: Arc::downgrade(application) })
    }

    /// That of an application.
    pub(super) fn of(application: &Application) -> Option<&Self> {
        application.elsewhere.get()?.as_any().downcast_ref()
    }

    fn route_infos(&self) -> Vec<RouteInfo> {
        let via = |via: usize| self.ways.get(via).map(|way| way.name.to_string()).unwrap_or_default();
        let events = self.routes.events.iter().map(|route| RouteInfo {
            of: RouteOf::Event(route.pattern.to_string()),
            via: via(route.via),
            group: route.subscription.group.as_deref().map(str::to_owned),
            durable: route.subscription.is_durable,
            here: false,
        });
        let modules = self.routes.modules.iter().map(|route| RouteInfo {
            of: RouteOf::Module(route.module.to_string()),
            via: via(route.via),
            group: None,
            durable: false,
            here: route.is_here,
        });
        events.chain(modules).collect()
    }

    /// By which a module elsewhere is reached.
    pub(super) fn way_to(&self, module: &str) -> Option<&Arc<Way>> {
        self.ways.get(*self.modules.get(module)?)
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
                let outbox = Departures::begin(way, &application.services);
                let mut before = Vec::new();
                for route in way.events.iter().filter(|route| !route.is_handed_over()) {
                    let number = application.router.listeners.next_number();
                    let ear = Arc::new(Outgoing { outbox: Arc::clone(&outbox), before: before.clone() });
                    let (owner, pattern) = (ModuleIndex::OUTSIDE, route.pattern.clone());
                    application.router.listeners.add(Listener { number, owner, pattern, ear });
                    before.push(route.pattern.clone());
                }
                for subscription in way.subscriptions() {
                    way.provider.subscribe(subscription).await.map_err(failed)?;
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
            way.close();
            for subscription in way.subscriptions().filter(|subscription| !subscription.is_durable) {
                way.tell(way.provider.unsubscribe(subscription).await, "unsubscribed");
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
            way.departures.end().await;
            way.provider.stop().await;
            way.tell_state(ProviderState::Stopped, None);
        }
    }
}

impl Elsewhere for Exchange {
    fn knows(&self, module: &str) -> bool {
        self.modules.contains_key(module)
    }

    fn is_reachable(&self, module: &str) -> bool {
        self.way_to(module).is_some_and(|way| way.state() == ProviderState::Connected)
    }

    fn modules(&self) -> Vec<String> {
        self.modules.keys().map(|module| module.to_string()).collect()
    }

    fn events(&self) -> Vec<String> {
        self.routes.events.iter().map(|route| route.pattern.to_string()).collect()
    }

    fn keep(self: Arc<Self>, record: &EventRecord) -> Option<Confirmation> {
        let keepers: Vec<_> = self.ways.iter().filter(|way| way.keeps(record.name())).cloned().collect();
        if keepers.is_empty() {
            return None;
        }
        let record = record.clone();
        Some(Box::pin(async move {
            let _named = record.transaction();
            for way in &keepers {
                way.keep(&record).await.map_err(|cause| Unconfirmed { via: way.name.clone(), cause })?;
            }
            let is_other = |way: &&Arc<Way>| !keepers.iter().any(|keeper| Arc::ptr_eq(keeper, way));
            let others = self.ways.iter().filter(is_other);
            Ok(keepers.len() + others.filter(|way| way.send(&record)).count())
        }))
    }

    fn hand_over(&self, record: &EventRecord) -> Option<usize> {
        if !self.ways.iter().any(|way| way.decides_about(record.name())) {
            return None;
        }
        let _named = record.transaction();
        Some(self.ways.iter().filter(|way| way.send(record)).count())
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
        let deadline = departure.deadline.unwrap_or_else(|| Instant::now() + TIME);
        let address = departure.address.clone();
        match timeout_at(deadline, self.request(departure, deadline)).await {
            Ok(answer) => answer,
            // Nobody here knows how far it has come.
            Err(_) => Err(CallError::Timeout { address, begun: true }),
        }
    }

    async fn request(&self, departure: Departure, deadline: Instant) -> Result<Value, CallError> {
        let Departure { address, arguments, mut lineage, is_awaited, caller, .. } = departure;
        let address = &*address;
        let module = address.split_once('.').map_or(address, |(module, _)| module);
        let (Some(way), Some(application)) = (self.way_to(module), self.application.upgrade()) else {
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
        } else if let Some(chain) = departing(&application.services, &self.process, caller) {
            headers = headers.with(CHAIN, &chain);
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
    let events = routes.events.iter().filter(|route| route.via == via);
    let modules = routes.modules.iter().filter(|route| route.via == via);
    let events = events.flat_map(|EventRoute { pattern, subscription, groups, .. }| {
        let needed = [
            (!pattern.is_literal()).then_some(Capability::Patterns),
            (subscription.group.is_some() || !groups.is_empty()).then_some(Capability::Groups),
            subscription.is_durable.then_some(Capability::Durable),
        ];
        needed.into_iter().flatten().map(move |capability| (capability, format!("the event `{pattern}`")))
    });
    events.chain(modules.map(|route| (Capability::Calls, format!("the module `{}`", route.module)))).collect()
}

impl Handle {
    /// The ways to other processes, and what has gone by each, in the order in which they were given.
    ///
    /// What was sent and heard by a provider is `published + dropped + undelivered`, once nothing waits for it any more.
    #[must_use]
    pub fn providers(&self) -> Vec<ProviderInfo> {
        Exchange::of(&self.application)
            .map_or_else(Vec::new, |exchange| exchange.ways.iter().map(|way| way.info()).collect())
    }

    /// What goes to other processes and comes from them, events first, each kind in the order in which it was stated.
    #[must_use]
    pub fn routes(&self) -> Vec<RouteInfo> {
        Exchange::of(&self.application).map_or_else(Vec::new, Exchange::route_infos)
    }
}
