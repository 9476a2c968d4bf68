//! The sections of the configuration: whose they are, and whether anybody reads them.

use super::check::{Faults, OWN_SECTION};
use super::listed::Mentioned;
use super::plan::{Planned, Source};
use crate::address::nearest;
use crate::config::{Config, Fault};

/// Refuses sections that no module has.
pub(super) fn check_sections(
    config: &Config,
    planned: &[Planned],
    mentioned: &Mentioned,
    faults: &mut Faults,
) {
    let known = || mentioned.modules(planned).chain([OWN_SECTION]);
    // Modules that are listed at the wrong place are the one mistake; their sections are none.
    if !known().any(|name| name == "modules") && config.contains("modules") && mentioned.is_empty() {
        let fault = config.fault_at_key("modules", "section `modules` belongs to no module", None);
        faults
            .add(fault.label(format!("the list of modules is a key of section `{OWN_SECTION}`")).to_string());
        return;
    }
    for key in superfluous(config, planned, mentioned) {
        let message = format!("section `{key}` belongs to no module");
        let fault = config.fault_at_key(key, message, nearest(key, known()));
        faults.add(fault.label("sections are named like module instances").to_string());
    }
}

/// Refuses sections that say something to modules that cannot read it. Code that has the configuration in hand and makes
/// a module itself may have read the module's section for it.
pub(super) fn check_readers(config: &Config, config_in_hand: bool, planned: &[Planned], faults: &mut Faults) {
    for instance in planned {
        let may_be_read = instance.descriptor.info.reads_section
            || (config_in_hand && matches!(instance.source, Source::Value(_)));
        if !may_be_read && config.section(&instance.name).says_something() {
            faults.add(unread(config, instance).to_string());
        }
    }
}

/// Whether a module has no section because that is misspelt, so that what it lacks merely follows from that.
pub(super) fn is_misspelt(
    instance: &str,
    config: &Config,
    planned: &[Planned],
    mentioned: &Mentioned,
) -> bool {
    let known = || mentioned.modules(planned).chain([OWN_SECTION]);
    !config.section(instance).is_present()
        && superfluous(config, planned, mentioned).any(|key| nearest(key, known()) == Some(instance))
}

/// The sections that belong to nobody.
fn superfluous<'a>(
    config: &'a Config,
    planned: &'a [Planned],
    mentioned: &'a Mentioned,
) -> impl Iterator<Item = &'a str> {
    let known = move || mentioned.modules(planned).chain([OWN_SECTION]);
    // As in Compose files: a place for anchors and notes.
    let keys = config.top_level_keys().map(|(key, _)| key).filter(|key| !key.starts_with("x-"));
    keys.filter(move |key| !known().any(|name| name == *key))
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
