//! Turns for those who wait behind more urgent messages.

use std::num::NonZeroU32;

use crate::metadata::Priority;

/// Gives a lane one turn whenever so many messages of higher lanes went while something waited in it.
///
/// Each lane counts for itself: a turn for the lowest one alone would starve those in the middle, if both the highest and
/// the lowest never run dry.
#[derive(Debug)]
pub(super) struct Fairness {
    after: NonZeroU32,
    passed_over: [u32; 5],
}

impl Fairness {
    pub(super) const fn new(after: NonZeroU32) -> Self {
        Self { after, passed_over: [0; 5] }
    }

    /// Whose turn it is: of the occupied lanes the lowest one whose turn is due, or else the highest.
    pub(super) fn choose(&mut self, occupied: u8) -> Option<Priority> {
        let waits = |priority: &Priority| occupied & (1 << priority.lane()) != 0;
        let is_due = |priority: &Priority| self.passed_over[priority.lane()] >= self.after.get();
        let due = Priority::ALL.into_iter().rev().find(|priority| waits(priority) && is_due(priority));
        let chosen = due.or_else(|| Priority::ALL.into_iter().find(waits))?;
        for priority in Priority::ALL {
            let passed_over = &mut self.passed_over[priority.lane()];
            if priority == chosen || !waits(&priority) {
                *passed_over = 0;
            } else if priority > chosen {
                *passed_over += 1;
            }
        }
        Some(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(after: u32, occupied: impl Fn(usize) -> u8, number: usize) -> Vec<usize> {
        let mut fairness = Fairness::new(NonZeroU32::new(after).unwrap());
        (0..number).map(|turn| fairness.choose(occupied(turn)).unwrap().lane()).collect()
    }

    #[test]
    fn the_lowest_of_two_lanes_has_every_turn_after_so_many() {
        assert_eq!(turns(3, |_| 0b1_0010, 9), [1, 1, 1, 4, 1, 1, 1, 4, 1]);
        assert_eq!(turns(1, |_| 0b1_0010, 4), [1, 4, 1, 4]);
    }

    #[test]
    fn whoever_was_not_there_was_not_passed_over() {
        let comes_late = |turn| if turn < 5 { 0b00_0010 } else { 0b1_0010 };
        assert_eq!(turns(2, comes_late, 9), [1, 1, 1, 1, 1, 1, 1, 4, 1]);
        let goes_for_a_while = |turn| if turn == 1 { 0b00_0010 } else { 0b1_0010 };
        assert_eq!(turns(2, goes_for_a_while, 6), [1, 1, 1, 1, 4, 1]);
    }

    #[test]
    fn no_lane_starves_whichever_others_are_full() {
        for (after, full) in (1..5).flat_map(|after| (1..32).map(move |full| (after, full))) {
            let longest = (after as usize + 1).pow(5);
            let turns = turns(after, |_| full, 3 * longest);
            for lane in (0..5).filter(|lane| full & (1 << lane) != 0) {
                let waits = turns.split(|turn| *turn == lane).map(<[usize]>::len).max();
                assert!(waits < Some(longest), "lane {lane} of {full:#b}, one after {after}: {turns:?}");
            }
        }
    }
}
