//! Where a message comes from, in the compact form that queues hold.

use super::{Headers, Priority};

/// The place of a module in the application's list, stable from start to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ModuleIndex(u32);

impl ModuleIndex {
    /// Stands for a sender outside of every module.
    pub(crate) const OUTSIDE: Self = Self(u32::MAX);
    /// Stands for a module that is not in this application.
    pub(crate) const ABSENT: Self = Self(u32::MAX - 1);
    /// Stands for a module in whose place there is one of another type.
    pub(crate) const PLAYED: Self = Self(u32::MAX - 2);

    /// Stands for a module that is in another process.
    pub(crate) const ELSEWHERE: Self = Self(u32::MAX - 3);

    pub(crate) const fn new(index: u32) -> Self {
        Self(index)
    }

    pub(crate) const fn get(self) -> Option<usize> {
        if self.0 >= Self::ELSEWHERE.0 { None } else { Some(self.0 as usize) }
    }
}

/// What one message passes on to the messages that are sent while it is handled.
///
/// A transaction is named only when somebody asks or passes it on: 0 stands for "not yet". A message that
/// nobody follows up never pays for a clock and a counter.
#[derive(Debug, Clone)]
pub(crate) struct Lineage {
    pub(crate) transaction: u64,
    pub(crate) parent: u64,
    pub(crate) source: ModuleIndex,
    pub(crate) depth: u16,
    pub(crate) priority: Priority,
    /// Stems from `becoming_idle`, and therefore earns no further one.
    pub(crate) idle_born: bool,
    pub(crate) headers: Headers,
}

impl Lineage {
    /// The first message of a chain.
    #[inline]
    pub(crate) const fn root(source: ModuleIndex, priority: Priority) -> Self {
        Self {
            transaction: 0,
            parent: 0,
            source,
            depth: 0,
            priority,
            idle_born: false,
            headers: Headers::new(),
        }
    }
}
