//! What the program has in memory.

use std::fs;

/// What it has now, in KiB.
#[must_use]
pub fn resident() -> u64 {
    status("VmRSS:")
}

/// The most that it ever had, in KiB.
#[must_use]
pub fn most_resident() -> u64 {
    status("VmHWM:")
}

fn status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
