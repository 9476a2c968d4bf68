//! Modules by name.

use std::collections::HashMap;
use std::ops::Deref;

use foldhash::fast::RandomState;

use crate::event_loop::{EventLoop, Tenant};
use crate::metadata::ModuleIndex;
use crate::sync::Arc;

/// A module's place: its loop, and where it sits there.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) event_loop: Arc<EventLoop>,
    pub(crate) tenant: u32,
}

/// Where a module is; one word, because every call carries one.
#[derive(Debug, Clone)]
pub(crate) struct Station(Arc<Place>);

impl Deref for Station {
    type Target = Place;

    #[inline]
    fn deref(&self) -> &Place {
        &self.0
    }
}

impl Station {
    pub(crate) fn new(event_loop: Arc<EventLoop>, tenant: u32) -> Self {
        Self(Arc::new(Place { event_loop, tenant }))
    }

    #[inline]
    pub(crate) fn tenant(&self) -> &Tenant {
        self.event_loop.tenant(self.tenant)
    }
}

/// All modules of an application; fixed when it starts.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    stations: Vec<Station>,
    by_name: HashMap<Arc<str>, u32, RandomState>,
}

impl Directory {
    /// Takes the stations in the order of their modules' indices.
    pub(crate) fn new(stations: Vec<Station>) -> Self {
        let by_name =
            (0..).zip(&stations).map(|(index, station)| (Arc::clone(&station.tenant().name), index));
        Self { by_name: by_name.collect(), stations }
    }

    #[inline]
    pub(crate) fn find(&self, name: &str) -> Option<(ModuleIndex, &Station)> {
        let index = *self.by_name.get(name)?;
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
