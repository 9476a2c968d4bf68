//! The instances that `app!` names, and where they are in one application.

use std::fmt;

use super::ModuleDescriptor;
use crate::envelope::Location;
use crate::metadata::ModuleIndex;

/// What one `app!` says. Its place in memory tells it from others.
pub struct AppTable {
    /// The names of the instances.
    pub names: &'static [&'static str],
    /// Their types, in the same order.
    pub modules: &'static [&'static ModuleDescriptor],
    /// Where it stands.
    pub location: Location,
}

impl fmt::Debug for AppTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "app! at {}", self.location)
    }
}

impl AppTable {
    /// The instances with their types.
    pub(crate) fn instances(&self) -> impl Iterator<Item = (&'static str, &'static ModuleDescriptor)> {
        self.names.iter().copied().zip(self.modules.iter().copied())
    }
}

/// Where an instance of `app!` is in a running application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whereabouts {
    At(ModuleIndex),
    /// Played by a spy; the check lets nobody else through who is of another type than `app!` says.
    Played,
    /// The application is a part only.
    Absent,
}

/// All tables of the program, resolved for one application.
#[derive(Debug, Default)]
pub(crate) struct Wired(Vec<(&'static AppTable, Box<[Whereabouts]>)>);

impl Wired {
    pub(crate) fn new(
        tables: impl IntoIterator<Item = &'static AppTable>,
        find: impl Fn(&str) -> Option<(ModuleIndex, &'static ModuleDescriptor)>,
    ) -> Self {
        let place = |(name, expected): (&str, &ModuleDescriptor)| match find(name) {
            Some((index, found)) if found.is_same_type(expected) => Whereabouts::At(index),
            Some(_) => Whereabouts::Played,
            None => Whereabouts::Absent,
        };
        let resolve = |table: &'static AppTable| (table, table.instances().map(place).collect());
        Self(tables.into_iter().map(resolve).collect())
    }

    /// Where the instance of a place in a table is.
    #[inline]
    pub(crate) fn find(&self, table: &'static AppTable, instance: usize) -> Whereabouts {
        let of_table = self.0.iter().find(|(known, _)| std::ptr::eq(*known, table));
        of_table.and_then(|(_, places)| places.get(instance)).copied().unwrap_or(Whereabouts::Absent)
    }
}
