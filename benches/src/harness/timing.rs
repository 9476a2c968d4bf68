//! How long one operation takes.

use super::{Clock, Effort, Flavour};

/// So many calls that the clock in between costs nothing, and few enough for the slowest.
pub const CALLS_PER_ROUND: u64 = 2_000;

/// Nanoseconds per operation: a round to warm up, then rounds until they have taken long enough.
///
/// By time and not by number, since contestants differ by three orders of magnitude.
pub async fn ns_per_operation<F>(
    effort: Effort,
    flavour: Flavour,
    operations_per_round: u64,
    round: impl Fn(u64) -> F,
) -> f64
where
    F: Future<Output = ()> + Send,
{
    round(operations_per_round).await;
    let clock = Clock::start(flavour);
    let mut operations = 0;
    loop {
        round(operations_per_round).await;
        operations += operations_per_round;
        let elapsed = clock.ns();
        if elapsed >= effort.long_enough_ns() {
            return elapsed / operations as f64;
        }
    }
}
