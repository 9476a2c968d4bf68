//! Which providers there are, and what goes by them.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::builder::AppBuilder;
use super::check::OWN_SECTION;
use super::code::FaultCode;
use super::faults::Faults;
use super::listed_providers::Wrong;
use super::plan::{Framework, Planned};
use crate::address::{EventPattern, hint, module_name};
use crate::config::Config;
use crate::metadata::Priority;
use crate::provider::{
    EventRoute, Given, ModuleRoute, Provider, Routes, Subscription, Via, erase, needs, stays_here,
};
use crate::registry::listed_events;

/// What is said about other processes in code.
#[derive(Debug, Default)]
pub(super) struct Outside {
    pub(super) process: Option<String>,
    pub(super) providers: Vec<Given>,
    routes: Vec<Stated>,
}

impl Outside {
    pub(super) const fn new() -> Self {
        Self { process: None, providers: Vec::new(), routes: Vec::new() }
    }
}

/// A route as code or a file states it.
#[derive(Debug, Clone)]
struct Stated {
    what: What,
    via: Via,
    priority: Option<Priority>,
    /// Its place in the file.
    number: Option<usize>,
}

#[derive(Debug, Clone)]
enum What {
    Event(String),
    Module(String),
}

impl AppBuilder {
    /// Calls this process by a name that none of those has with which it is connected; letters, digits, `_` and `-`. Otherwise the
    /// program's name and a number that nobody else is likely to have. What is stated here wins over the configuration.
    pub fn process(mut self, name: &str) -> Self {
        self.outside.process = Some(name.to_owned());
        self
    }

    /// Adds a way to other processes; routes name it.
    ///
    /// # Examples
    ///
    /// See [`provider`](crate::provider).
    pub fn provider(mut self, name: &str, provider: impl Provider) -> Self {
        self.outside.providers.push(Given { name: name.into(), provider: erase(provider) });
        self
    }

    /// Has an event, or all whose names match a pattern, go to other processes and come from them. In a configuration this is
    /// `routes: [ { event: motion, via: home } ]`, with `durable: true` and `group: billing` beside it as [`Via`] says.
    pub fn route_event(self, event: &str, via: impl Into<Via>) -> Self {
        self.route(What::Event(event.to_owned()), via.into())
    }

    /// Says that a module is in another process, or, where it is in this one, that others reach it by this way. In a configuration
    /// this is `routes: [ { module: cellar_pump, via: home } ]`, where a `priority` beside it is the highest that calls
    /// from elsewhere have.
    pub fn route_module(self, module: &str, via: &str) -> Self {
        self.route(What::Module(module.to_owned()), Via::provider(via))
    }

    fn route(mut self, what: What, via: Via) -> Self {
        self.outside.routes.push(Stated { what, via, priority: None, number: None });
        self
    }
}

/// A route as a file states it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListedRoute {
    event: Option<String>,
    module: Option<String>,
    via: String,
    priority: Option<Priority>,
    durable: Option<bool>,
    group: Option<String>,
}

/// Everything about other processes, checked.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) process: String,
    pub(super) providers: Vec<Given>,
    pub(super) routes: Routes,
}

impl Checked {
    /// The modules that are elsewhere.
    pub(super) fn elsewhere(&self) -> impl Iterator<Item = &str> {
        self.routes.modules.iter().filter(|route| !route.is_here).map(|route| &*route.module)
    }
}

/// Reads and checks what is said about other processes.
pub(super) fn check_routes(
    outside: Outside,
    framework: &Framework,
    config: &Config,
    is_here: impl Fn(&str) -> bool,
    faults: &mut Faults,
) -> Checked {
    let Outside { process, mut providers, routes: mut stated } = outside;
    let process = process.or_else(|| framework.process.clone());
    if let Some(process) = &process
        && let Err(error) = module_name(process)
    {
        faults.add(FaultCode::Provider, || format!("the name of the process: {error}"));
    }
    let has_name = process.is_some();
    let process = process.unwrap_or_else(own_name);
    add_listed(&mut providers, framework, &process, config, faults);
    check_names(&providers, faults);
    stated.extend(listed(framework, config, faults));
    let mut checked = Checked { process, providers, routes: Routes::default() };
    let mut seen = BTreeSet::new();
    for route in stated {
        let place = |key: &str, message: String| match route.number {
            Some(number) => {
                config.fault_at_value(&format!("{OWN_SECTION}.routes.{number}.{key}"), message).to_string()
            }
            None => message,
        };
        let names: Vec<&str> = checked.providers.iter().map(|given| &*given.name).collect();
        let Some(via) = names.iter().position(|name| *name == route.via.provider) else {
            let provider = &route.via.provider;
            let message = format!("there is no provider `{provider}`{}", hint(provider, &names));
            faults.add(FaultCode::Route, || place("via", message));
            continue;
        };
        match &route.what {
            What::Event(event) => match event_route(event, via, &route.via) {
                Ok(found)
                    if found.subscription.is_durable && found.subscription.group.is_none() && !has_name =>
                {
                    faults.add(FaultCode::Route, || {
                        place("durable", format!("`{event}` would be kept under the name of this process, which has none of its own; write `process: kitchen`, or a `group`"))
                    });
                }
                Ok(found) if seen.insert((event.clone(), Some(via))) => checked.routes.events.push(found),
                Ok(_) => faults.add(FaultCode::Route, || {
                    place("event", format!("the event `{event}` has this route already"))
                }),
                Err(wrong) => faults.add(FaultCode::Route, || place("event", wrong)),
            },
            What::Module(module) => match module_name(module) {
                Ok(()) if seen.insert((module.clone(), None)) => checked.routes.modules.push(ModuleRoute {
                    module: module.as_str().into(),
                    via,
                    highest: route.priority.unwrap_or(Priority::Highest),
                    is_here: is_here(module),
                }),
                Ok(()) => faults.add(FaultCode::Route, || {
                    place("module", format!("the module `{module}` has a route already"))
                }),
                Err(error) => faults.add(FaultCode::Route, || place("module", error.to_string())),
            },
        }
    }
    checked
}

