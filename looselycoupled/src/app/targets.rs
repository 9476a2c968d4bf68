//! Where the addresses lead that modules name, before anything runs.

use std::collections::BTreeMap;

use crate::address::hint;
use crate::module::{ModuleDescriptor, TaskDescriptor};

/// The instances of an application by their names.
pub(super) struct Targets<'a>(BTreeMap<&'a str, &'static ModuleDescriptor>);

impl<'a> FromIterator<(&'a str, &'static ModuleDescriptor)> for Targets<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'static ModuleDescriptor)>>(modules: I) -> Self {
        Self(modules.into_iter().collect())
    }
}

impl Targets<'_> {
    pub(super) fn find(&self, module: &str) -> Option<&'static ModuleDescriptor> {
        self.0.get(module).copied()
    }

    /// What a message says of a module that is not there.
    pub(super) fn no_module(&self, module: &str) -> String {
        let names: Vec<&str> = self.0.keys().copied().collect();
        format!("there is no module `{module}`{}", hint(module, &names))
    }
}

/// The task of a module, or else what a message says of it. `label` is what it calls the module.
pub(super) fn task_of(
    label: &str,
    descriptor: &'static ModuleDescriptor,
    task: &str,
) -> Result<&'static TaskDescriptor, String> {
    descriptor.task(task).ok_or_else(|| {
        let names: Vec<&str> = descriptor.tasks.iter().map(|known| known.info.name).collect();
        format!("`{label}` has no task `{task}`{}", hint(task, &names))
    })
}
