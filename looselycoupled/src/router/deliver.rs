//! Putting an event into the queue of one receiver, and what happens if there is no room.

use super::connections::Connections;
use super::gaps::Gaps;
use super::{Receiver, Router};
use crate::envelope::{Acknowledgement, Acknowledgements, EventRecord};
use crate::event_loop::{Item, Kind, Label, Lost, Obstacle, Tenant};
use crate::mailbox::{Filled, Slot};
use crate::statistics::{Loss, MessageKind};
use crate::sync::Ordering;

/// Whom deliveries ask and tell.
pub(super) struct Post<'a> {
    is_ready: fn(&Tenant) -> bool,
    gaps: &'a Gaps,
    connections: &'a Connections,
    acknowledgements: Option<&'a Acknowledgements>,
}

impl<'a> Post<'a> {
    pub(super) const fn of(
        router: &'a Router,
        gaps: &'a Gaps,
        acknowledgements: Option<&'a Acknowledgements>,
    ) -> Self {
        Self { is_ready: router.is_ready, gaps, connections: &router.connections, acknowledgements }
    }

    #[inline]
    fn acknowledgement(&self) -> Acknowledgement {
        self.acknowledgements.map_or(Acknowledgement::NONE, Acknowledgements::one)
    }
}

impl<M: Fn(Slot<'_, Item>, (EventRecord, Acknowledgement), Label) -> Filled> Receiver<M> {
    pub(super) fn deliver(&self, record: &EventRecord, post: &Post<'_>) {
        let tenant = self.station.tenant();
        let acknowledgement = post.acknowledgement();
        if !(post.is_ready)(tenant) {
            self.lose(record, Loss::Undelivered);
            return;
        }
        let kind = if acknowledgement.is_wanted() { Kind::BoundedElsewhere } else { Kind::Event };
        let fill = |slot: Slot<'_, Item>| (self.make)(slot, (record.clone(), acknowledgement), self.label());
        let mut obstacle = None;
        let _receipt = self.station.event_loop.push(kind, fill, &mut obstacle);
        if let Some(obstacle) = obstacle {
            self.meet(record, &obstacle, post);
        }
    }

    /// Events never wait for room: one is lost, this one or an older one.
    #[cold]
    fn meet(&self, record: &EventRecord, obstacle: &Obstacle, post: &Post<'_>) {
        match obstacle {
            Obstacle::Full | Obstacle::Parked(_) => {
                let newest = self.lose(record, Loss::Dropped);
                self.mention(newest.label, "newest");
                post.gaps.tell(&self.station.event_loop, &newest, false, post.connections);
            }
            Obstacle::DroveOut(oldest) => {
                self.mention(oldest.label, "oldest");
                post.gaps.tell(&self.station.event_loop, oldest, true, post.connections);
            }
            Obstacle::Closed => {
                self.lose(record, Loss::Undelivered);
            }
        }
    }

    /// The event never gets into the queue.
    #[cold]
    fn lose(&self, record: &EventRecord, reason: Loss) -> Lost {
        self.station.tenant().counters.exceptions().lost_at_the_door.add();
        let (transaction, priority) = (record.transaction().raw(), record.priority());
        let (label, idle_born) = (self.label(), record.lineage().idle_born);
        let lost = Lost { label, kind: MessageKind::Event, transaction, priority, idle_born };
        self.station.event_loop.lose(&lost, reason);
        lost
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
