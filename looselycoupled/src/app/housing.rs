//! The event loops of an application, and who is on them.

use std::collections::BTreeMap;

use smallvec::{SmallVec, smallvec};

use super::check::Instance;
use super::error::StartError;
use crate::event_loop::LoopOptions;
use crate::event_loop::{EventLoop, LoopFrame, LoopThread, Services, Tenant};
use crate::loops::guests;
use crate::metadata::ModuleIndex;
use crate::router::Station;
use crate::sync::Arc;

/// All loops, nobody on them yet.
pub(super) struct House {
    pub(super) loops: Vec<Arc<EventLoop>>,
    /// Where each module will be, in their order.
    pub(super) stations: Vec<Station>,
    /// Of the loops that have one of their own.
    pub(super) threads: Vec<LoopThread>,
}

/// The name of a loop, if it has one of its own, and the modules on it.
type Group = (Option<Arc<str>>, SmallVec<[usize; 2]>);

/// Makes the loops for the modules.
pub(super) fn build(
    instances: &[Instance],
    options: &BTreeMap<String, LoopOptions>,
    services: &Arc<Services>,
) -> Result<House, StartError> {
    let groups = groups(instances);
    let mut stations: Vec<Option<Station>> = instances.iter().map(|_| None).collect();
    let (mut loops, mut threads) = (Vec::with_capacity(groups.len()), Vec::new());
    for (number, (name, members)) in (0_u32..).zip(groups) {
        let tenants = members.iter().map(|index| tenant(&instances[*index], *index));
        let tenants = tenants.chain(name.clone().map(guests)).collect();
        let is_concurrent = members.iter().any(|index| instances[*index].descriptor.info.concurrent);
        let called = name.as_deref().unwrap_or(&instances[members[0]].name);
        let options = options.get(called).copied().unwrap_or_default();
        let has_thread = options.has_thread() || members.iter().any(|index| instances[*index].on_thread);
        let thread = has_thread.then(|| start_thread(called)).transpose()?;
        let exits_on_failure = options.exits_on_failure();
        let frame = LoopFrame {
            name,
            thread: thread.as_ref().map(LoopThread::runtime),
            exits_on_failure,
            keeps: None,
        };
        let limits = options.limits(is_concurrent);
        let event_loop = EventLoop::new(frame, number, limits, tenants, Arc::clone(services));
        for (seat, index) in (0_u32..).zip(members) {
            stations[index] = Some(Station::new(Arc::clone(&event_loop), seat));
        }
        loops.push(event_loop);
        threads.extend(thread);
    }
    Ok(House { loops, stations: stations.into_iter().flatten().collect(), threads })
}

/// Modules that share a loop, and the others each for itself.
fn groups(instances: &[Instance]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::with_capacity(instances.len());
    let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, instance) in instances.iter().enumerate() {
        match &instance.event_loop {
            Some(name) => {
                let group = *shared.entry(name).or_insert_with(|| {
                    groups.push((Some(name.as_str().into()), SmallVec::new()));
                    groups.len() - 1
                });
                groups[group].1.push(index);
            }
            None => groups.push((None, smallvec![index])),
        }
    }
    groups
}

fn start_thread(event_loop: &str) -> Result<LoopThread, StartError> {
    let event_loop_name = event_loop.to_owned();
    LoopThread::start(event_loop).map_err(|source| StartError::Thread { event_loop: event_loop_name, source })
}

fn tenant(instance: &Instance, index: usize) -> Tenant {
    Tenant::new(Arc::clone(&instance.name), ModuleIndex::new(index as u32), instance.descriptor)
}