/// The program, and a number that another process of it is not likely to have.
fn own_name() -> String {
    use std::hash::{BuildHasher, RandomState};
    let program = std::env::current_exe().ok();
    let program = program.as_deref().and_then(|path| path.file_stem()).and_then(|name| name.to_str());
    let is_sign = |sign: &char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
    let program: String = program.unwrap_or("process").chars().filter(is_sign).collect();
    format!("{program}-{:08x}", RandomState::new().hash_one(std::process::id()) as u32)
}

fn add_listed(
    providers: &mut Vec<Given>,
    framework: &Framework,
    process: &str,
    config: &Config,
    faults: &mut Faults,
) {
    for (name, listed) in &framework.providers {
        match listed.make(name, process) {
            Ok(provider) => providers.push(Given { name: name.as_str().into(), provider }),
            Err(Wrong { key, message }) => faults.add(FaultCode::Provider, || {
                let dot = if key.is_empty() { "" } else { "." };
                let path = format!("{OWN_SECTION}.providers.{name}{dot}{key}");
                config.fault_at_value(&path, message).to_string()
            }),
        }
    }
}

fn check_names(providers: &[Given], faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for given in providers {
        if let Err(error) = module_name(&given.name) {
            faults.add(FaultCode::Provider, || format!("the name of a provider: {error}"));
        }
        if !seen.insert(&given.name) {
            faults.add(FaultCode::Provider, || format!("the provider `{}` is given twice", given.name));
        }
    }
}

fn listed(framework: &Framework, config: &Config, faults: &mut Faults) -> Vec<Stated> {
    let mut stated = Vec::new();
    for (number, route) in framework.routes.iter().enumerate() {
        let place = |message: &str| {
            config.fault_at_value(&format!("{OWN_SECTION}.routes.{number}"), message).to_string()
        };
        let what = match (&route.event, &route.module) {
            (Some(event), None) if route.priority.is_none() => What::Event(event.clone()),
            (None, Some(module)) if route.durable.is_none() && route.group.is_none() => {
                What::Module(module.clone())
            }
            (None, Some(_)) => {
                let message = "`durable` and `group` are for events; a module is served by one process";
                faults.add(FaultCode::Route, || place(message));
                continue;
            }
            (Some(_), None) => {
                let message = "a `priority` is for the calls of a module; events keep theirs";
                faults.add(FaultCode::Route, || place(message));
                continue;
            }
            _ => {
                let message = "a route is for an `event` or for a `module`: `{ event: motion, via: home }`";
                faults.add(FaultCode::Route, || place(message));
                continue;
            }
        };
        let via = Via { provider: route.via.clone(), group: route.group.clone(), is_durable: route.durable };
        stated.push(Stated { what, via, priority: route.priority, number: Some(number) });
    }
    stated
}

fn event_route(event: &str, via: usize, terms: &Via) -> Result<EventRoute, String> {
    if stays_here(event) {
        return Err(format!("`{event}` is the framework's own event and stays in its process"));
    }
    let pattern: EventPattern =
        event.parse().map_err(|error: crate::address::NameError| error.to_string())?;
    let mut subscription = Subscription::to(event);
    if let Some(group) = &terms.group {
        module_name(group).map_err(|error| format!("the name of the group: {error}"))?;
        subscription = subscription.in_group(group);
    }
    let of_type = || listed_events().into_iter().any(|known| known.info.name == event && known.info.durable);
    if terms.is_durable.unwrap_or_else(of_type) {
        subscription = subscription.durable();
    }
    Ok(EventRoute { pattern, via, subscription, groups: Vec::new() })
}

/// Whether each provider can do what its routes and the groups of handlers ask for.
pub(super) fn check_capabilities(checked: &Checked, faults: &mut Faults) {
    for (via, given) in checked.providers.iter().enumerate() {
        let capabilities = given.provider.capabilities();
        for (capability, what) in needs(&checked.routes, via) {
            if !capabilities.has(capability) {
                let (name, kind) = (&given.name, given.provider.kind());
                faults.add(FaultCode::Route, || {
                    format!(
                        "{what} cannot go via `{name}`: a provider of kind `{kind}` can do no {capability}"
                    )
                });
            }
        }
    }
}

/// Whether a module is among those that are to be started, or at least listed.
pub(super) fn is_planned(planned: &[Planned], name: &str) -> bool {
    planned.iter().any(|instance| &*instance.name == name)
}
