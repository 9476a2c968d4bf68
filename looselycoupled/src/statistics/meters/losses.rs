//! What was lost, by how urgent it was.

use super::super::{Counter, Loss};
use super::measurements::LostMessages;
use crate::metadata::Priority;

const REASONS: [Loss; 4] = [Loss::Expired, Loss::Cancelled, Loss::Dropped, Loss::Undelivered];
const PRIORITIES: [Priority; 5] =
    [Priority::Highest, Priority::High, Priority::Normal, Priority::Low, Priority::Lowest];

/// By priority and reason.
#[derive(Debug, Default)]
pub(crate) struct Losses([[Counter; REASONS.len()]; PRIORITIES.len()]);

impl Losses {
    pub(crate) fn note(&self, priority: Priority, reason: Loss) {
        if let Some(counter) = self.0.get(priority as usize).and_then(|reasons| reasons.get(reason as usize))
        {
            counter.add();
        }
    }

    pub(crate) fn picture(&self) -> Vec<LostMessages> {
        let of = |priority: Priority| {
            REASONS.into_iter().filter_map(move |reason| {
                let number = self.0.get(priority as usize)?.get(reason as usize)?.get();
                Some(LostMessages { priority, reason, number })
            })
        };
        PRIORITIES.into_iter().flat_map(of).collect()
    }
}
