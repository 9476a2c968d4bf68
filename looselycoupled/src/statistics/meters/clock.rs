//! The processor's own counter: two looks at the clock of the operating system would cost more than all the rest of a call.

use std::sync::LazyLock;

static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);

/// Finds out how fast the counter runs, before anybody waits for that.
pub(crate) fn calibrate() {
    LazyLock::force(&CLOCK);
}

/// A moment, as the counter has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(u64);

impl Moment {
    #[inline]
    pub(crate) fn now() -> Self {
        Self(CLOCK.raw())
    }

    /// The nanoseconds between two moments; 0 if the later one lies before.
    #[inline]
    pub(super) fn since(self, earlier: Self) -> u64 {
        CLOCK.delta_as_nanos(earlier.0, self.0)
    }
}
