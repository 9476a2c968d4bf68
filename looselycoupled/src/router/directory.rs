//! Modules by name.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use smallvec::SmallVec;

use crate::event_loop::{EventLoop, Labels, LoopFrame, LoopOptions, Services, Tenant};
use crate::metadata::ModuleIndex;
use crate::sync::Arc;

/// Where a module is: its loop, and its seat there.
#[derive(Debug, Clone)]
pub(crate) struct Station {
    pub(crate) event_loop: Arc<EventLoop>,
    pub(crate) tenant: u32,
}

impl Station {
    pub(crate) const fn new(event_loop: Arc<EventLoop>, tenant: u32) -> Self {
        Self { event_loop, tenant }
    }

    /// Stands for a module that is not here: `index` says why. Whatever is put in line there is refused.
    #[cold]
    pub(crate) fn away(
        services: &Arc<Services>,
        name: &str,
        index: ModuleIndex,
        labels: &'static dyn Labels,
    ) -> Self {
        let tenants = SmallVec::from_buf([Tenant::new(name.into(), index, labels)]);
        let limits = LoopOptions::default().limits(false);
        Self::new(EventLoop::new(LoopFrame::default(), 0, limits, tenants, Arc::clone(services)), 0)
    }

    #[inline]
    pub(crate) fn tenant(&self) -> &Tenant {
        self.event_loop.tenant(self.tenant)
    }

    /// Whether the module is in another process.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.tenant().module == ModuleIndex::ELSEWHERE
    }
}

/// All modules of an application; fixed when it starts.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    stations: Vec<Station>,
    /// Places in the list above, by the hash of the name.
    by_name: HashTable<u32>,
    hasher: RandomState,
}

impl Directory {
    /// Takes the stations in the order of their modules' indices.
    pub(crate) fn new(stations: Vec<Station>) -> Self {
        let hasher = RandomState::default();
        let hash = |index: &u32| hasher.hash_one(name(&stations, *index));
        let mut by_name = HashTable::with_capacity(stations.len());
        for index in 0..stations.len() as u32 {
            by_name.insert_unique(hash(&index), index, hash);
        }
        Self { stations, by_name, hasher }
    }

    #[inline]
    pub(crate) fn find(&self, wanted: &str) -> Option<(ModuleIndex, &Station)> {
        let is_wanted = |index: &u32| name(&self.stations, *index) == wanted;
        let index = *self.by_name.find(self.hasher.hash_one(wanted), is_wanted)?;
        Some((ModuleIndex::new(index), &self.stations[index as usize]))
    }

    pub(crate) fn station(&self, module: ModuleIndex) -> Option<&Station> {
        self.stations.get(module.get()?)
    }

    /// In the order of their start.
    pub(crate) fn stations(&self) -> &[Station] {
        &self.stations
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.stations.iter().map(|station| &*station.tenant().name)
    }
}

#[inline]
fn name(stations: &[Station], index: u32) -> &str {
    &stations[index as usize].tenant().name
}
