//! Messages that are never handled: counted, and kept for whoever asks.

use std::time::SystemTime;

use super::{EventLoop, Kind, Label, Seed};
use crate::metadata::Priority;
use crate::statistics::{Kept, Loss, MessageKind};
use crate::sync::Arc;

/// What is known of a message that is lost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lost {
    pub(crate) label: Label,
    pub(crate) kind: MessageKind,
    /// 0 if it has no name.
    pub(crate) transaction: u64,
    pub(crate) priority: Priority,
}

impl EventLoop {
    /// [Loses](Self::lose) what a message carried; hooks are no messages.
    #[cold]
    pub(super) fn lose_seed(&self, seed: &Seed, is_awaited: bool, reason: Loss) {
        let kind = match seed.kind {
            Kind::Task if is_awaited => MessageKind::Call,
            Kind::Task => MessageKind::Task,
            Kind::Event => MessageKind::Event,
            Kind::Hook => return,
        };
        let (transaction, priority) = (seed.lineage.transaction, seed.lineage.priority);
        self.lose(&Lost { label: seed.label, kind, transaction, priority }, reason);
    }

    /// Counts a message for one of the tenants that is never handled, and keeps it.
    #[cold]
    pub(crate) fn lose(&self, lost: &Lost, reason: Loss) {
        let tenant = self.tenant(lost.label.tenant);
        let exceptions = tenant.counters.exceptions();
        match reason {
            Loss::Expired => exceptions.expired.add(),
            Loss::Cancelled => exceptions.cancelled.add(),
            Loss::Dropped => exceptions.dropped.add(),
            Loss::Undelivered => exceptions.undelivered.add(),
        }
        self.services.dead_letters.keep(|| Kept {
            module: Arc::clone(&tenant.name),
            handler: tenant.labels.label(lost.label.handler),
            kind: lost.kind,
            reason,
            transaction: lost.transaction,
            priority: lost.priority,
            when: SystemTime::now(),
        });
    }
}
