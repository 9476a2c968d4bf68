//! Five queues behind one door.

use super::chain::Chain;
use super::node::{Lane, NodeRef, Slip};
use super::store::Store;
use crate::metadata::Priority;

/// Messages by priority, then arrival, and the nodes in which they lie.
///
/// Most receivers only ever see one priority, so the other four lanes are made when first needed: an idle module
/// pays for one.
#[derive(Debug)]
pub(crate) struct Lanes<T> {
    normal: Chain<T>,
    others: Option<Box<[Chain<T>; 5]>>,
    /// Bit `n` tells that lane `n` holds something.
    occupied: u8,
    /// The lane that the receiver has in hand, and the number of its last message.
    in_hand: Option<(Priority, u64)>,
    /// Messages that were taken back while the receiver had them in hand.
    gone_from_hand: u32,
    last_number: u64,
    store: Store<T>,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self {
            normal: Chain::default(),
            others: None,
            occupied: 0,
            in_hand: None,
            gone_from_hand: 0,
            last_number: 0,
            store: Store::default(),
        }
    }
}

/// All unsafe methods: SAFETY: nodes that are handed in come from these lanes, and are in no other list.
impl<T> Lanes<T> {
    /// A node to be filled and [pushed](Self::push).
    #[inline]
    pub(crate) fn vacant(&mut self) -> NodeRef<T> {
        self.store.take()
    }

    /// Puts a filled node last in its lane.
    #[inline]
    pub(crate) unsafe fn push(&mut self, priority: Priority, node: NodeRef<T>) -> Slip<T> {
        self.occupied |= 1 << priority.lane();
        // SAFETY: the lanes are held exclusively, and passed on.
        unsafe {
            let slip = node.enter(self.next_number(), Lane::Of(priority));
            self.lane(priority).push_back(node);
            slip
        }
    }

    /// Puts a filled node first in its lane.
    ///
    /// SAFETY, moreover: nobody [takes whole lanes](Self::take_lane) here. What is in hand is told by numbers that rise
    /// towards the end of a lane.
    pub(crate) unsafe fn push_first(&mut self, priority: Priority, node: NodeRef<T>) -> Slip<T> {
        self.occupied |= 1 << priority.lane();
        // SAFETY: as in `push`.
        unsafe {
            let slip = node.enter(self.next_number(), Lane::Of(priority));
            self.lane(priority).push_front(node);
            slip
        }
    }

    /// Puts a filled node last in a list beside the lanes.
    pub(crate) unsafe fn push_nested(&mut self, nested: &mut Chain<T>, node: NodeRef<T>) -> Slip<T> {
        // SAFETY: as in `push`.
        unsafe {
            let slip = node.enter(self.next_number(), Lane::Nested);
            nested.push_back(node);
            slip
        }
    }

