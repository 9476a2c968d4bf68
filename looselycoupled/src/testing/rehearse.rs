//! One thread, a clock of its own, and an order that a seed decides.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Poll;

use tokio::runtime::Builder;

use crate::__private::{NumbersAnew, Shuffle};

thread_local! {
    static SEED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// The seed of the test that runs on this thread.
pub(super) fn seed() -> Option<u64> {
    SEED.get()
}

/// As long as it stands, this thread runs a test with a seed.
struct Rehearsed {
    before: Option<u64>,
    _numbers: NumbersAnew,
}

impl Rehearsed {
    fn begin(seed: u64) -> Self {
        Self { before: SEED.replace(Some(seed)), _numbers: NumbersAnew::begin() }
    }
}

impl Drop for Rehearsed {
    fn drop(&mut self) {
        SEED.set(self.before);
    }
}

/// Runs a future as [`#[looselycoupled::test]`](macro@crate::test) runs a test: on this thread, with a paused clock, in the
/// order that the seed decides. The same seed brings the same order; see [what is replayed](super#what-is-replayed).
///
/// # Panics
///
/// As the future does; and if this thread runs another future of tokio already.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::testing::rehearse;
///
/// let hours = rehearse(7, async {
///     let begun = tokio::time::Instant::now();
///     tokio::time::sleep(Duration::from_secs(7200)).await; // takes no time
///     begun.elapsed().as_secs() / 3600
/// });
/// assert_eq!(hours, 2);
/// ```
pub fn rehearse<F: Future>(seed: u64, future: F) -> F::Output {
    let _rehearsed = Rehearsed::begin(seed);
    // Another row of numbers than that of the application.
    let shuffle = Shuffle::new(!seed);
    // Moved into the runtime, which has to be there when it is dropped.
    let mut future = Box::pin(future);
    let in_turn =
        poll_fn(move |cx| if shuffle.gives_way(cx) { Poll::Pending } else { future.as_mut().poll(cx) });
    block_on(Builder::new_current_thread().start_paused(true), in_turn)
}

/// Runs a future on a runtime of its own. Threads that do not end are left behind: a test that has failed must not hang
/// because of them.
#[expect(clippy::panic, reason = "without a runtime there is no test; this is how one fails")]
pub(super) fn block_on<F: Future>(builder: &mut Builder, future: F) -> F::Output {
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("there is no runtime for the test: {error}"),
    };
    let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(future)));
    runtime.shutdown_background();
    ended.unwrap_or_else(|payload| resume_unwind(payload))
}
