//! The check before the start: everything that can be known to be wrong, all at once.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::apps::check_apps;
use super::builder::{AppBuilder, ConfigSource};
use super::code::FaultCode;
use super::error::Fault;
use super::expectations::add_expectations;
use super::faults::Faults;
use super::groups::{Groups, find_groups};
use super::lints::{Lint, Wiring};
use super::listed::{Mentioned, add_listed};
use super::loops::{Members, check_loops};
use super::make::make;
use super::moves::Mover;
use super::plan::{Framework, ListedIn, Planned};
use super::promises::check_promises;
use super::routes::{self, check_capabilities, check_routes, is_planned};
use super::section::{Superfluous, check_readers};
use super::settings::check_settings;
use super::wiring::check_connections;
use crate::address::{EventPattern, module_name, nearest};
use crate::config::{Config, ConfigError};
use crate::envelope::EventTypeInfo;
use crate::event::Fitting;
use crate::event_loop::LoopOptions;
use crate::module::{Made, Maker, ModuleDescriptor, SubscriptionInfo};
use crate::supervision::Policy;
use crate::sync::Arc;

/// The section that belongs to the framework itself.
pub(super) const OWN_SECTION: &str = "looselycoupled";

/// An application of which everything has been found to fit.
pub(super) struct Checked {
    pub(super) instances: Vec<Instance>,
    pub(super) framework: Framework,
    pub(super) config: Config,
    pub(super) loops: BTreeMap<String, LoopOptions>,
    pub(super) types: Vec<EventTypeInfo>,
    pub(super) connections: Vec<Fitting>,
    pub(super) lints: Vec<Lint>,
    pub(super) partial: bool,
    pub(super) outside: routes::Checked,
    pub(super) groups: Groups,
}

/// One module that is ready to move in.
pub(super) struct Instance {
    pub(super) name: Arc<str>,
    pub(super) descriptor: &'static ModuleDescriptor,
    /// Made already; otherwise its maker makes it when it moves in.
    pub(super) made: Option<Made>,
    pub(super) maker: Option<Maker>,
    pub(super) event_loop: Option<String>,
    /// Its loop has a thread of its own.
    pub(super) on_thread: bool,
    /// Boxed, since most have none.
    pub(super) policy: Option<Box<Policy>>,
    pub(super) settings: Option<Arc<dyn Any + Send + Sync>>,
}

/// Checks an application.
pub(super) fn check(builder: AppBuilder) -> Result<Checked, Vec<Fault>> {
    let mut faults = Faults::default();
    check_profile(&mut faults);
    let AppBuilder {
        mut planned,
        config,
        loops,
        moves,
        policies,
        wires,
        stated,
        exception_file,
        partial,
        outside,
        ..
    } = builder;
    let config_in_hand = matches!(config, ConfigSource::Given(_));
    // Without its file nothing else can be judged: each section that is not read would count as missing.
    let Some(config) = faults.keep_read(load(config)) else { return Err(faults.into_list()) };
    let (framework, wrong) = config.section(OWN_SECTION).read_partly::<Framework>();
    let mut mentioned = Mentioned::in_config(&config);
    let is_listed = wrong.is_empty() || !mentioned.is_empty();
    let framework = framework.unwrap_or_default();
    faults.keep_read(ConfigError::check(wrong));
    check_settings(stated.blocking_threads, exception_file.as_deref(), &framework, &config, &mut faults);
    add_listed(&mut planned, &framework, &config, &mut faults);
    check_names(&planned, &config, &mut faults);
    let is_here = |name: &str| is_planned(&planned, name) || mentioned.names_module(name);
    let mut outside = check_routes(outside, &framework, &config, is_here, &mut faults);
    mentioned.add_elsewhere(outside.elsewhere());
    add_expectations(&mut outside, &planned);
    check_apps(&planned, &mentioned, partial, &mut faults);
    check_promises(&planned, &mentioned, partial, &mut faults);
    let mut mover = Mover::new(&mut planned, &mentioned, &mut faults);
    mover.move_by_code(moves);
    mover.move_by_config(&framework, &config);
    let mut misspelt = BTreeSet::new();
    // Without a list of modules every section would count as superfluous.
    if is_listed {
        let superfluous = Superfluous::find(&config, &planned, &mentioned);
        superfluous.tell(&config, &mentioned, &mut faults);
        misspelt = superfluous.misspelt(&config);
        check_readers(&config, config_in_hand, &planned, &mut faults);
    }
    check_policies(&policies, &planned, &mentioned, &mut faults);
    let members = Members { planned: &planned, mentioned: &mentioned, config: &config };
    let loops = check_loops(loops, &framework, &members, &mut faults);
    let types = check_event_types(&planned, &mut faults);
    check_patterns(&planned, &mut faults);
    let groups = find_groups(&planned, &mut outside, &mut faults);
    check_capabilities(&outside, &mut faults);
    let connections = check_connections(wires, &members, &types, &mut faults);
    let instances = planned.into_iter().filter_map(|instance| {
        let is_misspelt = misspelt.contains(&*instance.name);
        make(instance, &policies, &config, is_misspelt, &mut faults)
    });
    let instances: Vec<Instance> = instances.collect();
    let faults = faults.into_list();
    if !faults.is_empty() {
        return Err(faults);
    }
    let lints = if partial { Vec::new() } else { lints(&instances, &connections, &outside) };
    Ok(Checked { instances, framework, config, loops, types, connections, lints, partial, outside, groups })
}

