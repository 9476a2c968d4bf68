//! Checks that run over many seeds, a share of them in every test run and all of them on demand.

use std::env;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Runs a check for every seed: the first `gate` of them, or the first `long` if `LOOSELYCOUPLED_REGIMEN` is `long`, or the
/// one in `LOOSELYCOUPLED_SEED`.
///
/// # Panics
///
/// As the check does; before, one line says how to run it with that seed alone.
pub fn each_seed(test: &str, gate: u64, long: u64, check: impl Fn(u64)) {
    seeds(gate, long).for_each(|seed| replayable(test, seed, &check));
}

/// The same on so many threads, for checks that mostly wait.
///
/// # Panics
///
/// As the check does; the other threads go no further then.
pub fn each_seed_at_once(test: &str, threads: usize, gate: u64, long: u64, check: impl Fn(u64) + Sync) {
    let left = Mutex::new(seeds(gate, long));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                // Released before the check begins; whoever fails leaves none for the others.
                let left = || left.lock().unwrap_or_else(PoisonError::into_inner);
                let next = || left().next();
                while let Some(seed) = next() {
                    let checked = catch_unwind(AssertUnwindSafe(|| replayable(test, seed, &check)));
                    if let Err(payload) = checked {
                        *left() = 0..0;
                        resume_unwind(payload);
                    }
                }
            });
        }
    });
}

fn replayable(test: &str, seed: u64, check: impl Fn(u64)) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| check(seed))) {
        let file = test.split("::").next().unwrap_or(test);
        let function = test.strip_prefix(file).unwrap_or(test).trim_start_matches("::");
        eprintln!(
            "replay: LOOSELYCOUPLED_SEED={seed} cargo test -p looselycoupled-tests --test {file} -- --exact {function}"
        );
        resume_unwind(payload);
    }
}

/// Whether `LOOSELYCOUPLED_REGIMEN` asks for the long form.
#[must_use]
pub fn is_long() -> bool {
    env::var("LOOSELYCOUPLED_REGIMEN").is_ok_and(|regimen| regimen == "long")
}

fn seeds(gate: u64, long: u64) -> Range<u64> {
    let one = env::var("LOOSELYCOUPLED_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    one.map_or_else(|| 0..if is_long() { long } else { gate }, |seed| seed..seed.saturating_add(1))
}
