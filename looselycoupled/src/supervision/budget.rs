//! How often a module may still be made again.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::Restart;

/// The restarts of one module within the time that counts.
#[derive(Debug)]
pub(super) struct Budget {
    restart: Restart,
    begun: VecDeque<Instant>,
}

impl Budget {
    pub(super) const fn new(restart: Restart) -> Self {
        Self { restart, begun: VecDeque::new() }
    }

    /// How long the next restart has to wait; `None` if there must be no further one.
    pub(super) fn next(&mut self, now: Instant) -> Option<Duration> {
        let within = self.restart.within();
        while self.begun.front().is_some_and(|begun| now.duration_since(*begun) >= within) {
            self.begun.pop_front();
        }
        let others = self.begun.len() as u32;
        if !self.restart.allows(others.saturating_add(1)) {
            return None;
        }
        self.begun.push_back(now);
        Some(self.restart.delay_after(others))
    }

    pub(super) const fn limit(&self) -> &Restart {
        &self.restart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn budget() -> Budget {
        Budget::new(Restart::default().budget(3, 10 * SECOND).delay(SECOND, 3 * SECOND))
    }

    #[test]
    fn delays_double_up_to_the_longest_one_until_the_budget_is_used_up() {
        let (mut budget, now) = (budget(), Instant::now());
        let delays: Vec<_> = (0..4).map(|_| budget.next(now)).collect();
        assert_eq!(delays, [Some(SECOND), Some(2 * SECOND), Some(3 * SECOND), None]);
    }

    #[test]
    fn what_lies_behind_counts_no_more() {
        let (mut budget, now) = (budget(), Instant::now());
        assert_eq!(budget.next(now), Some(SECOND));
        assert_eq!(budget.next(now + 9 * SECOND), Some(2 * SECOND));
        assert_eq!(budget.next(now + 10 * SECOND), Some(2 * SECOND));
        assert_eq!(budget.next(now + 30 * SECOND), Some(SECOND));
    }

    #[test]
    fn no_number_of_restarts_overflows_the_delay() {
        let longest = Duration::MAX;
        let restart = Restart::default().delay(SECOND, longest);
        assert!(restart.delay_after(40) >= restart.delay_after(31));
        assert_eq!(Budget::new(restart.budget(0, SECOND)).next(Instant::now()), None);
    }
}
