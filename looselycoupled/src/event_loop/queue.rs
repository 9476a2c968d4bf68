//! What waits for a turn, and what waits for room.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::task::Waker;

use tokio::sync::oneshot;

use super::activation::Kind;
use super::item::Item;
use super::running_apart::RunningApart;
use crate::mailbox::{Lanes, Numbered};
use crate::metadata::Priority;
use crate::sync::{Arc, AtomicU64, Mutex, Ordering};
use crate::waits::{Pending, Progress};

/// What happens to a call or a task that finds its queue full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Overflow {
    /// The sender waits for room.
    #[default]
    Wait,
    /// The sender gets an error.
    Reject,
}

/// The bounds of one loop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) tasks: u32,
    pub(crate) events: u32,
    /// How many handlers of a concurrent module run at once; `None` for a sequential loop.
    pub(crate) concurrent: Option<NonZeroU32>,
    pub(crate) overflow: Overflow,
}

/// The wish of a sender for room.
#[derive(Debug)]
pub(crate) struct Parking {
    /// 0 while the sender waits, `REFUSED` once the queue has closed, otherwise the number of the accepted item.
    number: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

const REFUSED: u64 = u64::MAX;

/// How a wish for room stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parked {
    Waiting,
    Accepted(u64),
    Refused,
}

impl Parking {
    fn new() -> Arc<Self> {
        Arc::new(Self { number: AtomicU64::new(0), waker: Mutex::new(None) })
    }

    /// Tells how the wish stands; while it waits, the waker is called when that changes.
    pub(crate) fn poll(&self, waker: &Waker) -> Parked {
        let mut registered = self.waker.lock();
        match self.number.load(Ordering::Acquire) {
            0 => {
                if !registered.as_ref().is_some_and(|known| known.will_wake(waker)) {
                    *registered = Some(waker.clone());
                }
                Parked::Waiting
            }
            REFUSED => Parked::Refused,
            number => Parked::Accepted(number),
        }
    }

    fn settle(&self, number: u64) -> Option<Waker> {
        let mut registered = self.waker.lock();
        self.number.store(number, Ordering::Release);
        registered.take()
    }
}

impl Pending for Parking {
    fn progress(&self) -> Progress {
        if self.number.load(Ordering::Acquire) == 0 { Progress::InLine } else { Progress::Over }
    }
}

#[derive(Debug)]
struct Waiting {
    item: Item,
    parking: Arc<Parking>,
}

impl Numbered for Waiting {
    fn number(&self) -> u64 {
        self.item.number
    }
}

/// Whether a message may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Free,
    /// No room, and the sender waits for it.
    Park,
    /// No room, and the sender does not wait.
    Full,
    Closed,
}

/// Everything that waits before one loop; behind the loop's lock.
#[derive(Debug)]
pub(super) struct Queue {
    lanes: Lanes<Item>,
    /// Made when first needed: most modules never need any of it.
    rare: Option<Box<Rare>>,
    next_number: u64,
    tasks: u32,
    events: u32,
    limits: Limits,
    pub(super) closed: bool,
    /// The loop's task has gone; not even hooks come in.
    pub(super) ended: bool,
    /// Something came in since the loop rested last that did not stem from `becoming_idle`.
    pub(super) has_earned: bool,
}

/// What few queues have.
#[derive(Debug, Default)]
struct Rare {
    /// Calls that belong to the current turn of a shared loop.
    nested: VecDeque<Item>,
    /// Senders that wait for room.
    parked: Lanes<Waiting>,
    parked_count: usize,
    /// Handlers of a concurrent module that run.
    apart: RunningApart,
}

