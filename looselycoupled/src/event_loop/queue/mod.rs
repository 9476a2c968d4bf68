//! What waits for a turn.

#![expect(unsafe_code, reason = "messages lie in nodes that one list after the other holds")]

mod ages;
mod closing;
mod fairness;
mod gaps;
mod outside;
mod room;

use ages::Ages;
pub(super) use closing::Closing;
use fairness::Fairness;
pub(crate) use gaps::Gap;
use gaps::Gaps;
pub(super) use outside::MovedUp;
pub(crate) use room::Limits;
use room::Room;
use tokio::sync::oneshot;

use super::activation::{Kind, Seed};
use super::item::Item;
use super::missed::Missed;
use super::parking::WaitingForRoom;
use super::running_apart::RunningApart;
use crate::mailbox::{Chain, Lanes, NodeRef, Slip};
use crate::metadata::Priority;
use crate::sync::Arc;

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
    room: Room,
    /// Messages for the first tenant that came in. It lies here because the lock is held anyway, and because those who
    /// send and the loop's task should not write side by side.
    pub(super) accepted: u64,
    pub(super) closed: bool,
    /// Nothing but hooks comes in any more; what waits stays.
    pub(super) sealed: bool,
    /// The loop's task has gone; not even hooks come in.
    pub(super) ended: bool,
    /// Something came in since the loop rested last that did not stem from `becoming_idle`.
    pub(super) has_earned: bool,
}

/// What few queues have.
#[derive(Debug, Default)]
struct Rare {
    /// Hooks that go before everything else.
    ahead: Chain<Item>,
    /// Calls that belong to the current turn of a shared loop.
    nested: Chain<Item>,
    /// Senders that wait for room.
    waiting: WaitingForRoom,
    /// Handlers of a concurrent module that run.
    apart: RunningApart,
    /// What tells of lost events.
    gaps: Gaps,
    /// Where the oldest event makes room for the newest: which one that is.
    ages: Option<Box<Ages>>,
    /// Where the order of priorities is not strict: whose turn it is.
    fairness: Option<Fairness>,
}

impl Rare {
    /// Whether something here depends on which messages come and go.
    const fn sees_every_message(&self) -> bool {
        self.ages.is_some() || self.fairness.is_some()
    }
}