    /// Numbers rise in the order of acceptance.
    #[inline]
    pub(crate) const fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// The next message by priority, then arrival; nobody can take it back any more.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<NodeRef<T>> {
        let priority = self.highest()?;
        self.pop_of(priority)
    }

    /// The first message of one priority; nobody can take it back any more.
    #[inline]
    pub(crate) fn pop_of(&mut self, priority: Priority) -> Option<NodeRef<T>> {
        let lane = self.lane(priority);
        // SAFETY: held exclusively; whoever withdraws holds the lanes.
        let node = unsafe {
            let node = lane.pop_front()?;
            node.claim_alone();
            node
        };
        if lane.is_empty() {
            self.occupied &= !(1 << priority.lane());
        }
        Some(node)
    }

    /// Hands out the whole highest lane in exchange for an empty one.
    #[inline]
    pub(crate) fn take_lane(&mut self, hand: &mut Chain<T>) -> Option<Priority> {
        debug_assert!(hand.is_empty(), "what is in hand comes first");
        let priority = self.highest()?;
        std::mem::swap(self.lane(priority), hand);
        self.occupied &= !(1 << priority.lane());
        // SAFETY: the lanes are held exclusively.
        self.in_hand = hand.last().map(|last| (priority, unsafe { last.number() }));
        Some(priority)
    }

    /// Takes back what is left of a lane that was handed out; it goes before what has come since. Nodes whose message
    /// was taken back meanwhile are freed.
    pub(crate) unsafe fn give_back(&mut self, hand: &mut Chain<T>) {
        let Some((priority, _)) = self.in_hand.take() else { return };
        if hand.is_empty() {
            self.gone_from_hand = 0;
            return;
        }
        // SAFETY: passed on; the caller holds the hand.
        unsafe {
            if std::mem::take(&mut self.gone_from_hand) > 0 {
                self.sort_out(hand);
            }
            let lane = self.lane(priority);
            hand.append(lane);
            std::mem::swap(hand, lane);
        }
        if !self.lane(priority).is_empty() {
            self.occupied |= 1 << priority.lane();
        }
    }

    /// Frees the nodes in hand whose message was taken back.
    unsafe fn sort_out(&mut self, hand: &mut Chain<T>) {
        let mut left = Chain::default();
        // SAFETY: passed on.
        unsafe {
            while let Some(node) = hand.pop_front() {
                if node.still_waits() {
                    left.push_back(node);
                } else {
                    self.store.give_back(node);
                }
            }
        }
        *hand = left;
    }

    /// Messages that were taken back while the receiver had them in hand; the receiver may have passed some of them.
    pub(crate) const fn gone_from_hand(&self) -> u32 {
        self.gone_from_hand
    }

    /// Takes a node back whose message is gone.
    #[inline]
    pub(crate) unsafe fn free(&mut self, node: NodeRef<T>) {
        // SAFETY: passed on.
        unsafe { self.store.give_back(node) };
    }

    /// Takes nodes back whose messages are gone.
    pub(crate) unsafe fn free_all(&mut self, nodes: &mut Chain<T>) {
        // SAFETY: passed on.
        unsafe { self.store.give_back_all(nodes) };
    }

    /// Whether a message, if it still waits, is in the receiver's hand. SAFETY: the slip is of these lanes.
    pub(crate) unsafe fn is_in_hand(&self, slip: Slip<T>) -> bool {
        let lane = |priority| Lane::Of(priority);
        // SAFETY: passed on. The lane of a node in hand is not written.
        self.in_hand.is_some_and(|(priority, last)| unsafe {
            slip.number() <= last && slip.node.lane() == lane(priority)
        })
    }

    /// Takes a message back, if it still waits. In the receiver's hand its node stays where it is.
    ///
    /// SAFETY: the slip is of these lanes, `nested` is the list beside them, and if the message is in the receiver's
    /// hand, the receiver [claims](NodeRef::claim) it or is the caller.
    pub(crate) unsafe fn withdraw(&mut self, slip: Slip<T>, nested: Option<&mut Chain<T>>) -> Option<T> {
        // SAFETY: passed on. Once withdrawn, the content is ours.
        unsafe {
            let is_in_hand = self.is_in_hand(slip);
            if !slip.withdraw() {
                return None;
            }
            let content = slip.node.content().read();
            if is_in_hand {
                self.gone_from_hand += 1;
                return Some(content);
            }
            match (slip.node.lane(), nested) {
                (Lane::Of(priority), _) => {
                    self.lane(priority).unlink(slip.node);
                    if self.lane(priority).is_empty() {
                        self.occupied &= !(1 << priority.lane());
                    }
                }
                (Lane::Nested, Some(nested)) => nested.unlink(slip.node),
                (Lane::Nested, None) => {}
            }
            self.store.give_back(slip.node);
            Some(content)
        }
    }

    /// Bit `n` tells that lane `n` holds something; lower bits come first.
    #[inline]
    pub(crate) const fn occupied(&self) -> u8 {
        self.occupied
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.occupied == 0
    }

    /// How many wait in each lane, the highest first.
    pub(crate) fn lengths(&self) -> [usize; 5] {
        Priority::ALL.map(|priority| self.existing(priority).map_or(0, |lane| lane.length() as usize))
    }

    /// The messages in the lanes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let lanes = Priority::ALL.into_iter().filter_map(|priority| self.existing(priority));
        // SAFETY: the lanes are held for as long as the borrow stands, and their messages wait.
        lanes.flat_map(|lane| unsafe { lane.iter().map(|node| &*node.content()) })
    }

    fn highest(&self) -> Option<Priority> {
        Priority::ALL.get(self.occupied.trailing_zeros() as usize).copied()
    }

    fn existing(&self, priority: Priority) -> Option<&Chain<T>> {
        if priority == Priority::Normal {
            return Some(&self.normal);
        }
        self.others.as_ref().map(|lanes| &lanes[priority.lane()])
    }

    #[inline]
    fn lane(&mut self, priority: Priority) -> &mut Chain<T> {
        if priority == Priority::Normal { &mut self.normal } else { self.other_lane(priority) }
    }

    #[cold]
    fn other_lane(&mut self, priority: Priority) -> &mut Chain<T> {
        &mut self.others.get_or_insert_default()[priority.lane()]
    }
}

