//! Telling the modules that nothing is left to do, and waiting for it.

use std::time::Duration;

use tokio::task::JoinHandle;

use super::error::NotQuiet;
use crate::envelope::{BECOMING_IDLE, EventRecord};
use crate::event::publish;
use crate::event_loop::{Scene, Services, current};
use crate::lifecycle::{Gate, Phase};
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::{Application, Handle};
use crate::supervision::push_idle;
use crate::sync::{Arc, Weak};
use crate::value::Arguments;

/// Watches for idleness from when somebody wants to know: a module, or who subscribes later.
pub(super) fn watch(application: &Arc<Application>) -> JoinHandle<()> {
    let has_hooks = application.descriptors.iter().any(|descriptor| descriptor.on_idle.is_some());
    let is_heard = application.router.with_subscriptions(|known| known.hears(BECOMING_IDLE));
    if has_hooks || is_heard {
        application.services.activity.want_notices();
    }
    let runtime = application.services.runtime.clone();
    let watch = Watch(Arc::clone(&application.services));
    let application = Arc::downgrade(application);
    runtime.spawn(async move {
        let services = &watch.0;
        services.activity.notices_wanted().await;
        loop {
            services.earned_rest().await;
            let goes_on = tell(&application);
            services.activity.leave();
            if !goes_on {
                return;
            }
        }
    })
}

/// As long as it stands, whoever waits for rest waits for the notices that are due, too.
struct Watch(Arc<Services>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.activity.end_notices();
    }
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
        if let Some(entries) = descriptor.on_idle.filter(|_| Phase::of(station.tenant()).is_ready()) {
            push_idle(station, entries);
        }
    }
    true
}

impl Handle {
    /// Waits until nothing runs and nothing waits anywhere; see [`App::quiesce`](crate::App::quiesce).
    ///
    /// # Errors
    ///
    /// [`NotQuiet`], at once: inside of a handler this would wait for that very handler. Run hooks may wait.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn quiesce(&self) -> Result<(), NotQuiet> {
        if self.is_inside_of_handler() {
            return Err(NotQuiet { busy: busy(self), waited: Duration::ZERO });
        }
        self.application.services.rest().await;
        Ok(())
    }

    /// [`quiesce`](Self::quiesce) for a limited time.
    ///
    /// # Errors
    ///
    /// [`NotQuiet`] names the handlers that are still at it: after the time, or at once inside of a handler.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn quiesce_within(&self, time: Duration) -> Result<(), NotQuiet> {
        match tokio::time::timeout(time, self.quiesce()).await {
            Ok(quiet) => quiet,
            Err(_) => Err(NotQuiet { busy: busy(self), waited: time }),
        }
    }

    fn is_inside_of_handler(&self) -> bool {
        let services: *const Services = &raw const *self.application.services;
        current(|activation| {
            activation.is_some_and(|activation| {
                activation.scene != Scene::Hook && std::ptr::eq(activation.event_loop().services(), services)
            })
        })
    }
}

/// The handlers that run or wait, as `module.task`.
fn busy(handle: &Handle) -> Vec<String> {
    let mut busy = Vec::new();
    for event_loop in handle.application.services.loops() {
        if !event_loop.is_at_rest() {
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