fn check_profile(faults: &mut Faults) {
    if cfg!(panic = "abort") {
        faults.add(FaultCode::PanicAborts, || {
            "this program is built with `panic = \"abort\"`: a panic of one module would end all of them; remove \
             the line from the profile in Cargo.toml"
                .to_owned()
        });
    }
}

fn lints(instances: &[Instance], connections: &[Fitting], outside: &routes::Checked) -> Vec<Lint> {
    let modules = instances.iter().map(|instance| (&*instance.name, instance.descriptor)).collect();
    let wires = connections.iter().map(|fitting| &fitting.wire).collect();
    // Nobody has subscribed yet.
    let events = outside.routes.events.iter().map(|route| route.pattern.to_string()).collect();
    let elsewhere = outside.elsewhere().map(str::to_owned).collect();
    Wiring { modules, wires, subscribed: Vec::new(), events, elsewhere }.lints()
}

fn load(source: ConfigSource) -> Result<Config, ConfigError> {
    match source {
        ConfigSource::None => Ok(Config::new()),
        ConfigSource::Given(config) => Ok(*config),
        ConfigSource::File(path) => load_file(&path),
    }
}

#[cfg(feature = "yaml")]
fn load_file(path: &Path) -> Result<Config, ConfigError> {
    Config::load(path)
}

#[cfg(not(feature = "yaml"))]
fn load_file(path: &Path) -> Result<Config, ConfigError> {
    let message =
        format!("`{}` cannot be read: this program is built without the feature `yaml`", path.display());
    Err(Config::new().fault_at_key("", message, None).into())
}

fn check_names(planned: &[Planned], config: &Config, faults: &mut Faults) {
    let mut seen: BTreeMap<&str, &Planned> = BTreeMap::new();
    for instance in planned {
        let name = &*instance.name;
        if let Err(error) = module_name(name) {
            let fault = || instance.fault(config, None, error.to_string());
            faults.add(FaultCode::ModuleName, fault);
        }
        if let Some(first) = seen.insert(name, instance) {
            let message =
                format!("module `{name}` is listed twice: {}, and {}", first.listed, instance.listed);
            let in_file = [instance, first].into_iter().find(|one| matches!(one.listed, ListedIn::Config));
            faults.add(FaultCode::ListedTwice, || in_file.unwrap_or(instance).fault(config, None, message));
        }
        if name == OWN_SECTION {
            let message =
                format!("a module cannot be called `{OWN_SECTION}`: that section is the framework's own");
            faults.add(FaultCode::ModuleName, || instance.fault(config, None, message));
        }
    }
}

fn check_policies(
    policies: &BTreeMap<String, Policy>,
    planned: &[Planned],
    mentioned: &Mentioned,
    faults: &mut Faults,
) {
    let known: BTreeSet<&str> = mentioned.modules(planned).collect();
    for name in policies.keys().filter(|name| !known.contains(name.as_str())) {
        faults.add(FaultCode::NobodyToRestart, || {
            let near = nearest(name, mentioned.modules(planned));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!("a policy is set for module `{name}`, which does not exist{near}")
        });
    }
}

fn check_event_types(planned: &[Planned], faults: &mut Faults) -> Vec<EventTypeInfo> {
    let mut types: Vec<EventTypeInfo> = Vec::new();
    let mut by_name: BTreeMap<&str, EventTypeInfo> = BTreeMap::new();
    for handler in planned.iter().flat_map(|instance| instance.descriptor.handlers) {
        let SubscriptionInfo::Typed(wanted) = handler.info.subscription else { continue };
        let known = *by_name.entry(wanted.info.name).or_insert_with(|| {
            types.push(wanted);
            wanted
        });
        if !known.is_same(&wanted) {
            faults.add(FaultCode::TwoEventTypes, || format!(
                "two types carry the event name `{}`: `{}` ({}) and `{}` ({}); give one of them another with \
                 `#[event(name = \"…\")]`",
                known.info.name,
                known.info.type_name,
                known.info.location,
                wanted.info.type_name,
                wanted.info.location
            ));
        }
    }
    types
}

fn check_patterns(planned: &[Planned], faults: &mut Faults) {
    for instance in planned {
        for handler in instance.descriptor.handlers {
            if let Err(error) = handler.info.subscription.pattern().parse::<EventPattern>() {
                faults.add(FaultCode::EventName, || error.to_string());
            }
        }
    }
}
