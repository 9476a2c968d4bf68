//! Whatever stands in a configuration file: the application starts, or says where the file is wrong; never a panic, in
//! little time and little memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be read fails the test")]

mod bombs;
mod judge;
mod modules;
mod mutate;
mod saving;

use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use looselycoupled_tests::{Dice, Scratch, each_seed, most_resident, resident};

use bombs::BOMBS;
use judge::{Verdict, in_time, judge};
use modules::VALID;

/// Longer than any file takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// What any file may take of memory, in KiB: those that are let in have at most 16 MiB, and 200,000 values.
const MOST_MEMORY: u64 = 192 * 1024;

/// How large the files are that make much of little; the gate has the first size only.
const SIZES: [usize; 3] = [100_000, 1_500_000, 15_500_000];

/// Memory is the whole program's, so one test runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn whatever_stands_in_a_file_the_application_starts_or_says_where_it_is_wrong() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = resident();
    each_seed(
        "garbage::whatever_stands_in_a_file_the_application_starts_or_says_where_it_is_wrong",
        1_500,
        100_000,
        |seed| {
            let mut dice = Dice::new(seed);
            let is_harmless = dice.roll(8) == 0;
            let change = if is_harmless { mutate::rewritten } else { mutate::broken };
            let text = change(VALID, &mut dice);
            let verdict = starts_from(&text);
            let shown = String::from_utf8_lossy(&text);
            assert!(!is_harmless || verdict == Verdict::Starts, "says the same and is refused: {shown}");
        },
    );
    let growth = resident().saturating_sub(before);
    println!("{growth} KiB more in memory than before the first file");
    assert!(growth <= MOST_MEMORY, "{growth} KiB more than before the first file");
}

fn starts_from(text: &[u8]) -> Verdict {
    let folder = Scratch::new();
    let path = folder.path("config.yaml");
    fs::write(&path, text).unwrap();
    in_time(PATIENCE, move || judge(&path))
}

#[test]
fn a_file_that_makes_much_of_little_is_read_or_refused_in_little_time_and_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let count = BOMBS.len() as u64;
    each_seed(
        "garbage::a_file_that_makes_much_of_little_is_read_or_refused_in_little_time_and_memory",
        count,
        count * SIZES.len() as u64,
        |seed| {
            let (bomb, size) = (&BOMBS[(seed % count) as usize], SIZES[(seed / count) as usize]);
            let text = (bomb.text)(size);
            let before = most_resident();
            starts_from(text.as_bytes());
            let growth = most_resident().saturating_sub(before);
            assert!(growth <= MOST_MEMORY, "{} of {size} bytes: {growth} KiB more", bomb.name);
        },
    );
}

#[test]
fn a_file_that_others_touch_is_saved_whole_or_not_at_all() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    each_seed("garbage::a_file_that_others_touch_is_saved_whole_or_not_at_all", 500, 20_000, |seed| {
        saving::between_loading_and_saving(Dice::new(seed));
    });
}
