//! A cell whose accesses are excluded from each other by something else than a lock.

#![expect(unsafe_code, reason = "shares what the event loop's ownership protocol guards")]

use std::cell::UnsafeCell;

/// State of which the surrounding protocol guarantees that one thread at a time touches it.
#[derive(Debug, Default)]
pub(crate) struct ExclusiveCell<T>(UnsafeCell<T>);

// SAFETY: the cell hands out raw pointers only; whoever dereferences one states why no other access overlaps.
// `T: Send` because the exclusive access moves from thread to thread.
unsafe impl<T: Send> Sync for ExclusiveCell<T> {}

impl<T> ExclusiveCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The place of the value; dereferencing it is what needs the proof.
    #[inline]
    pub(crate) const fn get(&self) -> *mut T {
        self.0.get()
    }
}
