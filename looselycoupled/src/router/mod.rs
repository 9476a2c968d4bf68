//! Where messages go: addresses of modules, and who hears which event.

mod directory;
mod subscriptions;

pub(crate) use directory::{Directory, Station};
pub(crate) use subscriptions::{Receiver, Subscriptions};

use arc_swap::ArcSwap;

use crate::envelope::EventRecord;
use crate::event_loop::{Discard, Item, Kind, Label, Obstacle, Tenant};
use crate::mailbox::Slot;

/// The post office of one application.
#[derive(Debug)]
pub(crate) struct Router {
    pub(crate) directory: Directory,
    subscriptions: ArcSwap<Subscriptions>,
    /// Whether a module takes events at this moment; what that means belongs to the modules' room.
    is_ready: fn(&Tenant) -> bool,
}

impl Router {
    pub(crate) fn new(
        directory: Directory,
        subscriptions: Subscriptions,
        is_ready: fn(&Tenant) -> bool,
    ) -> Self {
        Self { directory, subscriptions: ArcSwap::from_pointee(subscriptions), is_ready }
    }

    /// Looks at the subscriptions as they are now.
    pub(crate) fn with_subscriptions<R>(&self, look: impl FnOnce(&Subscriptions) -> R) -> R {
        look(&self.subscriptions.load())
    }

    /// Pushes an event into the queue of everybody who hears it, its source excepted. Returns how many that were,
    /// those with a full queue included. `by_name_only` leaves patterns out.
    pub(crate) fn publish(&self, record: &EventRecord, by_name_only: bool) -> usize {
        // Named before it is shared, so that all receivers pass on the same.
        let _named = record.transaction();
        let subscriptions = self.subscriptions.load();
        subscriptions.for_each(record.name(), |receiver| {
            let hears = receiver.module != record.sender() && !(by_name_only && receiver.by_pattern);
            if hears {
                receiver.deliver(record, self.is_ready);
            }
            hears
        })
    }
}

impl Receiver {
    fn deliver(&self, record: &EventRecord, is_ready: fn(&Tenant) -> bool) {
        let tenant = self.station.tenant();
        if !is_ready(tenant) {
            tenant.counters.exceptions().lost_at_the_door.add();
            tenant.counters.exceptions().undelivered.add();
            return;
        }
        let fill = |slot: Slot<'_, Item>| (self.make)(slot, record.clone(), self.label());
        let mut obstacle = None;
        if self.station.event_loop.push(Kind::Event, fill, &mut obstacle).is_none() {
            // Events never wait for room.
            let is_full = !matches!(obstacle, Some(Obstacle::Closed));
            self.lose(if is_full { Discard::Dropped } else { Discard::Undelivered });
        }
    }

    #[inline]
    fn label(&self) -> Label {
        Label { tenant: self.station.tenant, handler: self.handler }
    }

    #[cold]
    fn lose(&self, reason: Discard) {
        let tenant = self.station.tenant();
        let counters = &tenant.counters;
        counters.exceptions().lost_at_the_door.add();
        if reason != Discard::Dropped {
            counters.exceptions().undelivered.add();
            return;
        }
        counters.exceptions().dropped.add();
        if counters.exceptions().dropped.get() == 1 {
            tracing::warn!(
                target: "looselycoupled",
                module = %tenant.name,
                handler = tenant.labels.label(self.handler),
                "the event queue is full: the newest events are dropped and counted (said once per module)"
            );
        }
    }
}
