//! The sections of the configuration: whose they are, and whether anybody reads them.

use std::collections::BTreeSet;

use super::check::OWN_SECTION;
use super::code::FaultCode;
use super::faults::{Faults, MOST};
use super::listed::Mentioned;
use super::plan::{Planned, Source};
use crate::address::nearest;
use crate::config::{Config, Fault};

/// The sections that no module has.
pub(super) struct Superfluous<'a> {
    keys: Vec<&'a str>,
    /// The names that were probably meant by the first of them.
    meant: Vec<Option<&'a str>>,
    /// Whether a module is called `modules`.
    has_modules: bool,
}

impl<'a> Superfluous<'a> {
    pub(super) fn find(config: &'a Config, planned: &'a [Planned], mentioned: &'a Mentioned) -> Self {
        let names = || mentioned.modules(planned).chain([OWN_SECTION]);
        let known: BTreeSet<&str> = names().collect();
        // As in Compose files: a place for anchors and notes.
        let keys = config.top_level_keys().map(|(key, _)| key).filter(|key| !key.starts_with("x-"));
        let keys: Vec<&str> = keys.filter(|key| !known.contains(key)).collect();
        let meant = keys.iter().take(MOST).map(|key| nearest(key, names())).collect();
        Self { keys, meant, has_modules: known.contains("modules") }
    }

    /// Refuses them.
    pub(super) fn tell(&self, config: &Config, mentioned: &Mentioned, faults: &mut Faults) {
        // Modules that are listed at the wrong place are the one mistake; their sections are none.
        if !self.has_modules && config.contains("modules") && mentioned.is_empty() {
            let fault = config.fault_at_key("modules", "section `modules` belongs to no module", None);
            let label = format!("the list of modules is a key of section `{OWN_SECTION}`");
            faults.add(FaultCode::ForeignSection, || fault.label(label).to_string());
            return;
        }
        for (index, key) in self.keys.iter().enumerate() {
            faults.add(FaultCode::ForeignSection, || {
                let message = format!("section `{key}` belongs to no module");
                let fault = config.fault_at_key(key, message, self.meant.get(index).copied().flatten());
                let label =
                    "sections are named like module instances; one for notes and anchors is called `x-…`";
                fault.label(label).to_string()
            });
        }
    }

    /// The modules that have no section because that is misspelt, so that what they lack merely follows from that.
    pub(super) fn misspelt(&self, config: &Config) -> BTreeSet<String> {
        let meant = self.meant.iter().flatten();
        meant.filter(|name| !config.section(name).is_present()).map(|name| (*name).to_owned()).collect()
    }
}

/// Refuses sections that say something to modules that cannot read it. Code that has the configuration in hand and makes
/// a module itself may have read the module's section for it.
pub(super) fn check_readers(config: &Config, config_in_hand: bool, planned: &[Planned], faults: &mut Faults) {
    // A module of the framework's own name is refused for that.
    for instance in planned.iter().filter(|instance| &*instance.name != OWN_SECTION) {
        let may_be_read = instance.descriptor.info.reads_section
            || (config_in_hand && matches!(instance.source, Source::Value(_)));
        if !may_be_read && config.section(&instance.name).says_something() {
            faults.add(FaultCode::UnreadSection, || unread(config, instance).to_string());
        }
    }
}

/// One fault for the whole section, since there is one thing to mend.
fn unread(config: &Config, instance: &Planned) -> Fault {
    let (name, of_type) = (&*instance.name, instance.descriptor.info.type_name);
    let keys: Vec<String> = config
        .section(name)
        .keys()
        .map(|(key, position)| match position {
            Some(position) => format!("`{key}` (line {})", position.line),
            None => format!("`{key}`"),
        })
        .collect();
    let keys = if keys.is_empty() { "its value".to_owned() } else { keys.join(", ") };
    let message = format!("nobody reads section `{name}`: `{of_type}` has no configuration for {keys}");
    let fault = config.fault_at_key(name, message, None);
    fault.label(format!(
        "write `#[module(config = {of_type}Config)]`, with a struct that has these keys as fields"
    ))
}
