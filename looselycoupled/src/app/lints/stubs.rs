//! Which stubs fit which modules, by their names: what code writes is text.

use std::collections::{HashMap, HashSet};

use crate::module::{InterfaceInfo, ModuleDescriptor};
use crate::registry::{Registry, listed_interfaces};

/// The stubs of a program by the names of what they are for. An alias is none of them, and whoever uses one is not judged.
pub(super) struct Stubs {
    modules: HashSet<&'static str>,
    interfaces: HashMap<&'static str, Vec<&'static InterfaceInfo>>,
}

impl Stubs {
    pub(super) fn known(modules: impl Iterator<Item = &'static ModuleDescriptor>) -> Self {
        let registry = Registry::collect();
        let registered = registry.all().iter().map(|known| known.descriptor);
        let mut stubs = Self {
            modules: registered.chain(modules).map(|module| module.info.type_name).collect(),
            interfaces: HashMap::new(),
        };
        for interface in listed_interfaces() {
            stubs.interfaces.entry(interface.name).or_default().push(interface);
        }
        stubs
    }

    /// Why no stub that is called so fits a module.
    pub(super) fn misfit(&self, module: &ModuleDescriptor, stub: &str) -> Option<String> {
        let of = stub.strip_suffix("Stub")?;
        if module.info.type_name == of {
            return None;
        }
        let interfaces = self.interfaces.get(of).map(Vec::as_slice).unwrap_or_default();
        let mut wrong = None;
        for interface in interfaces {
            // One that fits is the one that is meant.
            wrong = Some(module.implements(interface).err()?.to_string());
        }
        let is_module = self.modules.contains(of);
        wrong.or_else(|| is_module.then(|| format!("is no `{of}`")))
    }
}
