//! Addresses that stand in code and lead nowhere. Code that has them may never run, so nothing is refused.

use std::collections::HashSet;

use super::stubs::Stubs;
use super::{Lints, Wiring};
use crate::address::split;
use crate::app::code::LintCode;
use crate::app::targets::{Targets, task_of};
use crate::module::{MentionInfo, ModuleDescriptor, Named};

pub(super) fn look(wiring: &Wiring<'_>, lints: &mut Lints) {
    let modules = || wiring.modules.iter().map(|(_, module)| *module);
    let promises = modules().flat_map(|module| module.info.calls);
    let external = promises.filter(|promise| promise.external.is_some()).map(|promise| promise.address);
    let map = Map {
        targets: wiring.modules.iter().copied().collect(),
        external: external.chain(wiring.elsewhere.iter().map(String::as_str)).collect(),
        stubs: Stubs::known(modules()),
    };
    let mut seen = HashSet::new();
    // What stands in the code of a type is the same for all of its instances.
    for module in modules().filter(|module| seen.insert((module.type_id)())) {
        for mention in module.info.mentions {
            map.look_at(module, mention, lints);
        }
    }
}

/// Where addresses lead.
struct Map<'a> {
    targets: Targets<'a>,
    /// Of what runs elsewhere, as somebody says.
    external: HashSet<&'a str>,
    stubs: Stubs,
}

impl Map<'_> {
    fn look_at(&self, caller: &'static ModuleDescriptor, mention: &MentionInfo, lints: &mut Lints) {
        let (code, does, wrong) = match mention.named {
            Named::Called(address) => {
                let Some(wrong) = self.call(caller, address) else { return };
                (LintCode::LeadsNowhere, format!("calls `{address}`"), wrong)
            }
            Named::Stub { module, stub } => {
                let Some((code, wrong)) = self.stub(module, stub) else { return };
                let stub = stub.map_or_else(|| "stub".to_owned(), |stub| format!("`{stub}`"));
                (code, format!("asks for the {stub} of `{module}`"), wrong)
            }
            _ => return,
        };
        let (caller, location) = (caller.info.type_name, mention.location);
        lints.add(code, || {
            format!(
                "`{caller}` ({location}) {does}, but {wrong}\n  help: correct it; what runs elsewhere is \
                 `#[module(calls(\"…\", external = \"…\"))]`"
            )
        });
    }

    /// What is wrong with the address of a task.
    fn call(&self, caller: &'static ModuleDescriptor, address: &str) -> Option<String> {
        let (module, task) = split(address);
        if self.external.contains(address) || module.is_some_and(|module| self.external.contains(module)) {
            return None;
        }
        let (label, descriptor) = match module {
            None => (caller.info.type_name.to_owned(), caller),
            Some(module) => match self.targets.find(module) {
                Some(found) => (format!("{module}: {}", found.info.type_name), found),
                None => return Some(self.targets.no_module(module)),
            },
        };
        match task_of(&label, descriptor, task) {
            Ok(found) if found.named.is_none() => {
                Some(format!("`{task}` is `local`: only its stub reaches it"))
            }
            Ok(_) => None,
            Err(wrong) => Some(wrong),
        }
    }

    /// What is wrong with asking for a stub.
    fn stub(&self, module: &str, stub: Option<&str>) -> Option<(LintCode, String)> {
        if self.external.contains(module) {
            return None;
        }
        let Some(found) = self.targets.find(module) else {
            return Some((LintCode::LeadsNowhere, self.targets.no_module(module)));
        };
        let wrong = self.stubs.misfit(found, stub?)?;
        Some((LintCode::OtherStub, format!("`{module}: {}` {wrong}", found.info.type_name)))
    }
}
