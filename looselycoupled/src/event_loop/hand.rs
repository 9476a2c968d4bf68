//! Working through a whole lane at once.
//!
//! Taking one message at a time would lock the queue once for each. The loop's task takes a lane instead, and gives
//! back what is left whenever it stops being polled or something more urgent has come; so a lane is in hand only
//! while one thread works through it.

#![expect(unsafe_code, reason = "the hand belongs to the thread that polls the loop's task")]

use std::collections::VecDeque;
use std::sync::MutexGuard;

use super::activation::Kind;
use super::queue::{MovedUp, Queue};
use super::{EventLoop, Item, wake_moved_up};
use crate::mailbox::Numbered;
use crate::metadata::Priority;
use crate::sync::Ordering;

/// The lane that the loop's task works through.
#[derive(Debug)]
pub(super) struct Hand {
    items: VecDeque<Item>,
    priority: Priority,
    /// Messages that have left the hand and still hold their room.
    begun_tasks: u32,
    begun_events: u32,
}

impl Default for Hand {
    fn default() -> Self {
        Self { items: VecDeque::new(), priority: Priority::Normal, begun_tasks: 0, begun_events: 0 }
    }
}

thread_local! {
    static HERE: u8 = const { 0 };
}

/// Tells threads apart that exist at the same time.
fn this_thread() -> usize {
    HERE.with(|here| std::ptr::from_ref(here) as usize)
}

/// All unsafe methods: SAFETY: the caller polls the loop's task, on this thread. Borrows of the hand never live
/// across the code of a handler.
impl EventLoop {
    #[inline]
    pub(super) fn begin_polling(&self) {
        self.polled_by.store(this_thread(), Ordering::Relaxed);
    }

    /// Gives back what is in hand.
    #[inline]
    pub(super) unsafe fn end_polling(&self) {
        // SAFETY: passed on.
        let hand = unsafe { self.hand() };
        if !hand.items.is_empty() || hand.begun_tasks + hand.begun_events > 0 {
            let mut queue = self.queue.lock();
            let moved = self.give_back(hand, &mut queue);
            drop(queue);
            wake_all(moved);
        }
        self.polled_by.store(0, Ordering::Relaxed);
    }

    #[inline]
    unsafe fn hand<'a>(&self) -> &'a mut Hand {
        // SAFETY: passed on.
        unsafe { &mut *self.hand.get() }
    }

    /// The next message; if there is none, the task's ownership of the loop ends.
    #[inline(always)]
    pub(super) unsafe fn next(&self) -> Option<Item> {
        // SAFETY: passed on.
        let hand = unsafe { self.hand() };
        if !hand.items.is_empty() && !self.has_more_urgent_than(hand) {
            return self.draw(hand);
        }
        self.next_lane(hand)
    }

    #[inline]
    fn has_more_urgent_than(&self, hand: &Hand) -> bool {
        // Somebody who waits for room may be more urgent, too, and moves up only under the lock.
        let more_urgent = ((1_u8 << hand.priority.lane()) - 1) | Queue::SOMEBODY_WAITS_FOR_ROOM;
        self.occupied.load(Ordering::Relaxed) & more_urgent != 0
    }

    #[cold]
    #[inline(never)]
    fn next_lane(&self, hand: &mut Hand) -> Option<Item> {
        let mut queue = self.queue.lock();
        let moved = self.give_back(hand, &mut queue);
        // Statistics tell what waits for each tenant, so only one message leaves a shared queue at a time; and with
        // several threads, somebody may want to withdraw what would be in hand.
        if self.tenants.len() > 1 || !self.services.is_single_threaded {
            return self.next_one(queue, moved);
        }
        let taken = queue.take_lane(&mut hand.items);
        self.occupied.store(queue.occupied(), Ordering::Relaxed);
        let Some(priority) = taken else {
            self.rest(queue, moved);
            return None;
        };
        drop(queue);
        wake_all(moved);
        hand.priority = priority;
        self.draw(hand)
    }

    #[inline(always)]
    fn draw(&self, hand: &mut Hand) -> Option<Item> {
        let kind = hand.items.front()?.seed.kind;
        hand.begin(kind);
        self.in_hand.store(hand.items.len() as u32 - 1, Ordering::Relaxed);
        hand.items.pop_front()
    }

    /// The next message, taken alone: its room is free at once.
    fn next_one(&self, mut queue: MutexGuard<'_, Queue>, moved: Vec<MovedUp>) -> Option<Item> {
        let Some((item, moved_up)) = queue.pop() else {
            self.rest(queue, moved);
            return None;
        };
        self.count_moved_up(moved_up.as_ref());
        self.occupied.store(queue.occupied(), Ordering::Relaxed);
        drop(queue);
        wake_all(moved);
        wake_moved_up(moved_up);
        Some(item)
    }

    /// Nothing waits: the task's ownership of the loop ends.
    fn rest(&self, mut queue: MutexGuard<'_, Queue>, moved: Vec<MovedUp>) {
        let has_earned = std::mem::take(&mut queue.has_earned);
        self.state.rest();
        drop(queue);
        wake_all(moved);
        if has_earned {
            self.services.activity.earn();
        }
        self.services.activity.leave();
    }

    /// Puts what is in hand back in line and frees the room of what has begun.
    fn give_back(&self, hand: &mut Hand, queue: &mut Queue) -> Vec<MovedUp> {
        queue.give_back(hand.priority, &mut hand.items);
        self.in_hand.store(0, Ordering::Relaxed);
        self.occupied.store(queue.occupied(), Ordering::Relaxed);
        self.release(hand, queue)
    }

    fn release(&self, hand: &mut Hand, queue: &mut Queue) -> Vec<MovedUp> {
        let moved =
            queue.release(std::mem::take(&mut hand.begun_tasks), std::mem::take(&mut hand.begun_events));
        moved.iter().for_each(|moved| self.count_moved_up(Some(moved)));
        moved
    }

    /// A handler that fills its own queue must find the room of the messages that have begun: they are in the hand
    /// of this very thread.
    #[cold]
    pub(super) fn release_own(&self, queue: &mut Queue) -> Vec<MovedUp> {
        if self.polled_by.load(Ordering::Relaxed) != this_thread() {
            return Vec::new();
        }
        // SAFETY: this thread polls the loop's task; it is in the code of a handler, so the hand is not borrowed.
        let hand = unsafe { self.hand() };
        self.release(hand, queue)
    }

    /// Takes a message out of the hand of this very thread.
    pub(super) fn withdraw_from_hand(&self, number: u64) -> Option<Item> {
        if self.polled_by.load(Ordering::Relaxed) != this_thread() {
            return None;
        }
        // SAFETY: as in `release_own`.
        let hand = unsafe { self.hand() };
        let index = hand.items.binary_search_by_key(&number, Numbered::number).ok()?;
        let item = hand.items.remove(index)?;
        self.in_hand.store(hand.items.len() as u32, Ordering::Relaxed);
        hand.begin(item.seed.kind);
        Some(item)
    }
}

impl Hand {
    #[inline]
    fn begin(&mut self, kind: Kind) {
        match kind {
            Kind::Task => self.begun_tasks += 1,
            Kind::Event => self.begun_events += 1,
            Kind::Hook => {}
        }
    }
}

pub(super) fn wake_all(moved: Vec<MovedUp>) {
    moved.into_iter().for_each(|moved| wake_moved_up(Some(moved)));
}
