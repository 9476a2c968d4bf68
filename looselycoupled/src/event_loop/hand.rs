//! Working through a whole lane at once.
//!
//! Taking one message at a time would lock the queue once for each. The loop's task takes a lane instead, and gives
//! back what is left whenever it stops being polled or something more urgent has come; so a lane is in hand only
//! while one thread works through it. Whoever wants a message back meanwhile competes for it by its claim.

#![expect(unsafe_code, reason = "the hand belongs to the thread that polls the loop's task")]

use std::task::Waker;

use super::activation::Kind;
use super::queue::Queue;
use super::{EventLoop, Item};
use crate::mailbox::{Chain, NodeRef};
use crate::metadata::Priority;
use crate::sync::{AtomicU32, MutexGuard, Ordering, thread_cell};

/// The lane that the loop's task works through.
#[derive(Debug)]
pub(super) struct Hand {
    nodes: Chain<Item>,
    priority: Priority,
    /// Nodes whose messages are gone.
    spent: Chain<Item>,
    /// How many of this lane were found taken back. The queue counts those as well, so they must cancel out.
    skipped: u32,
}

impl Default for Hand {
    fn default() -> Self {
        Self { nodes: Chain::default(), priority: Priority::Normal, spent: Chain::default(), skipped: 0 }
    }
}

/// How many messages ever left the hand. Written by the loop's task alone; what is behind the queue's own figure is
/// room that is free.
#[derive(Debug, Default)]
pub(super) struct Begun {
    tasks: AtomicU32,
    events: AtomicU32,
}

impl Begun {
    #[inline]
    fn count(&self, kind: Kind) {
        let counter = match kind {
            Kind::Task => &self.tasks,
            Kind::Event => &self.events,
            Kind::BoundedElsewhere | Kind::Redelivered | Kind::Hook => return,
        };
        counter.store(counter.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    fn both(&self) -> (u32, u32) {
        (self.tasks.load(Ordering::Relaxed), self.events.load(Ordering::Relaxed))
    }
}

thread_cell! {
    static HERE: u32 = 0;
}

/// Tells threads apart; never 0.
#[inline]
fn this_thread() -> u32 {
    match HERE.get() {
        0 => number_thread(),
        number => number,
    }
}

#[cold]
fn number_thread() -> u32 {
    // A number, no synchronisation: it goes on from one model to the next.
    use std::sync::atomic::AtomicU32;
    static LAST: AtomicU32 = AtomicU32::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1).max(1);
    HERE.set(number);
    number
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
        if !hand.is_idle() {
            let had_some = !hand.nodes.is_empty();
            let mut queue = self.queue.lock();
            let mut senders = Vec::new();
            // SAFETY: passed on.
            unsafe { self.give_back(hand, &mut queue, &mut senders) };
            if queue.closed && had_some {
                self.turn_out(queue);
            } else {
                drop(queue);
            }
            wake_all(senders);
        }
        self.polled_by.store(0, Ordering::Relaxed);
    }

    #[inline]
    unsafe fn hand<'a>(&self) -> &'a mut Hand {
        // SAFETY: passed on.
        unsafe { &mut *self.hand.get() }
    }

    /// The next message, which nobody can take back any more; if there is none, the task's ownership of the loop ends.
    #[inline(always)]
    pub(super) unsafe fn next(&self) -> Option<NodeRef<Item>> {
        // SAFETY: passed on.
        unsafe {
            let hand = self.hand();
            if !hand.nodes.is_empty() && !self.has_more_urgent_than(hand) {
                let drawn = self.draw(hand);
                if drawn.is_some() {
                    return drawn;
                }
            }
            self.next_lane(hand)
        }
    }

    /// A node whose message has begun or was discarded; it is used again when the queue is locked next.
    #[inline]
    pub(super) unsafe fn spend(&self, node: NodeRef<Item>) {
        // SAFETY: passed on; the node is in no list.
        unsafe { self.hand().spent.push_back(node) };
    }

    #[inline]
    fn has_more_urgent_than(&self, hand: &Hand) -> bool {
        // Somebody who waits for room may be more urgent, too, and moves up only under the lock; and what is in hand when
        // the queue closes must not begin any more.
        let more_urgent = ((1_u8 << hand.priority.lane()) - 1)
            | Queue::SOMEBODY_WAITS_FOR_ROOM
            | Queue::CLOSED
            | Queue::AHEAD;
        self.occupied.load(Ordering::Relaxed) & more_urgent != 0
    }