impl Queue {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            lanes: Lanes::default(),
            rare: None,
            next_number: 0,
            tasks: 0,
            events: 0,
            limits,
            closed: false,
            ended: false,
            has_earned: false,
        }
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    pub(super) fn apart(&mut self) -> &mut RunningApart {
        &mut self.rare().apart
    }

    pub(super) fn running_apart(&self) -> usize {
        self.rare.as_ref().map_or(0, |rare| rare.apart.count())
    }

    /// Comes to an end when no handler of a concurrent module runs any more; `None` if none does now.
    pub(super) fn all_ended_apart(&mut self) -> Option<oneshot::Receiver<()>> {
        self.rare.as_mut()?.apart.all_ended()
    }

    /// Whether a concurrent module may begin one more handler.
    pub(super) fn has_place(&self) -> bool {
        self.running_apart() < self.limits.concurrent.map_or(1, |limit| limit.get() as usize)
    }

    pub(super) const fn limits(&self) -> Limits {
        self.limits
    }

    #[inline]
    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Whether a message of this kind may come in; if so, its room is taken.
    #[inline]
    pub(super) fn admit(&mut self, kind: Kind) -> Entry {
        if self.closed && (kind != Kind::Hook || self.ended) {
            return Entry::Closed;
        }
        match kind {
            Kind::Task if self.tasks < self.limits.tasks => self.tasks += 1,
            Kind::Event if self.events < self.limits.events => self.events += 1,
            Kind::Hook => {}
            Kind::Task if self.limits.overflow == Overflow::Wait => return Entry::Park,
            Kind::Task | Kind::Event => return Entry::Full,
        }
        Entry::Free
    }

    /// Puts a message in line that was admitted.
    #[inline(always)]
    pub(super) fn push(&mut self, priority: Priority, item: Item) -> u64 {
        let number = self.number();
        self.has_earned |= !item.seed.lineage.idle_born;
        self.lanes.push(priority, item).number = number;
        number
    }

    /// Lets a message wait outside.
    #[cold]
    pub(super) fn park(&mut self, mut item: Item) -> Arc<Parking> {
        let parking = Parking::new();
        item.number = self.number();
        let priority = item.seed.lineage.priority;
        let rare = self.rare();
        rare.parked_count += 1;
        rare.parked.push(priority, Waiting { item, parking: Arc::clone(&parking) });
        parking
    }

    pub(super) fn push_nested(&mut self, mut item: Item) -> u64 {
        item.number = self.number();
        let number = item.number;
        self.has_earned |= !item.seed.lineage.idle_born;
        self.rare().nested.push_back(item);
        number
    }

    pub(super) fn take_nested(&mut self, mut may_begin: impl FnMut(&Item) -> bool) -> Option<Item> {
        let nested = &mut self.rare.as_mut()?.nested;
        let index = nested.iter().position(&mut may_begin)?;
        nested.remove(index)
    }

    /// The next item by priority, then arrival. A sender that waited for room moves up: the caller must count the
    /// moved item as accepted and wake the sender once the lock is released.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(Item, Option<MovedUp>)> {
        let item = self.lanes.pop()?;
        let moved = self.released(item.seed.kind);
        Some((item, moved))
    }

    /// Takes the whole highest lane, whose messages keep their room until they are [released](Self::release).
    #[inline]
    pub(super) fn take_lane(&mut self, hand: &mut VecDeque<Item>) -> Option<Priority> {
        self.lanes.take_lane(hand)
    }

    pub(super) fn give_back(&mut self, priority: Priority, hand: &mut VecDeque<Item>) {
        self.lanes.give_back(priority, hand);
    }

    /// A bit beside those of [`occupied`](Self::occupied).
    pub(super) const SOMEBODY_WAITS_FOR_ROOM: u8 = 1 << 7;

    /// Bit `n` tells that something of priority `n` waits, the uppermost one that somebody waits for room.
    #[inline]
    pub(super) fn occupied(&self) -> u8 {
        let outside = if self.waiting_for_room() > 0 { Self::SOMEBODY_WAITS_FOR_ROOM } else { 0 };
        self.lanes.occupied() | outside
    }

    /// Frees the room of messages that were taken with their lane and have begun. Senders that waited for it move up.
    #[inline]
    pub(super) fn release(&mut self, tasks: u32, events: u32) -> Vec<MovedUp> {
        self.events -= events;
        if self.waiting_for_room() == 0 {
            self.tasks -= tasks;
            return Vec::new();
        }
        (0..tasks).filter_map(|_| self.released(Kind::Task)).collect()
    }

    #[inline]
    fn released(&mut self, kind: Kind) -> Option<MovedUp> {
        match kind {
            Kind::Task => {
                self.tasks -= 1;
                if self.waiting_for_room() > 0 { self.move_up() } else { None }
            }
            Kind::Event => {
                self.events -= 1;
                None
            }
            Kind::Hook => None,
        }
    }

    #[cold]
    fn move_up(&mut self) -> Option<MovedUp> {
        let rare = self.rare();
        let Waiting { item, parking } = rare.parked.pop()?;
        rare.parked_count -= 1;
        self.tasks += 1;
        let tenant = item.seed.label.tenant;
        let number = self.push(item.seed.lineage.priority, item);
        Some(MovedUp { tenant, waker: parking.settle(number) })
    }

    /// Takes an accepted item back, if it still waits.
    pub(super) fn withdraw(&mut self, priority: Priority, number: u64) -> Option<(Item, Option<MovedUp>)> {
        if let Some(item) = self.lanes.withdraw(priority, number) {
            let moved = self.released(item.seed.kind);
            return Some((item, moved));
        }
        let nested = &mut self.rare.as_mut()?.nested;
        let index = nested.iter().position(|item| item.number == number)?;
        nested.remove(index).map(|item| (item, None))
    }

    /// Takes an item back that still waits for room.
    pub(super) fn unpark(&mut self, parking: &Arc<Parking>) -> Option<Item> {
        let rare = self.rare.as_mut()?;
        let waiting = rare.parked.take_first(|waiting| Arc::ptr_eq(&waiting.parking, parking))?;
        rare.parked_count -= 1;
        Some(waiting.item)
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    pub(super) fn lengths(&self) -> [usize; 5] {
        self.lanes.lengths()
    }

    #[inline]
    pub(super) fn waiting_for_room(&self) -> usize {
        self.rare.as_ref().map_or(0, |rare| rare.parked_count)
    }

    /// How many messages of one module wait; hooks are no messages.
    pub(super) fn queued_for(&self, tenant: u32) -> u64 {
        let of_tenant = |item: &&Item| item.seed.label.tenant == tenant && item.seed.kind != Kind::Hook;
        let nested = self.rare.iter().flat_map(|rare| &rare.nested);
        (self.lanes.iter().filter(of_tenant).count() + nested.filter(of_tenant).count()) as u64
    }

    /// Closes the door and hands out everything that waits inside (accepted) and outside (never accepted).
    pub(super) fn close(&mut self) -> Closing {
        self.closed = true;
        let mut closing = Closing::default();
        let mut rare = self.rare.take();
        while let Some(waiting) = rare.as_mut().and_then(|rare| rare.parked.pop()) {
            closing.wakers.extend(waiting.parking.settle(REFUSED));
            closing.outside.push(waiting.item);
        }
        let mut hooks = Vec::new();
        while let Some(item) = self.lanes.pop() {
            match item.seed.kind {
                Kind::Task => self.tasks -= 1,
                Kind::Event => self.events -= 1,
                Kind::Hook => {
                    hooks.push(item);
                    continue;
                }
            }
            closing.inside.push(item);
        }
        for item in hooks {
            self.lanes.push(item.seed.lineage.priority, item);
        }
        if let Some(rare) = &mut rare {
            rare.parked_count = 0;
            closing.inside.extend(rare.nested.drain(..));
        }
        self.rare = rare;
        closing
    }
}

/// An item that moved from outside into the queue.
#[derive(Debug)]
pub(super) struct MovedUp {
    pub(super) tenant: u32,
    pub(super) waker: Option<Waker>,
}

/// What a closing queue hands out.
#[derive(Debug, Default)]
pub(super) struct Closing {
    pub(super) inside: Vec<Item>,
    pub(super) outside: Vec<Item>,
    pub(super) wakers: Vec<Waker>,
}
