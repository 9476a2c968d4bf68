//! Resolving an address, and in whose name a handle acts.

use super::away::Astray;
use crate::address::{Known, nearest, split};
use crate::dispatch::{is_inside_of, made_here};
use crate::lifecycle::Phase;
use crate::metadata::{Lineage, Priority};
use crate::module::{Handle, ModuleDescriptor, NamedEntry, TaskDescriptor};
use crate::reply::CallError;
use crate::router::Station;

/// Where a call by name leads.
pub(super) struct Target {
    pub(super) station: Station,
    pub(super) entry: &'static NamedEntry,
}

impl Target {
    #[inline(always)]
    pub(super) fn of((station, entry): (&Station, &'static NamedEntry)) -> Self {
        Self { station: station.clone(), entry }
    }

    #[cold]
    pub(super) fn address(&self) -> Box<str> {
        self.station.tenant().address_of(self.entry.info.index as u16).into()
    }
}

impl Handle {
    /// Where an address leads; what is wrong with it is told apart.
    // What is found comes in two registers, so that it becomes part of a call without being moved through memory.
    pub(super) fn find(&self, address: &str, astray: &mut Astray) -> Option<(&Station, &'static NamedEntry)> {
        match self.search(address) {
            Ok(found) => Some(found),
            Err(lost) => {
                *astray = lost;
                None
            }
        }
    }

    #[inline(always)]
    fn search(&self, address: &str) -> Result<(&Station, &'static NamedEntry), Astray> {
        if let Some((module, state)) = origin_not_active(self) {
            return Err(Astray::nowhere(CallError::NotActive { module, state }));
        }
        let (module, task_name) = split(address);
        let found = match module {
            Some(name) => self.application.module(name),
            None => self.own_module(),
        };
        let Some((station, descriptor)) = found else { return Err(self.leads_nowhere(module, address)) };
        match descriptor.task(task_name) {
            Some(TaskDescriptor { named: Some(entry), .. }) => Ok((station, entry)),
            Some(_) => Err(Astray::nowhere(only_by_stub(station, task_name))),
            None => Err(Astray::nowhere(unknown_task(station, task_name, descriptor.tasks))),
        }
    }

    fn own_module(&self) -> Option<(&Station, &'static ModuleDescriptor)> {
        let module = self.origin.as_ref()?.module;
        let station = self.application.router.directory.station(module)?;
        Some((station, self.application.descriptor(module)?))
    }

    #[cold]
    fn leads_nowhere(&self, module: Option<&str>, address: &str) -> Astray {
        match module {
            Some(module) => Astray::to_others(self, module, address)
                .unwrap_or_else(|| Astray::nowhere(self.unknown_module(module))),
            // Looking for a module of this name would find the very one that was meant.
            None => Astray::nowhere(CallError::UnknownTask {
                address: address.into(),
                suggestion: None,
                known: Box::default(),
            }),
        }
    }

    /// What a message inherits that is made here.
    #[inline]
    pub(super) fn lineage(&self) -> Option<Lineage> {
        made_here(&self.application.services).or_else(|| self.outside_lineage())
    }

    /// What a message inherits that is made outside of the application's handlers; nothing inside of them.
    #[inline]
    pub(crate) fn outside_lineage(&self) -> Option<Lineage> {
        let origin = self.origin.as_ref()?;
        if is_inside_of(&self.application.services) {
            return None;
        }
        let inherited = origin.inherited.as_deref().cloned();
        Some(inherited.unwrap_or_else(|| Lineage::root(origin.module, Priority::Normal)))
    }
}

#[cold]
fn only_by_stub(station: &Station, task: &str) -> CallError {
    CallError::LocalTask { address: format!("{}.{task}", station.tenant().name).into() }
}

#[cold]
fn unknown_task(station: &Station, task: &str, tasks: &'static [TaskDescriptor]) -> CallError {
    let module = &station.tenant().name;
    let names = || tasks.iter().map(|known| known.info.name);
    let near = nearest(task, names());
    let known = if near.is_none() { Known::of(names()) } else { Known::default() };
    station.tenant().counters.exceptions().refused.add();
    station.tenant().meters.unknown();
    CallError::UnknownTask {
        address: format!("{module}.{task}").into(),
        suggestion: near.map(|name| format!("{module}.{name}").into()),
        known: known.into(),
    }
}

/// The state of the module in whose name a handle acts, where that forbids acting.
pub(crate) fn origin_not_active(handle: &Handle) -> Option<(Box<str>, Phase)> {
    let origin = handle.origin.as_ref()?;
    if is_inside_of(&handle.application.services) {
        return None;
    }
    let tenant = handle.application.router.directory.station(origin.module)?.tenant();
    let state = Phase::of(tenant);
    (state != Phase::Active).then(|| ((&*tenant.name).into(), state))
}