/// All unsafe methods: SAFETY: nodes that are handed in come from this queue, and are in no list of it.
impl Queue {
    pub(super) fn new(limits: Limits) -> Self {
        let rare = Rare {
            ages: limits.oldest_goes.then(Box::default),
            fairness: limits.fairness.map(Fairness::new),
            ..Rare::default()
        };
        Self {
            lanes: Lanes::default(),
            rare: rare.sees_every_message().then(|| Box::new(rare)),
            room: Room::new(limits),
            accepted: 0,
            closed: false,
            sealed: false,
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
        let Some(rare) = &self.rare else { return true };
        let limit = self.limits().concurrent.map_or(1, |limit| limit.get() as usize);
        rare.apart.paused_by.is_none() && rare.apart.count() < limit
    }

    pub(super) const fn limits(&self) -> Limits {
        self.room.limits()
    }

    /// Whether a message of this kind may come in; if so, its room is taken.
    #[inline]
    pub(super) fn admit(&mut self, kind: Kind) -> Entry {
        if (self.closed || self.sealed) && (kind != Kind::Hook || self.ended) {
            return Entry::Closed;
        }
        self.room.take(kind)
    }

    /// A node for a message that was admitted.
    #[inline]
    pub(super) fn vacant(&mut self) -> NodeRef<Item> {
        self.lanes.vacant()
    }

    /// Puts a message in line that was admitted and lies in a node.
    #[inline]
    pub(super) unsafe fn push(&mut self, node: NodeRef<Item>) -> Slip<Item> {
        // SAFETY: passed on; the node has been filled and is nobody else's.
        unsafe {
            let seed = &(*node.content()).seed;
            self.has_earned |= seed.earns();
            let slip = self.lanes.push(seed.lineage.priority, node);
            if let Some(rare) = &mut self.rare
                && let (Some(ages), Kind::Event) = (&mut rare.ages, seed.kind)
            {
                ages.enter(seed.lineage.priority, slip);
            }
            slip
        }
    }

    /// Takes out the event that has to go so that another one finds room, if the newest is not the one itself.
    #[cold]
    pub(super) fn drive_out(&mut self, newest: &Seed) -> Option<Item> {
        if newest.kind != Kind::Event || self.room.is_left_for_events() || self.closed {
            return None;
        }
        let ages = self.rare.as_mut()?.ages.as_mut()?;
        // SAFETY: the ages are those of this queue, which hands out one message at a time: none is in hand.
        unsafe {
            let oldest = ages.oldest(newest.lineage.priority)?;
            self.withdraw(oldest).map(|(item, _)| item)
        }
    }

    /// Adds one lost event to a message that waits to tell of others; false if none does.
    pub(super) fn add_to_gap(&self, gap: &Gap) -> bool {
        // SAFETY: the gaps are those of this queue.
        self.rare.as_ref().is_some_and(|rare| unsafe { rare.gaps.add(gap) })
    }

    /// Puts a message in line that tells of lost events, where these are missing. It needs no room.
    pub(super) unsafe fn push_gap(&mut self, gap: &Gap, node: NodeRef<Item>, missed: Arc<Missed>) {
        // SAFETY: passed on; the node has been filled and is nobody else's. An event was driven out before others only where
        // ages are kept, and there nobody takes whole lanes.
        let slip = unsafe {
            self.has_earned |= (*node.content()).seed.earns();
            if gap.is_first {
                self.lanes.push_first(gap.priority, node)
            } else {
                self.lanes.push(gap.priority, node)
            }
        };
        self.rare().gaps.note(*gap, slip, missed);
    }

    /// Whether messages leave one at a time rather than a lane at once.
    pub(super) fn goes_one_by_one(&self) -> bool {
        self.waiting_for_room() > 0
            || self.has_ahead()
            || self.rare.as_ref().is_some_and(|rare| rare.sees_every_message())
    }

    pub(super) unsafe fn push_nested(&mut self, node: NodeRef<Item>) -> Slip<Item> {
        let rare = self.rare.get_or_insert_default();
        // SAFETY: passed on.
        unsafe {
            self.has_earned |= (*node.content()).seed.earns();
            self.lanes.push_nested(&mut rare.nested, node)
        }
    }

    /// Puts a hook in line before everything else.
    pub(super) unsafe fn push_ahead(&mut self, node: NodeRef<Item>) {
        let rare = self.rare.get_or_insert_default();
        // SAFETY: passed on.
        let _nobody_takes_it_back = unsafe { self.lanes.push_nested(&mut rare.ahead, node) };
    }

    /// Whether a hook goes before everything else.
    #[inline]
    pub(super) fn has_ahead(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| !rare.ahead.is_empty())
    }

    /// The first hook that goes before everything else, or call of the current turn, that may begin; nobody can take it
    /// back any more.
    pub(super) fn take_nested(&mut self, mut may_begin: impl FnMut(&Item) -> bool) -> Option<NodeRef<Item>> {
        let rare = self.rare.as_mut()?;
        // SAFETY: behind the lock; what waits there lies in its node.
        [&mut rare.ahead, &mut rare.nested].into_iter().find_map(|chain| unsafe {
            let node = chain.iter().find(|node| may_begin(&*node.content()))?;
            chain.unlink(node);
            node.claim_alone();
            Some(node)
        })
    }

