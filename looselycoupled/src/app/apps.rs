//! Whether an application has what `app!` says it has.

use super::builder::AppBuilder;
use super::code::FaultCode;
use super::faults::Faults;
use super::listed::Mentioned;
use super::plan::Planned;
use crate::address::hint;
use crate::dispatch::is_improvised;
use crate::module::{AppTable, ModuleDescriptor};
use crate::registry::listed_apps;

impl AppBuilder {
    /// Says that this application is a part of what `app!` names, or another one: instances may be missing.
    ///
    /// Calls by [`exec!`](crate::exec) to one that is missing are refused as [`CallError::UnknownModule`]. Whatever else is
    /// started under a name of `app!` must still be of the type that stands there. What a part sends and hears may have its other
    /// side elsewhere, so there are no [lints](Self::check). A [`TestApp`](crate::testing) is always a part.
    ///
    /// [`CallError::UnknownModule`]: crate::CallError::UnknownModule
    pub const fn partial(mut self) -> Self {
        self.partial = true;
        self
    }
}

/// Compares every `app!` of the program with what is to be started.
pub(super) fn check_apps(planned: &[Planned], mentioned: &Mentioned, is_partial: bool, faults: &mut Faults) {
    for table in listed_apps() {
        for (name, expected) in table.instances() {
            match planned.iter().find(|instance| &*instance.name == name) {
                Some(found) => compare(found, expected, table, faults),
                None if is_partial || mentioned.may_be_missing(name) => {}
                None => faults.add(FaultCode::NotListed, || missing(name, expected, table, planned)),
            }
        }
    }
}

fn compare(found: &Planned, expected: &ModuleDescriptor, table: &AppTable, faults: &mut Faults) {
    if found.descriptor.is_same_type(expected) || is_improvised(found.descriptor) {
        return;
    }
    let Planned { name, descriptor, listed, .. } = found;
    let (there, here) = (expected.info.type_name, descriptor.info.type_name);
    let location = table.location;
    faults.add(FaultCode::OtherType, || {
        format!(
            "module `{name}` is a `{there}` in `app!` ({location}), but a `{here}` {listed}; make them agree"
        )
    });
}

fn missing(name: &str, expected: &ModuleDescriptor, table: &AppTable, planned: &[Planned]) -> String {
    let (of_type, location) = (expected.info.type_name, table.location);
    let names: Vec<&str> = planned.iter().map(|instance| &*instance.name).collect();
    let hint = hint(name, &names);
    format!(
        "`app!` ({location}) names module `{name}: {of_type}`, which is not listed{hint}\n  help: list it, or take it off there; where \
         an application is only a part of `app!`, say `App::builder().partial()`"
    )
}
