//! Messages that are never handled: counted, kept for whoever asks, and told to whoever misses them.

#![expect(unsafe_code, reason = "a message is built in the node in which it waits")]

use std::time::SystemTime;

use super::{EventLoop, Gap, Item, Kind, Label, Missed, Seed};
use crate::mailbox::{Filled, Slot};
use crate::metadata::{Lineage, Priority};
use crate::statistics::{Kept, Loss, MessageKind, Recipient};
use crate::sync::Arc;

/// What is known of a message that is lost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lost {
    pub(crate) label: Label,
    pub(crate) kind: MessageKind,
    /// 0 if it has no name.
    pub(crate) transaction: u64,
    pub(crate) priority: Priority,
    /// It stemmed from `becoming_idle`.
    pub(crate) idle_born: bool,
}

impl Lost {
    /// What a message carried; hooks are no messages.
    pub(super) const fn of(seed: &Seed, is_awaited: bool) -> Option<Self> {
        let kind = match seed.kind {
            Kind::Task if is_awaited => MessageKind::Call,
            Kind::Task => MessageKind::Task,
            Kind::Event | Kind::BoundedElsewhere | Kind::Redelivered => MessageKind::Event,
            Kind::Hook => return None,
        };
        let Lineage { transaction, priority, idle_born, .. } = seed.lineage;
        Some(Self { label: seed.label, kind, transaction, priority, idle_born })
    }
}

impl EventLoop {
    /// [Loses](Self::lose) what a message carried; hooks are no messages.
    #[cold]
    pub(super) fn lose_seed(&self, seed: &Seed, is_awaited: bool, reason: Loss) {
        if let Some(lost) = Lost::of(seed, is_awaited) {
            self.lose(&lost, reason);
        }
    }

    /// Counts a message for one of the tenants that is never handled, and keeps it.
    #[cold]
    pub(crate) fn lose(&self, lost: &Lost, reason: Loss) {
        let tenant = self.tenant(lost.label.tenant);
        let exceptions = tenant.counters.exceptions();
        self.services.losses.note(lost.priority, reason);
        match reason {
            Loss::Expired => {
                exceptions.expired.add();
                let is_awaited = lost.kind == MessageKind::Call;
                tenant.meters.expired(tenant.metered(lost.label.handler), is_awaited);
            }
            Loss::Cancelled => exceptions.cancelled.add(),
            Loss::Dropped => exceptions.dropped.add(),
            Loss::Undelivered => exceptions.undelivered.add(),
        }
        self.services.dead_letters.keep(|| Kept {
            recipient: Recipient::Handler(Arc::clone(&tenant.name), tenant.labels.label(lost.label.handler)),
            kind: lost.kind,
            reason,
            transaction: lost.transaction,
            priority: lost.priority,
            when: SystemTime::now(),
        });
    }

    /// Tells a handler that an event was lost, or adds it to what it will be told anyway. `fill` makes the message.
    #[cold]
    pub(crate) fn miss(&self, gap: &Gap, fill: impl FnOnce(Slot<'_, Item>, Arc<Missed>) -> Filled) {
        let mut queue = self.queue.lock();
        if queue.closed || queue.add_to_gap(gap) {
            return;
        }
        let (node, missed) = (queue.vacant(), Arc::new(Missed::of(1)));
        // SAFETY: just taken, and filled before anybody sees it.
        unsafe {
            fill(node.slot(), Arc::clone(&missed));
            (*node.content()).seed.kind = Kind::BoundedElsewhere;
            self.count_accepted(&mut queue, gap.told.tenant);
            queue.push_gap(gap, node, missed);
        }
        self.show_occupied(&queue);
        self.set_going(queue);
    }
}
