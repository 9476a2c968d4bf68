//! Telling the modules that nothing is left to do.

use tokio::task::JoinHandle;

use super::hooks;
use crate::envelope::EventRecord;
use crate::event::{BECOMING_IDLE, publish};
use crate::lifecycle::Gate;
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::{Application, Handle};
use crate::sync::{Arc, Weak};
use crate::value::Arguments;

/// Starts to watch for idleness, if a module wants to know.
pub(super) fn watch(application: &Arc<Application>) -> Option<JoinHandle<()>> {
    let has_hooks = application.descriptors.iter().any(|descriptor| descriptor.on_idle.is_some());
    let is_heard = application.router.with_subscriptions(|known| known.hears(BECOMING_IDLE));
    if !has_hooks && !is_heard {
        return None;
    }
    let runtime = application.services.runtime.clone();
    let services = Arc::clone(&application.services);
    let application = Arc::downgrade(application);
    Some(runtime.spawn(async move {
        loop {
            services.activity.earned_rest().await;
            let goes_on = tell(&application);
            services.activity.leave();
            if !goes_on {
                return;
            }
        }
    }))
}

fn tell(application: &Weak<Application>) -> bool {
    let Some(application) = application.upgrade() else { return false };
    if application.gate() != Gate::Running {
        return false;
    }
    let mut lineage = Lineage::root(ModuleIndex::OUTSIDE, Priority::Normal);
    lineage.idle_born = true;
    if let Ok(record) = EventRecord::named_from(BECOMING_IDLE, Arguments::new(), lineage, None) {
        publish(&application, &record);
    }
    let stations = application.router.directory.stations();
    for (station, descriptor) in stations.iter().zip(&application.descriptors) {
        if let Some(entries) = descriptor.on_idle {
            hooks::push_idle(station, entries);
        }
    }
    true
}

/// The handlers that run or wait, as `module.task`.
pub(super) fn busy(handle: &Handle) -> Vec<String> {
    let mut busy = Vec::new();
    for station in handle.application.router.directory.stations() {
        let event_loop = &station.event_loop;
        if station.tenant == 0 && !event_loop.is_at_rest() {
            let waiting: usize = event_loop.statistics().queued.iter().sum();
            let running = event_loop.running_labels().join("`, `");
            busy.push(format!("`{running}` ({waiting} waiting)"));
        }
    }
    let blocking = handle.application.services.blocking.running();
    if blocking > 0 {
        busy.push(format!("{blocking} blocking tasks"));
    }
    busy
}
