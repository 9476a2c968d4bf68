//! Whether there is what modules say they call.

use std::collections::HashSet;

use super::code::FaultCode;
use super::faults::Faults;
use super::listed::Mentioned;
use super::plan::Planned;
use super::targets::{Targets, task_of};
use crate::address::split;
use crate::dispatch::is_improvised;
use crate::module::{ModuleInfo, PromiseInfo};

/// Looks for everything that a module lists in its `calls(…)`. In a part of an application modules may be missing.
pub(super) fn check_promises(
    planned: &[Planned],
    mentioned: &Mentioned,
    is_partial: bool,
    faults: &mut Faults,
) {
    let targets: Targets<'_> =
        planned.iter().map(|instance| (&*instance.name, instance.descriptor)).collect();
    let mut seen = HashSet::new();
    for descriptor in planned.iter().map(|instance| instance.descriptor) {
        // What a type says holds for all of its instances.
        if !seen.insert((descriptor.type_id)()) {
            continue;
        }
        let internal = descriptor.info.calls.iter().filter(|promise| promise.external.is_none());
        for promise in internal {
            let (module, _) = parts(promise);
            let may_be_missing = is_partial || mentioned.may_be_missing(module);
            if let Err((code, wrong)) = keep(promise, &targets, may_be_missing) {
                faults.add(code, || told(&descriptor.info, promise, &wrong));
            }
        }
    }
}

/// Module and task of an address; without a dot it is that of a module.
fn parts(promise: &PromiseInfo) -> (&'static str, Option<&'static str>) {
    match split(promise.address) {
        (Some(module), task) => (module, Some(task)),
        (None, module) => (module, None),
    }
}

fn keep(
    promise: &PromiseInfo,
    targets: &Targets<'_>,
    may_be_missing: bool,
) -> Result<(), (FaultCode, String)> {
    let (module, task) = parts(promise);
    let descriptor = match targets.find(module) {
        // What a spy has says nothing of the module that it plays.
        Some(found) if is_improvised(found) => return Ok(()),
        Some(found) => found,
        None if may_be_missing => return Ok(()),
        None => return Err((FaultCode::NoTarget, targets.no_module(module))),
    };
    let label = format!("{module}: {}", descriptor.info.type_name);
    if let Some(task) = task {
        task_of(&label, descriptor, task).map_err(|wrong| (FaultCode::NoTarget, wrong))?;
    }
    let Some(interface) = promise.interface else { return Ok(()) };
    let implemented = descriptor.implements(interface);
    implemented.map_err(|fault| (FaultCode::NotImplemented, format!("`{label}` {fault}")))
}

fn told(caller: &ModuleInfo, promise: &PromiseInfo, wrong: &str) -> String {
    let PromiseInfo { address, interface, location, .. } = promise;
    let caller = caller.type_name;
    let (interface, written) = match interface {
        Some(interface) => {
            let name = interface.name;
            (format!(" as `dyn {name}`"), format!("{address:?}: dyn {name}"))
        }
        None => (String::new(), format!("{address:?}")),
    };
    format!(
        "`{caller}` ({location}) says that it calls `{address}`{interface}, but {wrong}\n  help: correct one of them; what \
         runs elsewhere is `calls({written}, external = \"…\")`"
    )
}
