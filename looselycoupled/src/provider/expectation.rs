//! What this program expects of a module in another process, compared with what that looks like.

use super::outline::{ModuleOutline, TaskOutline};
use crate::address::hint;
use crate::module::{InterfaceInfo, ModuleDescriptor, ParameterInfo};

/// What somebody here expects of a module elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Expectation {
    pub(crate) module: Box<str>,
    /// Who says so, and where.
    pub(crate) said: String,
    pub(crate) what: Expected,
}

/// What is expected.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    /// That it has a task of this name.
    Task(&'static str),
    /// That it implements an interface.
    Interface(&'static InterfaceInfo),
    /// That it can be called as a module of this type.
    Type(&'static ModuleDescriptor),
}

impl Expected {
    /// What of it does not hold.
    pub(super) fn disappointments(self, there: &ModuleOutline) -> Vec<String> {
        match self {
            Self::Task(name) => {
                there.task(name).is_none().then(|| no_task(there, name)).into_iter().collect()
            }
            Self::Interface(interface) => not_implemented(there, interface),
            Self::Type(descriptor) => {
                let named = descriptor.tasks.iter().filter(|task| task.named.is_some());
                let called = named.map(|task| (task.info.name, task.info.parameters));
                called.filter_map(|(name, parameters)| misfit(there, name, parameters)).collect()
            }
        }
    }
}

fn no_task(there: &ModuleOutline, name: &str) -> String {
    let names: Vec<&str> = there.tasks.iter().map(|task| &*task.name).collect();
    format!("it has no task `{name}`{}", hint(name, &names))
}

fn not_implemented(there: &ModuleOutline, interface: &InterfaceInfo) -> Vec<String> {
    let InterfaceInfo { name, version, methods, .. } = interface;
    match there.interfaces.iter().find(|known| known.name == *name) {
        None => vec![format!("it does not implement `{name}`")],
        Some(known) if known.version != *version => {
            vec![format!("it implements version {} of `{name}`, not {version}", known.version)]
        }
        Some(_) => {
            methods.iter().filter_map(|method| misfit(there, method.name, method.parameters)).collect()
        }
    }
}

/// Why calls of a task that is written so here do not fit there.
fn misfit(there: &ModuleOutline, name: &str, parameters: &[ParameterInfo]) -> Option<String> {
    let Some(task) = there.task(name) else { return Some(no_task(there, name)) };
    let is_given = |wanted: &str| parameters.iter().any(|parameter| parameter.name == wanted);
    let is_known = |given: &str| task.parameters.iter().any(|parameter| parameter.name == given);
    let lacks = task.parameters.iter().any(|parameter| parameter.required && !is_given(&parameter.name));
    let has_more = parameters.iter().any(|parameter| !is_known(parameter.name));
    (lacks || has_more).then(|| {
        let here = parameters.iter().map(|parameter| (parameter.name, parameter.type_name));
        format!("its task is `{}`, and `{}` here", signature(task), written(name, here))
    })
}

fn signature(task: &TaskOutline) -> String {
    written(&task.name, task.parameters.iter().map(|parameter| (&*parameter.name, &*parameter.type_name)))
}

/// `fill(liters: u32)`
fn written<'a>(name: &str, parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let parameters: Vec<_> = parameters.map(|(name, of_type)| format!("{name}: {of_type}")).collect();
    format!("{name}({})", parameters.join(", "))
}
