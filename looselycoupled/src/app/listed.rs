//! What the configuration lists, and the sections that belong to it.

use std::collections::HashSet;

use super::check::OWN_SECTION;
use super::code::FaultCode;
use super::faults::Faults;
use super::plan::{Framework, Listed, ListedIn, Planned, Source};
use crate::config::Config;
use crate::dispatch::Registration;
use crate::registry::{NotFound, Registry};

/// Names in the configuration's list of modules, whether or not the list can be read and the modules be made.
///
/// What one of them needs is not missing: its own mistake is reported already.
pub(super) struct Mentioned {
    modules: Vec<String>,
    /// Those of the modules above, shared or not.
    loops: HashSet<String>,
    /// Modules that are in other processes, as routes say.
    elsewhere: Vec<String>,
}

impl Mentioned {
    /// Looks at the keys only, since types and options may be wrong.
    pub(super) fn in_config(config: &Config) -> Self {
        let list = format!("{OWN_SECTION}.modules");
        let modules: Vec<String> = config.keys(&list).map(str::to_owned).collect();
        let shared = |name: &String| config.get(&format!("{list}.{name}.loop")).ok().flatten();
        let loops = modules.iter().map(|name| shared(name).unwrap_or_else(|| name.clone()));
        Self { loops: loops.collect(), modules, elsewhere: Vec::new() }
    }

    /// Whether the configuration names no module at all.
    pub(super) fn is_empty(&self) -> bool {
        self.modules.is_empty()
    }

    /// All names of modules, those that are given elsewhere included.
    pub(super) fn modules<'a>(&'a self, planned: &'a [Planned]) -> impl Iterator<Item = &'a str> {
        planned.iter().map(|instance| &*instance.name).chain(self.modules.iter().map(String::as_str))
    }

    /// Adds modules that are in other processes.
    pub(super) fn add_elsewhere<'a>(&mut self, modules: impl Iterator<Item = &'a str>) {
        self.elsewhere.extend(modules.map(str::to_owned));
    }

    /// Whether a module is listed there, be it one that cannot be made.
    pub(super) fn names_module(&self, name: &str) -> bool {
        self.modules.iter().any(|listed| listed == name)
    }

    /// Whether a module need not be in this process: it is listed and cannot be made, or it is in another one.
    pub(super) fn may_be_missing(&self, name: &str) -> bool {
        self.names_module(name) || self.elsewhere.iter().any(|elsewhere| elsewhere == name)
    }

    /// Whether a loop is named there, be it one of a module that cannot be made.
    pub(super) fn names_loop(&self, name: &str) -> bool {
        self.loops.contains(name)
    }
}

/// Adds the instances that the configuration lists, and those that attributes name.
pub(super) fn add_listed(
    planned: &mut Vec<Planned>,
    framework: &Framework,
    config: &Config,
    faults: &mut Faults,
) {
    let registry = Registry::collect();
    for (name, listed) in &framework.modules.0 {
        match registry.find(&listed.type_name) {
            Ok(found) => planned.push(from_registry(name, found, listed, ListedIn::Config)),
            Err(not_found) => {
                faults.add(code(&not_found), || type_not_found(config, name, &listed.type_name, not_found));
            }
        }
    }
    for (name, found) in registry.instances() {
        let listed = Listed { type_name: String::new(), event_loop: None, policy: None };
        let attribute = ListedIn::Attribute(found.descriptor.info.location);
        planned.push(from_registry(name, found, &listed, attribute));
    }
}

fn from_registry(name: &str, found: Registration, listed: &Listed, place: ListedIn) -> Planned {
    Planned {
        name: name.into(),
        descriptor: found.descriptor,
        source: Source::Registered(found),
        event_loop: listed.event_loop.clone(),
        on_list: None,
        on_thread: found.descriptor.info.pinned,
        policy: listed.policy.map(Box::new),
        listed: place,
    }
}

fn code(not_found: &NotFound) -> FaultCode {
    match not_found {
        NotFound::Unknown { .. } => FaultCode::UnknownType,
        NotFound::Ambiguous(_) => FaultCode::AmbiguousType,
    }
}

/// The message stands at the type, which may be the value of the instance or that of its key `type`.
fn type_not_found(config: &Config, name: &str, wanted: &str, not_found: NotFound) -> String {
    let path = format!("{OWN_SECTION}.modules.{name}");
    let detailed = format!("{path}.type");
    let path = if config.contains(&detailed) { detailed } else { path };
    let unknown = format!("no module type `{wanted}` is registered");
    match not_found {
        NotFound::Unknown { suggestion: Some(near) } => config.fault_at_value(&path, unknown).suggest(Some(&near)),
        NotFound::Unknown { suggestion: None } => {
            let crate_name = wanted.split_once("::").map_or("the_crate", |(crate_name, _)| crate_name);
            config.fault_at_value(&path, unknown).label(format!(
                "a crate that no code names is not linked: write `use {crate_name} as _;` in your program; a generic \
                 module needs `register!`"
            ))
        }
        NotFound::Ambiguous(names) => config
            .fault_at_value(&path, format!("several module types are called `{wanted}`"))
            .label(format!("write one of {}", names.join(", "))),
    }
    .to_string()
}