impl<T> Drop for Lanes<T> {
    fn drop(&mut self) {
        while let Some(node) = self.pop() {
            // SAFETY: popped, so its content is ours.
            drop(unsafe { node.content().read() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Step {
        Push(usize),
        PushFirst(usize),
        Pop,
        PopOf(usize),
        Withdraw(prop::sample::Index),
        TakeLane,
        DrawFromHand,
        GiveBack,
    }

    /// Steps of a receiver that takes one message at a time.
    fn one_by_one() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (0..5_usize).prop_map(Step::Push),
            2 => (0..5_usize).prop_map(Step::PushFirst),
            3 => Just(Step::Pop),
            2 => (0..5_usize).prop_map(Step::PopOf),
            2 => any::<prop::sample::Index>().prop_map(Step::Withdraw),
        ]
    }

    /// Steps of a receiver that takes whole lanes as well.
    fn lane_by_lane() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (0..5_usize).prop_map(Step::Push),
            3 => Just(Step::Pop),
            2 => any::<prop::sample::Index>().prop_map(Step::Withdraw),
            1 => Just(Step::TakeLane),
            3 => Just(Step::DrawFromHand),
            2 => Just(Step::GiveBack),
        ]
    }

    /// The lanes with a receiver.
    #[derive(Default)]
    struct Subject {
        lanes: Lanes<String>,
        hand: Chain<String>,
    }

    impl Subject {
        fn push(&mut self, priority: Priority, text: String) -> Slip<String> {
            let node = self.lanes.vacant();
            unsafe {
                node.slot().fill(text);
                self.lanes.push(priority, node)
            }
        }

        fn push_first(&mut self, priority: Priority, text: String) -> Slip<String> {
            let node = self.lanes.vacant();
            unsafe {
                node.slot().fill(text);
                self.lanes.push_first(priority, node)
            }
        }

        fn pop(&mut self) -> Option<String> {
            let node = self.lanes.pop()?;
            Some(self.take_out(node))
        }

        fn pop_of(&mut self, priority: Priority) -> Option<String> {
            let node = self.lanes.pop_of(priority)?;
            Some(self.take_out(node))
        }

        fn take_out(&mut self, node: NodeRef<String>) -> String {
            unsafe {
                let text = node.content().read();
                self.lanes.free(node);
                text
            }
        }

        fn draw(&mut self) -> Option<String> {
            unsafe {
                while let Some(node) = self.hand.pop_front() {
                    let text = node.claim().then(|| node.content().read());
                    self.lanes.free(node);
                    if text.is_some() {
                        return text;
                    }
                }
            }
            None
        }

