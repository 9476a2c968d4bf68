//! The pauses between two attempts to connect.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(50);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Many who have lost the same broker do not come back at the same moment.
pub(super) fn jittered(pause: Duration) -> Duration {
    let share = RandomState::new().hash_one(0_u8) % 256;
    pause.mul_f64(0.75 + share as f64 / 512.0)
}
