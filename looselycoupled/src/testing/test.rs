//! What `#[looselycoupled::test]` expands to.

use std::fmt::Debug;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use tokio::runtime::Builder;

use super::rehearse::{block_on, rehearse};

const ENVIRONMENT: &str = "LOOSELYCOUPLED_SEED";

/// One test, and how it is run.
#[derive(Debug)]
#[must_use]
pub struct Test {
    name: &'static str,
    seed: Option<u64>,
    seeds: u64,
    /// On real threads; 0 stands for one for each processor.
    threads: Option<usize>,
}

/// What a test may return.
#[diagnostic::on_unimplemented(
    message = "a test returns nothing or a `Result<(), E>`, not `{Self}`",
    label = "return `()` or `Result<(), E>` with an `E: Debug`"
)]
pub trait TestOutcome {
    /// Fails the test if this is an error.
    fn conclude(self);
}

impl TestOutcome for () {
    fn conclude(self) {}
}

#[diagnostic::do_not_recommend]
impl<E: Debug> TestOutcome for Result<(), E> {
    #[expect(clippy::panic, reason = "this is how a test fails")]
    fn conclude(self) {
        if let Err(error) = self {
            panic!("the test returned an error: {error:?}");
        }
    }
}

impl Test {
    /// A test of this name, run once, with a seed that the name decides.
    pub const fn new(name: &'static str) -> Self {
        Self { name, seed: None, seeds: 1, threads: None }
    }

    /// With this seed.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Once for each of so many seeds.
    pub const fn seeds(mut self, seeds: u64) -> Self {
        self.seeds = seeds;
        self
    }

    /// On real threads and by the real clock, without a seed; 0 stands for one thread for each processor.
    pub const fn multi_thread(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Runs it.
    ///
    /// # Panics
    ///
    /// It failed; what it panicked with goes on, after standard error has been told how to replay it.
    pub fn run<F>(self, body: impl Fn() -> F)
    where
        F: Future,
        F::Output: TestOutcome,
    {
        if let Some(threads) = self.threads {
            return on_threads(threads, body());
        }
        let (first, last) = self.range(std::env::var(ENVIRONMENT).ok());
        for seed in first..=last {
            let run = || rehearse(seed, body()).conclude();
            if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
                self.tell(seed);
                resume_unwind(payload);
            }
        }
    }

    /// The seeds, unless the environment wants one of them alone.
    #[expect(clippy::panic, reason = "a seed that cannot be read would replay something else")]
    fn range(&self, wanted: Option<String>) -> (u64, u64) {
        let Some(wanted) = wanted else {
            let first = self.seed.unwrap_or_else(|| u64::from(hash(self.name)));
            return (first, first.saturating_add(self.seeds.max(1) - 1));
        };
        match wanted.trim().parse() {
            Ok(seed) => (seed, seed),
            Err(_) => panic!("{ENVIRONMENT} is `{wanted}`, which is no number from 0 to {}", u64::MAX),
        }
    }

    #[expect(clippy::print_stderr, reason = "a test tells so; what runs tests shows it where one fails")]
    fn tell(&self, seed: u64) {
        eprintln!("`{}` failed with seed {seed}; {ENVIRONMENT}={seed} replays it", self.name);
    }
}

fn on_threads<F>(threads: usize, body: F)
where
    F: Future,
    F::Output: TestOutcome,
{
    let mut builder = Builder::new_multi_thread();
    if threads > 0 {
        builder.worker_threads(threads);
    }
    block_on(&mut builder, body).conclude();
}

/// FNV-1a: small, and the same for ever.
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_the_seed_unless_one_is_given() {
        let of_name = Test::new("a::b").range(None);
        assert_eq!(of_name, Test::new("a::b").range(None));
        assert_ne!(of_name, Test::new("a::c").range(None));
        assert_eq!(Test::new("a::b").seed(7).range(None), (7, 7));
        assert_eq!(Test::new("a::b").seed(7).seeds(3).range(None), (7, 9));
    }

    #[test]
    fn the_environment_wants_one_seed_alone() {
        assert_eq!(Test::new("a::b").seeds(100).range(Some("12".to_owned())), (12, 12));
    }

    #[test]
    #[should_panic(
        expected = "LOOSELYCOUPLED_SEED is `twelve`, which is no number from 0 to 18446744073709551615"
    )]
    fn a_seed_that_is_no_number_fails_the_test() {
        Test::new("a::b").range(Some("twelve".to_owned()));
    }
}