        fn give_back(&mut self) {
            unsafe { self.lanes.give_back(&mut self.hand) };
        }
    }

    impl Drop for Subject {
        fn drop(&mut self) {
            self.give_back();
        }
    }

    proptest! {
        #[test]
        fn lanes_agree_with_a_sorted_list(steps in prop::collection::vec(lane_by_lane(), 1..400)) {
            agree(steps)?;
        }

        #[test]
        fn messages_that_go_first_agree_with_a_sorted_list(steps in prop::collection::vec(one_by_one(), 1..400)) {
            agree(steps)?;
        }
    }

    /// The text of the first of some lanes, which goes.
    fn take_first(waiting: &mut Vec<(usize, i64)>, lane: impl Fn(usize) -> bool) -> Option<String> {
        let next = waiting.iter().filter(|(of, _)| lane(*of)).min().copied()?;
        waiting.retain(|entry| *entry != next);
        Some(next.1.to_string())
    }

    fn agree(steps: Vec<Step>) -> Result<(), TestCaseError> {
        let mut subject = Subject::default();
        // What waits in lanes and what is in hand, by lane and place: that of whoever goes first is below all others.
        let mut waiting: Vec<(usize, i64)> = Vec::new();
        let mut hand: Vec<(usize, i64)> = Vec::new();
        let mut slips = Vec::new();
        for (number, step) in (0_i64..).zip(steps) {
            match step {
                Step::Push(lane) => {
                    let slip = subject.push(Priority::ALL[lane], number.to_string());
                    waiting.push((lane, number));
                    slips.push((number, slip));
                }
                Step::PushFirst(lane) => {
                    let slip = subject.push_first(Priority::ALL[lane], (-number).to_string());
                    waiting.push((lane, -number));
                    slips.push((-number, slip));
                }
                Step::PopOf(lane) if hand.is_empty() => {
                    let next = take_first(&mut waiting, |of| of == lane);
                    prop_assert_eq!(subject.pop_of(Priority::ALL[lane]), next);
                }
                Step::Pop if hand.is_empty() => {
                    let next = take_first(&mut waiting, |_| true);
                    prop_assert_eq!(subject.pop(), next);
                }
                Step::TakeLane if subject.hand.is_empty() => {
                    subject.give_back();
                    let lane = waiting.iter().map(|(lane, _)| *lane).min();
                    let taken = subject.lanes.take_lane(&mut subject.hand);
                    prop_assert_eq!(taken.map(Priority::lane), lane);
                    hand = waiting.iter().filter(|(of, _)| Some(*of) == lane).copied().collect();
                    waiting.retain(|(of, _)| Some(*of) != lane);
                }
                Step::DrawFromHand => {
                    let next = take_first(&mut hand, |_| true);
                    prop_assert_eq!(subject.draw(), next);
                }
                Step::GiveBack => {
                    subject.give_back();
                    waiting.append(&mut hand);
                    waiting.sort_unstable();
                }
                Step::Withdraw(index) if !slips.is_empty() => {
                    let (number, slip) = slips[index.index(slips.len())];
                    let waits = waiting.iter().chain(&hand).any(|(_, waits)| *waits == number);
                    let taken = unsafe { subject.lanes.withdraw(slip, None) };
                    prop_assert_eq!(taken, waits.then(|| number.to_string()));
                    waiting.retain(|(_, waits)| *waits != number);
                    hand.retain(|(_, waits)| *waits != number);
                }
                Step::PopOf(_) | Step::Pop | Step::TakeLane | Step::Withdraw(_) => {}
            }
            prop_assert_eq!(subject.lanes.iter().count(), waiting.len());
            prop_assert_eq!(subject.lanes.is_empty(), waiting.is_empty());
            prop_assert_eq!(subject.lanes.lengths().iter().sum::<usize>(), waiting.len());
        }
        Ok(())
    }
}
