//! What is measured of an application.

use super::{Handle, HandlerInfo};
use crate::metadata::ModuleIndex;
use crate::statistics::Measurements;
use crate::sync::Arc;

impl Handle {
    /// How often, how long, and how long waited for: by task, event handler, event, and who calls whom, since the start.
    ///
    /// Times are those of the machine, also where a test stops the clock. A task that overlaps with others counts from when it got its place.
    #[must_use]
    pub fn measurements(&self) -> Measurements {
        let (directory, services) = (&self.application.router.directory, &self.application.services);
        let name =
            |index: ModuleIndex| directory.station(index).map(|station| Arc::clone(&station.tenant().name));
        let mut measured = Measurements::new(services.emissions.picture(name), services.losses.picture());
        for (station, descriptor) in directory.stations().iter().zip(&self.application.descriptors) {
            let (tenant, tasks) =
                (station.tenant(), descriptor.tasks.iter().map(|task| (task.info.index, task.info.name)));
            let pattern = |info: &'static HandlerInfo| (info.index, info.subscription.pattern());
            measured.add_tasks(&tenant.name, &tenant.meters, tasks);
            measured.add_handlers(
                &tenant.name,
                &tenant.meters,
                descriptor.handlers.iter().map(|known| pattern(&known.info)),
            );
            measured.add_calls(&tenant.name, &tenant.meters, name);
            // Every loop has exactly one first tenant.
            if station.tenant == 0 {
                measured.add_waits(&station.event_loop.waits);
            }
        }
        services
            .loops()
            .iter()
            .filter(|known| known.was_opened())
            .for_each(|known| measured.add_waits(&known.waits));
        measured
    }
}
