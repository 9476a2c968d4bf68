//! The five priorities.

use serde::{Deserialize, Serialize};

/// How urgent a message is; the highest priority is handled first.
///
/// Inside a priority the order is that of acceptance. The order is strict and never interrupts a running handler.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Before everything else, for example the end of the application.
    Highest,
    /// Before ordinary work.
    High,
    /// Ordinary work.
    #[default]
    Normal,
    /// After ordinary work.
    Low,
    /// Only when nothing else waits.
    Lowest,
}

impl Priority {
    /// All priorities, the highest first.
    pub const ALL: [Self; 5] = [Self::Highest, Self::High, Self::Normal, Self::Low, Self::Lowest];

    /// The lane that holds this priority, 0 for the highest.
    #[must_use]
    #[inline]
    pub const fn lane(self) -> usize {
        self as usize
    }

    /// The higher of two priorities.
    #[must_use]
    #[inline]
    pub fn or_higher(self, other: Self) -> Self {
        self.min(other)
    }
}

impl std::fmt::Display for Priority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Highest => "highest",
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
            Self::Lowest => "lowest",
        })
    }
}
