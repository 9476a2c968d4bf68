//! Which messages wait that tell of lost events.

#![expect(unsafe_code, reason = "asks the nodes of messages whether those still wait")]

use crate::event_loop::{Item, Label, Missed};
use crate::mailbox::Slip;
use crate::metadata::Priority;
use crate::sync::Arc;

/// Where lost events are missing, and who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The handler that is told.
    pub(crate) told: Label,
    /// The handler of the same module that missed something.
    pub(crate) lost: u16,
    pub(crate) priority: Priority,
    /// What was lost stood before all that waits at this priority, not behind it.
    pub(crate) is_first: bool,
}

/// The message that told, or will tell, of each gap there ever was: as many as the modules have handlers, at most, times
/// priorities.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<(Gap, Slip<Item>, Arc<Missed>)>);

impl Gaps {
    /// Adds one event to what a waiting message will tell; false if none waits.
    ///
    /// SAFETY: every slip is of the queue that owns this.
    pub(super) unsafe fn add(&self, gap: &Gap) -> bool {
        // SAFETY: passed on.
        let waits = |slip: &Slip<Item>| unsafe { slip.still_waits() };
        self.0.iter().any(|(known, slip, missed)| known == gap && waits(slip) && missed.add())
    }

    /// Remembers the message that tells of a gap from now on.
    pub(super) fn note(&mut self, gap: Gap, slip: Slip<Item>, missed: Arc<Missed>) {
        match self.0.iter_mut().find(|(known, ..)| *known == gap) {
            Some(known) => *known = (gap, slip, missed),
            None => self.0.push((gap, slip, missed)),
        }
    }
}
