//! When something is sent: once, or again and again.

use std::time::Duration;

use tokio::time::Instant;

use crate::event_loop::later;

/// When something is to be sent, counted from its acceptance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) after: Option<Duration>,
    pub(crate) every: Option<Duration>,
}

impl Times {
    /// The first tick comes after one period, unless stated otherwise.
    pub(super) fn first(self) -> Duration {
        self.after.or(self.every).unwrap_or_default()
    }

    /// Whether the ticks would follow each other without time in between.
    pub(crate) fn has_no_period(self) -> bool {
        self.every == Some(Duration::ZERO)
    }
}

/// The first tick that lies ahead, and how many lie between it and the one that is due; all of them stand whole periods
/// apart, however late it is.
pub(super) fn next_tick(due: Instant, period: Duration, now: Instant) -> (Instant, u64) {
    let late = now.saturating_duration_since(due).as_nanos();
    let Some(missed) = late.checked_div(period.as_nanos()) else { return (later(now, period), 0) };
    let into = late % period.as_nanos();
    (later(now, period - duration(into)), u64::try_from(missed).unwrap_or(u64::MAX))
}

/// At most as long as the longest duration.
fn duration(nanoseconds: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    Duration::new((nanoseconds / SECOND) as u64, (nanoseconds % SECOND) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_millis(100);

    fn ticks(late: Duration) -> (Duration, u64) {
        let due = Instant::now();
        let (next, missed) = next_tick(due, PERIOD, due + late);
        (next - due, missed)
    }

    #[test]
    fn ticks_stand_whole_periods_apart_however_late_it_is() {
        assert_eq!(ticks(Duration::ZERO), (PERIOD, 0));
        assert_eq!(ticks(Duration::from_millis(99)), (PERIOD, 0));
        assert_eq!(ticks(Duration::from_millis(250)), (3 * PERIOD, 2));
    }

    #[test]
    fn a_tick_for_which_it_is_just_time_is_missed_if_the_one_before_is_sent_only_now() {
        assert_eq!(ticks(2 * PERIOD), (3 * PERIOD, 2));
    }

    #[test]
    fn no_period_is_too_long_or_too_short() {
        let due = Instant::now();
        assert!(next_tick(due, Duration::MAX, due).0 > due + Duration::from_secs(1 << 29));
        let (next, missed) = next_tick(due, Duration::from_nanos(1), due + Duration::from_secs(1));
        assert_eq!((next - due, missed), (Duration::new(1, 1), 1_000_000_000));
    }
}
