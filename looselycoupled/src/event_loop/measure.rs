//! What is recorded of messages and handlers.

use super::{Activation, EventLoop, Item, Outcome};
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
    }

    /// A message is taken out of the queue to be begun.
    #[inline(always)]
    pub(super) fn waited(&self, item: &Item, writer: Writer) {
        self.waits.record(item.seed.lineage.priority, item.sent, writer);
    }
}
