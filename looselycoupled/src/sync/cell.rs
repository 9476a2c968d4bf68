//! Cells whose accesses are excluded from each other by something else than a lock.

#![expect(unsafe_code, reason = "shares what the event loop's ownership protocol guards")]

#[cfg(loom)]
pub(crate) use loom::cell::Cell;
#[cfg(loom)]
use loom::cell::UnsafeCell;
#[cfg(not(loom))]
pub(crate) use std::cell::Cell;
#[cfg(not(loom))]
use std::cell::UnsafeCell;

/// State of which the surrounding protocol guarantees that one thread at a time touches it, or that all only read.
///
/// loom checks that whoever asks for the place comes after everybody who asked before, not how long the pointer is
/// used: that would have to be told at every dereference.
#[derive(Debug, Default)]
pub(crate) struct ExclusiveCell<T>(UnsafeCell<T>);

// SAFETY: the cell hands out raw pointers only; whoever dereferences one states why no other access overlaps.
// `T: Send` because the exclusive access moves from thread to thread.
unsafe impl<T: Send> Sync for ExclusiveCell<T> {}

impl<T> ExclusiveCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The place of the value; dereferencing it is what needs the proof.
    #[inline]
    #[cfg(not(loom))]
    pub(crate) const fn get(&self) -> *mut T {
        self.0.get()
    }

    /// The same where others may read at the same time.
    #[inline]
    #[cfg(not(loom))]
    pub(crate) const fn get_to_read(&self) -> *const T {
        self.0.get()
    }

    #[cfg(loom)]
    #[track_caller]
    pub(crate) fn get(&self) -> *mut T {
        self.0.with_mut(|place| place)
    }

    #[cfg(loom)]
    #[track_caller]
    pub(crate) fn get_to_read(&self) -> *const T {
        self.0.with(|place| place)
    }
}
