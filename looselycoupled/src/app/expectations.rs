//! What this program expects of modules in other processes. It can be compared only when those are connected.

use std::collections::HashSet;

use super::plan::Planned;
use super::routes::Checked;
use crate::address::split;
use crate::module::{ModuleDescriptor, Named};
use crate::provider::{Expectation, Expected};
use crate::registry::listed_apps;

/// Adds what `app!`, `calls(…)` and addresses in the code of modules say of those that are elsewhere.
pub(super) fn add_expectations(outside: &mut Checked, planned: &[Planned]) {
    let elsewhere: HashSet<String> = outside.elsewhere().map(str::to_owned).collect();
    let is_elsewhere = |module: &str| elsewhere.contains(module);
    let expectations = &mut outside.routes.expectations;
    for table in listed_apps() {
        for (module, expected) in table.instances().filter(|(module, _)| is_elsewhere(module)) {
            let said = format!(
                "`app!` ({}) says that `{module}` is a `{}`",
                table.location, expected.info.type_name
            );
            expectations.push(Expectation { module: module.into(), said, what: Expected::Type(expected) });
        }
    }
    let mut seen = HashSet::new();
    // What stands in the code of a type is the same for all of its instances.
    let descriptors = planned.iter().map(|instance| instance.descriptor);
    for descriptor in descriptors.filter(|descriptor| seen.insert((descriptor.type_id)())) {
        let said = promises(descriptor).chain(mentions(descriptor));
        expectations.extend(said.filter(|expectation| is_elsewhere(&expectation.module)));
    }
}

fn promises(caller: &'static ModuleDescriptor) -> impl Iterator<Item = Expectation> {
    let info = &caller.info;
    let promises = info.calls.iter().filter(|promise| promise.external.is_none());
    promises.flat_map(move |promise| {
        let (module, task) = match split(promise.address) {
            (Some(module), task) => (module, Some(task)),
            (None, module) => (module, None),
        };
        let expected = [task.map(Expected::Task), promise.interface.map(Expected::Interface)];
        expected.into_iter().flatten().map(move |what| {
            let (caller, location, address) = (info.type_name, promise.location, promise.address);
            let said = format!("`{caller}` ({location}) says that it calls `{address}`");
            Expectation { module: module.into(), said, what }
        })
    })
}

fn mentions(caller: &'static ModuleDescriptor) -> impl Iterator<Item = Expectation> {
    let info = &caller.info;
    info.mentions.iter().filter_map(move |mention| {
        let Named::Called(address) = mention.named else { return None };
        let (module, task) = split(address);
        let said = format!("`{}` ({}) calls `{address}`", info.type_name, mention.location);
        Some(Expectation { module: module?.into(), said, what: Expected::Task(task) })
    })
}