    #[cold]
    #[inline(never)]
    unsafe fn next_lane(&self, hand: &mut Hand) -> Option<NodeRef<Item>> {
        loop {
            let had_some = !hand.nodes.is_empty();
            let mut queue = self.queue.lock();
            let mut senders = Vec::new();
            // SAFETY: passed on.
            unsafe { self.give_back(hand, &mut queue, &mut senders) };
            if queue.closed && had_some {
                self.turn_out(queue);
                wake_all(senders);
                continue;
            }
            // Statistics tell what waits for each tenant, whoever waits for room gets it as soon as there is some, the
            // oldest event must be within reach, and fairness counts each message; so only one at a time leaves such a queue.
            if self.tenants.len() > 1 || queue.goes_one_by_one() {
                return self.next_one(queue, senders);
            }
            let taken = queue.take_lane(&mut hand.nodes);
            self.show_occupied(&queue);
            let Some(priority) = taken else {
                self.rest(queue, senders);
                return None;
            };
            drop(queue);
            wake_all(senders);
            hand.priority = priority;
            // SAFETY: passed on.
            let drawn = unsafe { self.draw(hand) };
            if drawn.is_some() {
                return drawn;
            }
        }
    }

    /// The next message in hand that was not taken back.
    #[inline(always)]
    unsafe fn draw(&self, hand: &mut Hand) -> Option<NodeRef<Item>> {
        // SAFETY: the hand is ours; with one thread, nobody else takes anything back that is in hand.
        unsafe {
            while let Some(node) = hand.nodes.pop_front() {
                let is_ours = if self.services.is_single_threaded {
                    node.still_waits() && {
                        node.claim_alone();
                        true
                    }
                } else {
                    node.claim()
                };
                if is_ours {
                    self.in_hand.store(hand.nodes.length() + hand.skipped, Ordering::Relaxed);
                    self.begun.count((*node.content()).seed.kind);
                    return Some(node);
                }
                hand.skipped += 1;
                hand.spent.push_back(node);
            }
        }
        None
    }

    /// What was in hand when the queue closed is undelivered like all that waited.
    #[cold]
    fn turn_out(&self, mut queue: MutexGuard<'_, Queue>) {
        let closing = queue.turn_out();
        self.show_occupied(&queue);
        drop(queue);
        self.turn_away(closing);
    }

    /// The next message, taken alone: its room is free at once.
    fn next_one(&self, mut queue: MutexGuard<'_, Queue>, senders: Vec<Waker>) -> Option<NodeRef<Item>> {
        // A call of a turn that was passed on to a task while its module was busy may be left when the turn has ended.
        let left = queue.take_nested(|_| true).map(|node| (node, None));
        let Some((node, moved)) = left.or_else(|| queue.pop()) else {
            self.rest(queue, senders);
            return None;
        };
        let sender = moved.and_then(|moved| self.let_in(&mut queue, &moved));
        self.show_occupied(&queue);
        drop(queue);
        wake_all(senders);
        sender.into_iter().for_each(Waker::wake);
        Some(node)
    }

    /// Nothing waits: the task's ownership of the loop ends.
    fn rest(&self, mut queue: MutexGuard<'_, Queue>, senders: Vec<Waker>) {
        let has_earned = std::mem::take(&mut queue.has_earned);
        self.state.rest();
        let had_work = self.forget_work();
        drop(queue);
        wake_all(senders);
        if had_work {
            self.announce_rest();
        }
        if has_earned {
            self.services.activity.earn();
        }
        self.services.activity.leave();
    }

    /// Puts what is in hand back in line and frees the room of what has begun.
    #[inline]
    unsafe fn give_back(&self, hand: &mut Hand, queue: &mut Queue, senders: &mut Vec<Waker>) {
        // SAFETY: passed on.
        unsafe {
            queue.free_all(&mut hand.spent);
            queue.give_back(&mut hand.nodes);
        }
        hand.skipped = 0;
        self.in_hand.store(0, Ordering::Relaxed);
        self.release(queue, senders);
        self.show_occupied(queue);
    }

    /// Frees the room of everything that has begun; senders who get it are to be woken once the lock is released.
    #[inline]
    pub(super) fn release(&self, queue: &mut Queue, senders: &mut Vec<Waker>) {
        let tasks = queue.release(self.begun.both());
        if queue.waiting_for_room() > 0 {
            for moved in queue.move_up(tasks) {
                senders.extend(self.let_in(queue, &moved));
            }
        }
    }

    /// Whether this very thread polls the loop's task.
    pub(super) fn is_polled_here(&self) -> bool {
        self.polled_by.load(Ordering::Relaxed) == this_thread()
    }
}

impl Hand {
    fn is_idle(&self) -> bool {
        self.nodes.is_empty() && self.spent.is_empty()
    }
}

fn wake_all(senders: Vec<Waker>) {
    senders.into_iter().for_each(Waker::wake);
}
