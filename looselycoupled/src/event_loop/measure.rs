//! What is recorded of messages and handlers.

use super::{Activation, EventLoop, Item, Kind, Outcome};
use crate::statistics::{End, Writer};

impl EventLoop {
    /// A handler has ended.
    #[inline(always)]
    pub(super) fn measure(&self, activation: &Activation, outcome: Outcome, writer: Writer) {
        let (label, kind) = (activation.seed.label, activation.seed.kind);
        let end = match outcome {
            Outcome::Handled => End::Handled,
            Outcome::Failed => End::Failed,
            Outcome::Panicked => End::Panicked,
            Outcome::Lost => return,
        };
        let (tenant, is_event) = (self.tenant(label.tenant), kind != Kind::Task);
        tenant.meters.ended(
            tenant.metered(label.handler, is_event),
            is_event,
            activation.timing,
            end,
            writer,
        );
    }

    /// A message is taken out of the queue to be begun.
    #[inline(always)]
    pub(super) fn waited(&self, item: &Item, writer: Writer) {
        self.waits.record(item.seed.lineage.priority, item.sent, writer);
    }
}
