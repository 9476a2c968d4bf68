//! What happened, in its order.

use std::fmt::Display;
use std::sync::{Arc, Mutex};

/// Lines that handlers write and tests read; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    /// An empty journal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line.
    pub fn note(&self, line: impl Display) {
        self.0.lock().unwrap().push(line.to_string());
    }

    /// All lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// All lines so far, which are forgotten here.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// How often a line was written.
    #[must_use]
    pub fn count(&self, line: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|known| *known == line).count()
    }

    /// Where a line stands for the first time.
    #[must_use]
    pub fn position(&self, line: &str) -> Option<usize> {
        self.0.lock().unwrap().iter().position(|known| known == line)
    }
}
