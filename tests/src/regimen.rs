//! Checks that run over many seeds, a share of them in every test run and all of them on demand.

use std::env;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs a check for every seed: the first `gate` of them, or the first `long` if `LOOSELYCOUPLED_REGIMEN` is `long`, or the
/// one in `LOOSELYCOUPLED_SEED`.
///
/// # Panics
///
/// As the check does; before, one line says how to run it with that seed alone.
pub fn each_seed(test: &str, gate: u64, long: u64, check: impl Fn(u64)) {
    for seed in seeds(gate, long) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| check(seed))) {
            let file = test.split("::").next().unwrap_or(test);
            let function = test.strip_prefix(file).unwrap_or(test).trim_start_matches("::");
            eprintln!(
                "replay: LOOSELYCOUPLED_SEED={seed} cargo test -p looselycoupled-tests --test {file} -- --exact {function}"
            );
            resume_unwind(payload);
        }
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
