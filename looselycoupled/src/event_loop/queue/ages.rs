//! Which of the events that wait are the oldest.

#![expect(unsafe_code, reason = "asks the nodes of messages whether those still wait")]

use std::collections::VecDeque;

use crate::event_loop::Item;
use crate::mailbox::Slip;
use crate::metadata::Priority;

/// The events that wait, by lane and age. A lane holds calls and tasks as well, so its first message may be none; and
/// to look for one there takes the longer the more of those wait.
///
/// All methods: SAFETY: every slip is of the queue that owns this.
#[derive(Debug, Default)]
pub(super) struct Ages([VecDeque<Slip<Item>>; 5]);

impl Ages {
    /// Notes an event that was accepted.
    pub(super) unsafe fn enter(&mut self, priority: Priority, slip: Slip<Item>) {
        let lane = &mut self.0[priority.lane()];
        // SAFETY: passed on.
        unsafe { forget_begun(lane) };
        lane.push_back(slip);
    }

    /// The oldest event of the lowest lane in which some wait, unless all are more urgent than `newest`.
    pub(super) unsafe fn oldest(&mut self, newest: Priority) -> Option<Slip<Item>> {
        self.0[newest.lane()..].iter_mut().rev().find_map(|lane| {
            // SAFETY: passed on.
            unsafe { forget_begun(lane) };
            lane.pop_front()
        })
    }
}

/// Inside of a lane events begin in the order of their arrival, so those that have stand first.
unsafe fn forget_begun(lane: &mut VecDeque<Slip<Item>>) {
    // SAFETY: passed on.
    while lane.front().is_some_and(|oldest| unsafe { !oldest.still_waits() }) {
        lane.pop_front();
    }
}
