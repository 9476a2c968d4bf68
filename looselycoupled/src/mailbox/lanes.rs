//! Five queues behind one door.

use std::collections::VecDeque;

use crate::metadata::Priority;

/// An item that knows its number; numbers rise in the order of acceptance.
pub(crate) trait Numbered {
    fn number(&self) -> u64;
}

/// Items by priority, then arrival.
///
/// Most receivers only ever see one priority, so the other four lanes are made when first needed: an idle
/// module pays for one.
#[derive(Debug)]
pub(crate) struct Lanes<T> {
    normal: VecDeque<T>,
    others: Option<Box<[VecDeque<T>; 5]>>,
    /// Bit `n` tells that lane `n` holds something.
    occupied: u8,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self { normal: VecDeque::new(), others: None, occupied: 0 }
    }
}

impl<T> Lanes<T> {
    /// Puts an item last in its lane, and shows it there.
    #[inline(always)]
    pub(crate) fn push(&mut self, priority: Priority, item: T) -> &mut T {
        self.occupied |= 1 << priority.lane();
        let lane = if priority == Priority::Normal { &mut self.normal } else { self.lane(priority) };
        let index = lane.len();
        lane.push_back(item);
        &mut lane[index]
    }

    /// The next item by priority, then arrival.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        if self.occupied == 0 {
            return None;
        }
        let priority = Priority::ALL[self.occupied.trailing_zeros() as usize];
        let lane = if priority == Priority::Normal { &mut self.normal } else { self.lane(priority) };
        let item = lane.pop_front();
        if lane.is_empty() {
            self.occupied &= !(1 << priority.lane());
        }
        item
    }

    /// Hands out the whole highest lane in exchange for an empty one.
    #[inline]
    pub(crate) fn take_lane(&mut self, hand: &mut VecDeque<T>) -> Option<Priority> {
        debug_assert!(hand.is_empty(), "what is in hand comes first");
        if self.occupied == 0 {
            return None;
        }
        let priority = Priority::ALL[self.occupied.trailing_zeros() as usize];
        let lane = if priority == Priority::Normal { &mut self.normal } else { self.lane(priority) };
        std::mem::swap(lane, hand);
        self.occupied &= !(1 << priority.lane());
        Some(priority)
    }

    /// Takes back what is left of a lane that was handed out; it goes before what has come since.
    pub(crate) fn give_back(&mut self, priority: Priority, hand: &mut VecDeque<T>) {
        if hand.is_empty() {
            return;
        }
        self.occupied |= 1 << priority.lane();
        let lane = if priority == Priority::Normal { &mut self.normal } else { self.lane(priority) };
        hand.append(lane);
        std::mem::swap(lane, hand);
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
        Priority::ALL.map(|priority| self.existing(priority).map_or(0, VecDeque::len))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        Priority::ALL.into_iter().filter_map(|priority| self.existing(priority)).flatten()
    }

    /// Removes the first item that a test picks, by priority, then arrival.
    pub(crate) fn take_first(&mut self, mut pick: impl FnMut(&T) -> bool) -> Option<T> {
        for priority in Priority::ALL {
            let lane = if priority == Priority::Normal { &mut self.normal } else { self.lane(priority) };
            if let Some(index) = lane.iter().position(&mut pick) {
                return self.take_at(priority, index);
            }
        }
        None
    }

    fn take_at(&mut self, priority: Priority, index: usize) -> Option<T> {
        let lane = if priority == Priority::Normal { &mut self.normal } else { self.lane(priority) };
        let item = lane.remove(index);
        if lane.is_empty() {
            self.occupied &= !(1 << priority.lane());
        }
        item
    }

    fn existing(&self, priority: Priority) -> Option<&VecDeque<T>> {
        if priority == Priority::Normal {
            return Some(&self.normal);
        }
        self.others.as_ref().map(|lanes| &lanes[priority.lane()])
    }

    #[cold]
    fn lane(&mut self, priority: Priority) -> &mut VecDeque<T> {
        &mut self.others.get_or_insert_default()[priority.lane()]
    }
}

impl<T: Numbered> Lanes<T> {
    /// Removes the item with a number, if it still waits in the lane.
    pub(crate) fn withdraw(&mut self, priority: Priority, number: u64) -> Option<T> {
        let index = self.existing(priority)?.binary_search_by_key(&number, Numbered::number).ok()?;
        self.take_at(priority, index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Numbered for u64 {
        fn number(&self) -> u64 {
            *self
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push(usize),
        Pop,
        Withdraw(prop::sample::Index),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..5_usize).prop_map(Step::Push),
            3 => Just(Step::Pop),
            1 => any::<prop::sample::Index>().prop_map(Step::Withdraw),
        ]
    }

    proptest! {
        #[test]
        fn lanes_agree_with_a_sorted_list(steps in prop::collection::vec(step(), 1..200)) {
            let mut lanes = Lanes::default();
            let mut reference: Vec<(usize, u64)> = Vec::new();
            for (number, step) in (0_u64..).zip(steps) {
                match step {
                    Step::Push(lane) => {
                        lanes.push(Priority::ALL[lane], number);
                        reference.push((lane, number));
                    }
                    Step::Pop => {
                        let next = reference.iter().min().copied();
                        reference.retain(|entry| Some(*entry) != next);
                        prop_assert_eq!(lanes.pop(), next.map(|(_, number)| number));
                    }
                    Step::Withdraw(index) if !reference.is_empty() => {
                        let (lane, number) = reference.remove(index.index(reference.len()));
                        prop_assert_eq!(lanes.withdraw(Priority::ALL[lane], number), Some(number));
                        prop_assert_eq!(lanes.withdraw(Priority::ALL[lane], number), None);
                    }
                    Step::Withdraw(_) => {}
                }
                prop_assert_eq!(lanes.iter().count(), reference.len());
                prop_assert_eq!(lanes.is_empty(), reference.is_empty());
                prop_assert_eq!(lanes.lengths().iter().sum::<usize>(), reference.len());
            }
        }
    }
}
