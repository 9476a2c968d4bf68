//! The module types that are linked into this program.

mod apps;
mod events;
mod interfaces;

use crate::address::nearest;
use crate::dispatch::Registration;

pub use apps::ListedApp;
pub(crate) use apps::listed_apps;
pub use events::ListedEvent;
pub(crate) use events::{comes_along, listed_events};
pub use interfaces::ListedInterface;
pub(crate) use interfaces::listed_interfaces;

/// Why a listed type is not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// Nothing of this name is linked.
    Unknown { suggestion: Option<String> },
    /// Several types answer to the name; these are their full ones.
    Ambiguous(Vec<String>),
}

/// All registered types, sorted by name.
#[derive(Debug)]
pub(crate) struct Registry(Vec<Registration>);

impl Registry {
    pub(crate) fn collect() -> Self {
        let mut all: Vec<Registration> = inventory::iter::<Registration>().copied().collect();
        // The order in which the linker hands them out says nothing.
        all.sort_by_key(|known| {
            (known.name, known.descriptor.info.module_path, known.descriptor.info.location.line)
        });
        Self(all)
    }

    /// The types that exist as an instance without being listed, by the name of the instance.
    pub(crate) fn instances(&self) -> Vec<(&'static str, Registration)> {
        let named = self.0.iter().filter_map(|known| Some((known.descriptor.info.instance?, *known)));
        let mut instances: Vec<_> = named.collect();
        instances.sort_by_key(|(name, _)| *name);
        instances
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Registration] {
        &self.0
    }

    /// The names by which a type is [found](Self::find), the shortest first; none where another one has all of them, too.
    pub(crate) fn names_of(&self, known: &Registration) -> Vec<String> {
        let mut names = vec![known.name.to_owned(), name_in_crate(known), full_name(known)];
        names.dedup();
        names.retain(|name| self.find(name).is_ok());
        names
    }

    /// The type of a name, as written (`Lamp`) or with its crate (`my_crate::Lamp`) or full path.
    pub(crate) fn find(&self, name: &str) -> Result<Registration, NotFound> {
        let found: Vec<&Registration> = self.0.iter().filter(|known| answers_to(known, name)).collect();
        match found[..] {
            [only] => Ok(*only),
            [] => {
                let names = self.0.iter().map(|known| known.name);
                Err(NotFound::Unknown { suggestion: nearest(name, names).map(str::to_owned) })
            }
            _ => Err(NotFound::Ambiguous(found.into_iter().map(full_name).collect())),
        }
    }
}

fn full_name(known: &Registration) -> String {
    format!("{}::{}", known.descriptor.info.module_path, known.name)
}

fn name_in_crate(known: &Registration) -> String {
    let crate_name = known.descriptor.info.module_path.split("::").next().unwrap_or_default();
    format!("{crate_name}::{}", known.name)
}

fn answers_to(known: &Registration, name: &str) -> bool {
    known.name == name || full_name(known) == name || name_in_crate(known) == name
}
