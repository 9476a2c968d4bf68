//! What is recorded of messages and handlers.

use super::{Activation, EventLoop, Item, Kind, Outcome};
use crate::metadata::ModuleIndex;
use crate::statistics::{End, Writer};

impl EventLoop {
    /// A handler has ended.
    #[inline(always)]
    pub(super) fn measure(&self, activation: &Activation, outcome: Outcome, writer: Writer) {
        let label = activation.seed.label;
        let end = match outcome {
            Outcome::Handled => End::Handled,
            Outcome::Failed => End::Failed,
            Outcome::Panicked => End::Panicked,
            Outcome::Lost => return,
        };
        let tenant = self.tenant(label.tenant);
        tenant.meters.ended(tenant.metered(label.handler), activation.timing, end, writer);
        // Messages of connected events have the label of a task, but nobody has called; and guests of a loop are no modules.
        if activation.seed.kind == Kind::Task && tenant.module != ModuleIndex::OUTSIDE {
            let services = self.services();
            tenant.meters.called_by(activation.seed.lineage.source, || services.modules(), writer);
        }
    }

    /// A message is taken out of the queue to be begun.
    #[inline(always)]
    pub(super) fn waited(&self, item: &Item, writer: Writer) {
        self.waits.record(item.seed.lineage.priority, item.sent, writer);
    }
}
