//! The check before the start: everything that can be known to be wrong, all at once.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::builder::{AppBuilder, ConfigSource};
use super::error::Fault;
use super::listed::{Mentioned, add_listed};
use super::logging;
use super::make::make;
use super::options::LoopOptions;
use super::plan::{Framework, ListedIn, Planned};
use super::section::{check_readers, check_sections, is_misspelt};
use crate::address::{EventPattern, module_name, nearest};
use crate::blocking::BlockingPool;
use crate::config::{Config, ConfigError};
use crate::envelope::EventTypeInfo;
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
}

/// One module that is ready to move in.
pub(super) struct Instance {
    pub(super) name: Arc<str>,
    pub(super) descriptor: &'static ModuleDescriptor,
    /// Made already; otherwise its maker makes it when it moves in.
    pub(super) made: Option<Made>,
    pub(super) maker: Option<Maker>,
    pub(super) event_loop: Option<String>,
    pub(super) policy: Policy,
    pub(super) settings: Option<Arc<dyn Any + Send + Sync>>,
}

/// Collects faults, so that one mistake does not hide the next.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, message: impl Into<String>) {
        let fault = Fault { message: message.into() };
        // Two modules of one name read one section.
        if !self.0.contains(&fault) {
            self.0.push(fault);
        }
    }

    pub(super) fn keep<T, E: std::fmt::Display>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(error.to_string())).ok()
    }

    /// Each of the faults of a configuration is one to mend.
    pub(super) fn keep_read<T>(&mut self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|error| self.add_all(error)).ok()
    }

    fn add_all(&mut self, error: ConfigError) {
        error.into_faults().into_iter().for_each(|fault| self.add(fault.to_string()));
    }
}

