//! What an application says about its machinery as a whole.

use std::time::Duration;

use crate::event_loop::Tuning;

const DEFAULT_BLOCKING_THREADS: usize = 512;
const DEFAULT_DEAD_LETTERS: usize = 256;

/// The settings that code or a file states.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stated {
    pub(super) blocking_threads: Option<usize>,
    pub(super) default_timeout: Option<Duration>,
    pub(super) dead_letters: Option<usize>,
}

impl Stated {
    pub(super) const fn new() -> Self {
        Self { blocking_threads: None, default_timeout: None, dead_letters: None }
    }

    /// These settings, and those of `other` where these say nothing.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            blocking_threads: self.blocking_threads.or(other.blocking_threads),
            default_timeout: self.default_timeout.or(other.default_timeout),
            dead_letters: self.dead_letters.or(other.dead_letters),
        }
    }

    pub(super) fn tuning(self, has_threads: bool) -> Tuning {
        Tuning {
            blocking_threads: self.blocking_threads.unwrap_or(DEFAULT_BLOCKING_THREADS),
            default_timeout: self.default_timeout.filter(|timeout| !timeout.is_zero()),
            dead_letters: self.dead_letters.unwrap_or(DEFAULT_DEAD_LETTERS),
            has_threads,
        }
    }
}