    /// The next message by priority, then arrival, unless fairness demands another. A sender that waited for room moves
    /// up, and must be let in.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(NodeRef<Item>, Option<MovedUp>)> {
        let node = match self.rare.as_mut().and_then(|rare| rare.fairness.as_mut()) {
            None => self.lanes.pop()?,
            Some(fairness) => self.lanes.pop_of(fairness.choose(self.lanes.occupied())?)?,
        };
        // SAFETY: popped, so its content is ours.
        let kind = unsafe { (*node.content()).seed.kind };
        Some((node, self.released(kind)))
    }

    /// Takes the whole highest lane, whose messages keep their room until they are [released](Self::release).
    #[inline]
    pub(super) fn take_lane(&mut self, hand: &mut Chain<Item>) -> Option<Priority> {
        self.lanes.take_lane(hand)
    }

    /// Takes back what is left of a lane that was taken.
    pub(super) unsafe fn give_back(&mut self, hand: &mut Chain<Item>) {
        // SAFETY: passed on.
        unsafe { self.lanes.give_back(hand) };
    }

    /// Takes nodes back whose messages are gone.
    #[inline]
    pub(super) unsafe fn free_all(&mut self, nodes: &mut Chain<Item>) {
        // SAFETY: passed on.
        unsafe { self.lanes.free_all(nodes) };
    }

    /// Bits beside those of [`occupied`](Self::occupied).
    pub(super) const SOMEBODY_WAITS_FOR_ROOM: u8 = 1 << 7;
    pub(super) const CLOSED: u8 = 1 << 6;
    pub(super) const AHEAD: u8 = 1 << 5;

    /// Bit `n` tells that something of priority `n` waits, the uppermost ones that somebody waits for room, that the
    /// queue has closed, and that a hook goes before everything else.
    #[inline]
    pub(super) fn occupied(&self) -> u8 {
        let outside = if self.waiting_for_room() > 0 { Self::SOMEBODY_WAITS_FOR_ROOM } else { 0 };
        let closed = if self.closed { Self::CLOSED } else { 0 };
        let ahead = if self.has_ahead() { Self::AHEAD } else { 0 };
        self.lanes.occupied() | outside | closed | ahead
    }

    /// Frees the room of messages that have left the hand: how many tasks and events ever did is told. Returns how many
    /// tasks did since the last time.
    #[inline]
    pub(super) fn release(&mut self, begun: (u32, u32)) -> u32 {
        self.room.release(begun)
    }

    #[inline]
    fn released(&mut self, kind: Kind) -> Option<MovedUp> {
        self.room.free(kind);
        if kind == Kind::Task && self.waiting_for_room() > 0 { self.move_one_up() } else { None }
    }

    /// Whether a message, if it still waits, is in the hand of the loop's task. SAFETY: the slip is of this queue.
    pub(super) unsafe fn is_in_hand(&self, slip: Slip<Item>) -> bool {
        // SAFETY: passed on.
        unsafe { self.lanes.is_in_hand(slip) }
    }

    /// Takes an accepted item back, if it still waits.
    ///
    /// SAFETY: the slip is of this queue; if its message is in the hand of the loop's task, the task claims what it
    /// begins, or is the caller.
    pub(super) unsafe fn withdraw(&mut self, slip: Slip<Item>) -> Option<(Item, Option<MovedUp>)> {
        // SAFETY: passed on.
        unsafe {
            let nested = self.rare.as_mut().map(|rare| &mut rare.nested);
            let nested_before = nested.as_ref().map_or(0, |nested| nested.length());
            let item = self.lanes.withdraw(slip, nested)?;
            let was_nested = self.rare.as_ref().map_or(0, |rare| rare.nested.length()) != nested_before;
            // Calls of the current turn need no room.
            let moved = if was_nested { None } else { self.released(item.seed.kind) };
            Some((item, moved))
        }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    pub(super) fn lengths(&self) -> [usize; 5] {
        self.lanes.lengths()
    }

    /// How many messages of one module wait; hooks are no messages. `in_hand` are left of a lane that was taken.
    pub(super) fn queued_for(&self, tenant: u32, in_hand: u32) -> u64 {
        let of_tenant = |item: &&Item| item.seed.label.tenant == tenant && item.seed.kind != Kind::Hook;
        // SAFETY: behind the lock; what waits there lies in its node.
        let nested =
            self.rare.iter().flat_map(|rare| unsafe { rare.nested.iter().map(|node| &*node.content()) });
        let here = self.lanes.iter().filter(of_tenant).count() + nested.filter(of_tenant).count();
        here as u64 + u64::from(in_hand.saturating_sub(self.lanes.gone_from_hand()))
    }

    /// Moves a message out of a node that was popped.
    pub(super) fn take_out(&mut self, node: NodeRef<Item>) -> Item {
        // SAFETY: popped, so the content is ours and the node in no list.
        unsafe {
            let item = node.content().read();
            self.lanes.free(node);
            item
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        while let Some(node) = self.take_nested(|_| true) {
            drop(self.take_out(node));
        }
    }
}
