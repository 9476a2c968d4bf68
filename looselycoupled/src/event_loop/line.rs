//! Getting in line, and out of it again.

#![expect(unsafe_code, reason = "a message is built in the node in which it waits")]

use std::task::Waker;

use super::queue::{Entry, MovedUp, Queue};
use super::{EventLoop, Item, Kind, Lost, Obstacle, Parking, Receipt};
use crate::mailbox::{Filled, NodeRef, Slot};
use crate::statistics::Loss;
use crate::sync::{MutexGuard, Ordering};

/// What became of the wish to take a message back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withdrawal {
    Done,
    /// It has not begun, but cannot be taken back from this thread.
    OutOfReach,
    /// It has begun, or ended, or is about to begin on another thread.
    TooLate,
}

impl EventLoop {
    /// Puts a message in line.
    ///
    /// It is built under the lock, in the place where it will wait: building it elsewhere and copying it costs more than
    /// the lock does, since what was just written in small portions cannot be read in large ones at once. For the same
    /// reason the receipt is no larger than two registers, and everything else takes another way.
    #[inline(always)]
    pub(crate) fn push(
        &self,
        kind: Kind,
        fill: impl FnOnce(Slot<'_, Item>) -> Filled,
        obstacle: &mut Option<Obstacle>,
    ) -> Option<Receipt> {
        let mut queue = self.queue.lock();
        let entry = queue.admit(kind);
        // Whether there is room or not: so there is one place where code for the message is compiled.
        let node = queue.vacant();
        // SAFETY: just taken, and filled before anybody sees it.
        unsafe {
            fill(node.slot());
            if entry == Entry::Free {
                return Some(self.accept(queue, node));
            }
        }
        let item = queue.take_out(node);
        self.push_without_room(queue, item, obstacle)
    }

    /// Puts a message in line whose room has been taken. SAFETY: the node is of this queue, filled, and in no list.
    #[inline]
    unsafe fn accept(&self, mut queue: MutexGuard<'_, Queue>, node: NodeRef<Item>) -> Receipt {
        let before = queue.occupied();
        // SAFETY: passed on; the message cannot leave before the lock is released.
        let receipt = unsafe {
            let (tenant, kind) = ((*node.content()).seed.label.tenant, (*node.content()).seed.kind);
            if kind != Kind::Hook {
                self.count_accepted(&mut queue, tenant);
            }
            queue.push(node)
        };
        if queue.occupied() != before {
            self.show_occupied(&queue);
        }
        self.set_going(queue);
        receipt
    }

    /// Sees to it that what has come into the queue gets its turn.
    #[inline]
    pub(super) fn set_going(&self, queue: MutexGuard<'_, Queue>) {
        if self.is_concurrent {
            // A handler that holds the last place may not count itself: it may run at once on its caller's task.
            self.services.activity.enter();
            drop(queue);
            self.pump();
        } else {
            self.schedule(queue);
        }
    }

    #[cold]
    #[inline(never)]
    fn push_without_room(
        &self,
        mut queue: MutexGuard<'_, Queue>,
        item: Item,
        obstacle: &mut Option<Obstacle>,
    ) -> Option<Receipt> {
        let mut senders = Vec::new();
        self.release(&mut queue, &mut senders);
        let driven_out = queue.drive_out(&item.seed);
        if driven_out.is_some() {
            self.show_occupied(&queue);
        }
        let receipt = match queue.admit(item.seed.kind) {
            Entry::Free => {
                let node = queue.vacant();
                // SAFETY: just taken, and filled.
                unsafe {
                    node.slot().fill(item);
                    Some(self.accept(queue, node))
                }
            }
            Entry::Park => {
                let parking = queue.park(item);
                self.show_occupied(&queue);
                // Wakers are called below.
                drop(queue);
                *obstacle = Some(Obstacle::Parked(parking));
                None
            }
            refusal @ (Entry::Full | Entry::Closed) => {
                drop(queue);
                item.discard(Loss::Cancelled, &Box::default);
                *obstacle = Some(if refusal == Entry::Full { Obstacle::Full } else { Obstacle::Closed });
                None
            }
        };
        senders.into_iter().for_each(Waker::wake);
        if let Some(oldest) = driven_out {
            *obstacle = Lost::of(&oldest.seed, oldest.is_awaited()).map(Obstacle::DroveOut);
            self.discard_accepted(oldest, Loss::Dropped);
        }
        receipt
    }

    /// Puts a call in line that belongs to the current turn: it begins before anything else does.
    pub(crate) fn push_nested(&self, fill: impl FnOnce(Slot<'_, Item>) -> Filled) -> Receipt {
        let mut queue = self.queue.lock();
        let node = queue.vacant();
        // SAFETY: just taken, and filled.
        let receipt = unsafe {
            fill(node.slot());
            let tenant = (*node.content()).seed.label.tenant;
            self.count_accepted(&mut queue, tenant);
            queue.push_nested(node)
        };
        self.schedule(queue);
        self.wake();
        receipt
    }

    /// Puts a hook in line that begins before anything else does, as soon as its module is free; false, and nothing is
    /// made, if nothing is taken in any more.
    pub(crate) fn push_ahead(&self, fill: impl FnOnce(Slot<'_, Item>) -> Filled) -> bool {
        let mut queue = self.queue.lock();
        if queue.closed {
            return false;
        }
        let node = queue.vacant();
        // SAFETY: just taken, and filled.
        unsafe {
            fill(node.slot());
            queue.push_ahead(node);
        }
        self.show_occupied(&queue);
        self.schedule(queue);
        self.wake();
        true
    }

    /// Takes a message back that has not begun.
    pub(crate) fn withdraw(&self, slip: Receipt, reason: Loss) -> Withdrawal {
        let mut queue = self.queue.lock();
        // SAFETY: receipts are kept beside the loop that gave them out. On a runtime of one thread the loop's task does
        // not compete for what it has in hand, so nobody else may.
        let withdrawn = unsafe {
            let is_out_of_reach =
                self.services.is_single_threaded && queue.is_in_hand(slip) && !self.is_polled_here();
            if is_out_of_reach {
                return if slip.still_waits() { Withdrawal::OutOfReach } else { Withdrawal::TooLate };
            }
            queue.withdraw(slip)
        };
        let Some((item, moved)) = withdrawn else { return Withdrawal::TooLate };
        let sender = moved.and_then(|moved| self.let_in(&mut queue, &moved));
        self.show_occupied(&queue);
        drop(queue);
        sender.into_iter().for_each(Waker::wake);
        self.discard_accepted(item, reason);
        Withdrawal::Done
    }

    /// Takes a message back that still waits for room; it was never accepted.
    pub(crate) fn unpark(&self, parking: &Parking) -> bool {
        let Some(item) = self.queue.lock().unpark(parking) else { return false };
        item.discard(Loss::Cancelled, &Box::default);
        true
    }

    /// Counts a message that moved from outside into the queue, and tells its sender, who must be woken once the lock is
    /// released.
    pub(super) fn let_in(&self, queue: &mut Queue, moved: &MovedUp) -> Option<Waker> {
        self.count_accepted(queue, moved.tenant);
        if self.is_concurrent {
            self.services.activity.enter();
        }
        moved.parking.grant(moved.slip)
    }

    #[inline]
    pub(super) fn count_accepted(&self, queue: &mut Queue, tenant: u32) {
        if tenant == 0 {
            queue.accepted += 1;
        } else {
            self.tenant(tenant).counters.accepted_to_queue.add_exclusively();
        }
    }

    #[inline]
    pub(super) fn show_occupied(&self, queue: &Queue) {
        self.occupied.store(queue.occupied(), Ordering::Relaxed);
    }
}
