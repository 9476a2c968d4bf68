//! What a module looks like to those who call it from another process.

use serde::{Deserialize, Serialize};

use crate::module::{InterfaceInfo, ModuleDescriptor, ParameterInfo};

/// What a module looks like to those who call it. Made by [`Handle::outline`](crate::Handle::outline), also of modules in other processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModuleOutline {
    /// The name of its type.
    pub type_name: String,
    /// Its tasks as they stand in the source, without those that are local.
    pub tasks: Vec<TaskOutline>,
    /// The interfaces that it implements.
    pub interfaces: Vec<InterfaceOutline>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskOutline {
    /// Its name.
    pub name: String,
    /// Its parameters in order.
    pub parameters: Vec<ParameterOutline>,
    /// The type of its value if all went well, as written.
    pub result: String,
}

/// A parameter of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ParameterOutline {
    /// Its name.
    pub name: String,
    /// Its type as written.
    pub type_name: String,
    /// Whether it must be given.
    pub required: bool,
}

/// An interface that a module implements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InterfaceOutline {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
}

impl ModuleOutline {
    pub(crate) fn of(descriptor: &ModuleDescriptor) -> Self {
        let named = descriptor.tasks.iter().filter(|task| task.named.is_some()).map(|task| &task.info);
        let tasks = named.map(|task| TaskOutline {
            name: task.name.to_owned(),
            parameters: task.parameters.iter().map(ParameterOutline::of).collect(),
            result: task.value.to_owned(),
        });
        Self {
            type_name: descriptor.info.type_name.to_owned(),
            tasks: tasks.collect(),
            interfaces: descriptor.interfaces.iter().map(|known| InterfaceOutline::of(known)).collect(),
        }
    }

    /// The task of a name.
    #[must_use]
    pub fn task(&self, name: &str) -> Option<&TaskOutline> {
        self.tasks.iter().find(|task| task.name == name)
    }
}

impl ParameterOutline {
    fn of(parameter: &ParameterInfo) -> Self {
        let ParameterInfo { name, type_name, required, .. } = *parameter;
        Self { name: name.to_owned(), type_name: type_name.to_owned(), required }
    }
}

impl InterfaceOutline {
    fn of(interface: &InterfaceInfo) -> Self {
        Self { name: interface.name.to_owned(), version: interface.version }
    }
}
