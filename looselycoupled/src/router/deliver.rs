//! Putting an event into the queue of one receiver, and what happens if there is no room.

use super::Receiver;
use crate::envelope::EventRecord;
use crate::event_loop::{Item, Kind, Label, Lost, Obstacle, Tenant};
use crate::mailbox::Slot;
use crate::statistics::{Loss, MessageKind};
use crate::sync::Ordering;

impl Receiver {
    pub(super) fn deliver(&self, record: &EventRecord, is_ready: fn(&Tenant) -> bool) {
        let tenant = self.station.tenant();
        if !is_ready(tenant) {
            return self.lose(record, Loss::Undelivered);
        }
        let fill = |slot: Slot<'_, Item>| (self.make)(slot, record.clone(), self.label());
        let mut obstacle = None;
        let _receipt = self.station.event_loop.push(Kind::Event, fill, &mut obstacle);
        if let Some(obstacle) = obstacle {
            self.meet(record, &obstacle);
        }
    }

    #[inline]
    fn label(&self) -> Label {
        Label { tenant: self.station.tenant, handler: self.handler }
    }

    /// Events never wait for room: one is lost, this one or an older one.
    #[cold]
    fn meet(&self, record: &EventRecord, obstacle: &Obstacle) {
        match obstacle {
            Obstacle::Full | Obstacle::Parked(_) => {
                self.lose(record, Loss::Dropped);
                self.mention(self.label(), "newest");
            }
            Obstacle::DroveOut(oldest) => self.mention(*oldest, "oldest"),
            Obstacle::Closed => self.lose(record, Loss::Undelivered),
        }
    }

    /// The event never gets into the queue.
    #[cold]
    fn lose(&self, record: &EventRecord, reason: Loss) {
        self.station.tenant().counters.exceptions().lost_at_the_door.add();
        let (transaction, priority) = (record.transaction().raw(), record.priority());
        let lost = Lost { label: self.label(), kind: MessageKind::Event, transaction, priority };
        self.station.event_loop.lose(&lost, reason);
    }

    /// Says once for each module that it loses events.
    fn mention(&self, lost: Label, which: &str) {
        let tenant = self.station.event_loop.tenant(lost.tenant);
        if tenant.counters.exceptions().drops_are_mentioned.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!(
            target: "looselycoupled",
            module = %tenant.name,
            handler = tenant.labels.label(lost.handler),
            "the event queue is full: the {which} events are dropped and counted (said once per module)"
        );
    }
}
