//! Memory in which one handler's future after the other is built.

#![expect(
    unsafe_code,
    reason = "futures of many types are built in one reusable buffer: no allocation for a call"
)]

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// A buffer that grows to the largest future it ever held, and stays.
#[derive(Debug)]
pub(super) struct Place {
    start: NonNull<u8>,
    layout: Layout,
}

// SAFETY: plain memory; what lies in it is `Send` by the bounds of whoever writes there.
unsafe impl Send for Place {}

impl Place {
    pub(super) const fn new() -> Self {
        Self { start: NonNull::dangling(), layout: Layout::new::<()>() }
    }

    /// Room for a value, uninitialised. Nothing may lie in the buffer any more.
    #[inline]
    pub(super) fn reserve(&mut self, wanted: Layout) -> *mut u8 {
        if wanted.size() > self.layout.size() || wanted.align() > self.layout.align() {
            self.grow(wanted);
        }
        self.start.as_ptr()
    }

    /// The beginning of what was built last.
    #[inline]
    pub(super) const fn start(&self) -> *mut u8 {
        self.start.as_ptr()
    }

    #[cold]
    fn grow(&mut self, wanted: Layout) {
        let size = wanted.size().max(self.layout.size()).next_multiple_of(64);
        let align = wanted.align().max(self.layout.align()).max(16);
        let Ok(layout) = Layout::from_size_align(size, align) else { handle_alloc_error(wanted) };
        self.release();
        // SAFETY: the size is at least 64.
        let start = unsafe { alloc(layout) };
        self.start = NonNull::new(start).unwrap_or_else(|| handle_alloc_error(layout));
        self.layout = layout;
    }

    fn release(&mut self) {
        if self.layout.size() != 0 {
            // SAFETY: allocated in `grow` with this very layout, and nothing lies in it.
            unsafe { dealloc(self.start.as_ptr(), self.layout) };
            self.start = NonNull::dangling();
            self.layout = Layout::new::<()>();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_aligned_and_reused() {
        #[repr(align(64))]
        struct Wide(#[expect(dead_code, reason = "only its layout matters")] [u8; 130]);
        let mut place = Place::new();
        assert!(place.reserve(Layout::new::<Wide>()).cast::<Wide>().is_aligned());
        let first = place.start();
        assert!(place.reserve(Layout::new::<u64>()).cast::<u64>().is_aligned());
        assert_eq!(place.start(), first);
    }
}
