//! Plain facts about interfaces, written down by the macros.

use std::any::TypeId;
use std::fmt;

use super::{ModuleDescriptor, ParameterInfo};
use crate::envelope::Location;
use crate::reply::InterfaceFault;

/// A trait that modules implement by their tasks. `#[interface]` implements this for the trait as a type: `dyn Dimmer`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an interface",
    label = "not an interface",
    note = "put `#[interface]` above the trait; it says what callers can rely on"
)]
pub trait Interface: 'static {
    /// Everything that is known about it.
    const INFO: &'static InterfaceInfo;
}

/// An interface.
#[derive(Clone, Copy)]
pub struct InterfaceInfo {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
    /// The Rust module that it stands in.
    pub module_path: &'static str,
    /// Where it is declared.
    pub location: Location,
    /// Its documentation.
    pub documentation: &'static str,
    /// Its methods in order.
    pub methods: &'static [MethodInfo],
    /// The trait as a type.
    pub type_id: fn() -> TypeId,
}

/// A method of an interface.
#[derive(Debug, Clone, Copy)]
pub struct MethodInfo {
    /// Its name: that of the task.
    pub name: &'static str,
    /// Its documentation.
    pub documentation: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [ParameterInfo],
    /// The type of its result as written.
    pub result: &'static str,
    /// Where it is declared.
    pub location: Location,
}

impl fmt::Debug for InterfaceInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InterfaceInfo")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("methods", &self.methods)
            .finish_non_exhaustive()
    }
}

impl ModuleDescriptor {
    /// Whether the module says that it implements an interface; the trait counts, not its name.
    pub(crate) fn implements(&self, wanted: &'static InterfaceInfo) -> Result<(), InterfaceFault> {
        if self.interfaces.iter().any(|known| (known.type_id)() == (wanted.type_id)()) {
            return Ok(());
        }
        let namesake = self.interfaces.iter().find(|known| known.name == wanted.name);
        Err(match namesake {
            None => InterfaceFault::Missing {
                interface: wanted.name,
                implemented: self.interfaces.iter().map(|known| known.name).collect(),
            },
            Some(known) if known.version != wanted.version => InterfaceFault::Version {
                interface: wanted.name,
                expected: wanted.version,
                found: known.version,
            },
            Some(known) => InterfaceFault::Namesake {
                interface: wanted.name,
                expected: wanted.module_path,
                found: known.module_path,
            },
        })
    }
}