/// Checks an application.
pub(super) fn check(builder: AppBuilder) -> Result<Checked, Vec<Fault>> {
    let mut faults = Faults::default();
    if cfg!(panic = "abort") {
        faults.add(
            "this program is built with `panic = \"abort\"`: a panic of one module would end all of them; remove \
             the line from the profile in Cargo.toml",
        );
    }
    let AppBuilder { mut planned, config, loops, policies, stated, .. } = builder;
    let config_in_hand = matches!(config, ConfigSource::Given(_));
    // Without its file nothing else can be judged: each section that is not read would count as missing.
    let Some(config) = faults.keep_read(load(config)) else { return Err(faults.0) };
    let (framework, wrong) = config.section(OWN_SECTION).read_partly::<Framework>();
    let mentioned = Mentioned::in_config(&config);
    let is_listed = wrong.is_empty() || !mentioned.is_empty();
    let framework = framework.unwrap_or_default();
    framework.log.as_deref().and_then(logging::fault).into_iter().for_each(|fault| faults.add(fault));
    faults.keep_read(ConfigError::check(wrong));
    check_blocking_threads(stated.blocking_threads, &framework, &config, &mut faults);
    add_listed(&mut planned, &framework, &config, &mut faults);
    check_names(&planned, &mut faults);
    // Without a list of modules every section would count as superfluous.
    if is_listed {
        check_sections(&config, &planned, &mentioned, &mut faults);
        check_readers(&config, config_in_hand, &planned, &mut faults);
    }
    check_policies(&policies, &planned, &mentioned, &mut faults);
    let loops = check_loops(loops, &framework, &planned, &mentioned, &mut faults);
    let types = check_event_types(&planned, &mut faults);
    check_patterns(&planned, &mut faults);
    let misspelt: BTreeSet<Arc<str>> = planned
        .iter()
        .map(|instance| &instance.name)
        .filter(|name| is_listed && is_misspelt(name, &config, &planned, &mentioned))
        .cloned()
        .collect();
    let instances = planned.into_iter().filter_map(|instance| {
        let is_misspelt = misspelt.contains(&instance.name);
        make(instance, &policies, &config, is_misspelt, &mut faults)
    });
    let instances = instances.collect();
    if faults.0.is_empty() {
        Ok(Checked { instances, framework, config, loops, types })
    } else {
        Err(faults.0)
    }
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

fn check_blocking_threads(
    stated: Option<usize>,
    framework: &Framework,
    config: &Config,
    faults: &mut Faults,
) {
    let limits = 1..=BlockingPool::LARGEST;
    let message = || format!("`blocking_threads` must be from {} to {}", limits.start(), limits.end());
    if stated.is_some_and(|stated| !limits.contains(&stated)) {
        faults.add(message());
    }
    if framework.stated().blocking_threads.is_some_and(|stated| !limits.contains(&stated)) {
        let path = format!("{OWN_SECTION}.blocking_threads");
        faults.add(config.fault_at_value(&path, message()).to_string());
    }
}

fn check_names(planned: &[Planned], faults: &mut Faults) {
    let mut seen: BTreeMap<&str, &ListedIn> = BTreeMap::new();
    for instance in planned {
        faults.keep(module_name(&instance.name));
        if let Some(first) = seen.insert(&instance.name, &instance.listed) {
            faults
                .add(format!("module `{}` is listed twice: {first}, and {}", instance.name, instance.listed));
        }
        if &*instance.name == OWN_SECTION {
            faults.add(format!(
                "a module cannot be called `{OWN_SECTION}`: that section is the framework's own"
            ));
        }
    }
}

fn check_policies(
    policies: &BTreeMap<String, Policy>,
    planned: &[Planned],
    mentioned: &Mentioned,
    faults: &mut Faults,
) {
    for name in policies.keys() {
        if !mentioned.modules(planned).any(|known| known == name) {
            let near = nearest(name, mentioned.modules(planned));
            faults.add(format!("a policy is set for module `{name}`, which does not exist{}", meant(near)));
        }
    }
}

fn meant(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

fn check_loops(
    code: BTreeMap<String, LoopOptions>,
    framework: &Framework,
    planned: &[Planned],
    mentioned: &Mentioned,
    faults: &mut Faults,
) -> BTreeMap<String, LoopOptions> {
    let mut loops = code;
    for (name, section) in &framework.loops {
        let stated = loops.get(name).copied().unwrap_or_default();
        loops.insert(name.clone(), stated.or(section.options()));
    }
    let shared: BTreeSet<&str> =
        planned.iter().filter_map(|instance| instance.event_loop.as_deref()).collect();
    for instance in planned {
        let info = &instance.descriptor.info;
        if let (true, Some(event_loop)) = (info.concurrent, &instance.event_loop) {
            let (name, of_type) = (&instance.name, info.type_name);
            faults.add(format!(
                "module `{name}` is on the shared loop `{event_loop}`, but `{of_type}` is concurrent and has a loop \
                 of its own"
            ));
        }
        if instance.event_loop.is_none() && shared.contains(&*instance.name) {
            faults.add(format!("`{}` is the name of a module and of a shared loop", instance.name));
        }
    }
    for (name, options) in &loops {
        if mentioned.has_unmade(name, planned) {
            continue;
        }
        let own = planned.iter().find(|instance| instance.event_loop.is_none() && *instance.name == **name);
        if own.is_none() && !shared.contains(&**name) {
            let near = nearest(name, shared.iter().copied().chain(mentioned.modules(planned)));
            faults.add(format!("loop `{name}` is bounded, but no module is on it{}", meant(near)));
        }
        if options.sets_concurrency() && !own.is_some_and(|instance| instance.descriptor.info.concurrent) {
            faults.add(format!(
                "loop `{name}` has a limit of overlapping handlers, but its modules are sequential"
            ));
        }
    }
    loops
}

fn check_event_types(planned: &[Planned], faults: &mut Faults) -> Vec<EventTypeInfo> {
    let mut types: Vec<EventTypeInfo> = Vec::new();
    for instance in planned {
        for handler in instance.descriptor.handlers {
            let SubscriptionInfo::Typed(wanted) = handler.info.subscription else { continue };
            match types.iter().find(|known| known.info.name == wanted.info.name) {
                Some(known) if !known.is_same(&wanted) => faults.add(format!(
                    "two types carry the event name `{}`: `{}` ({}) and `{}` ({}); give one of them another with \
                     `#[event(name = \"…\")]`",
                    known.info.name,
                    known.info.type_name,
                    known.info.location,
                    wanted.info.type_name,
                    wanted.info.location
                )),
                Some(_) => {}
                None => types.push(wanted),
            }
        }
    }
    types
}

fn check_patterns(planned: &[Planned], faults: &mut Faults) {
    for instance in planned {
        for handler in instance.descriptor.handlers {
            faults.keep(handler.info.subscription.pattern().parse::<EventPattern>());
        }
    }
}
