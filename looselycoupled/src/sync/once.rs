//! `OnceLock` for model checkers that have none.

#![expect(unsafe_code, reason = "what has been set is read without a lock")]

use std::cell::UnsafeCell;
use std::fmt;

use super::{AtomicBool, Mutex, Ordering};

/// A value that is written once; what [`std::sync::OnceLock`] promises of memory, and no more.
///
/// Invariant: the value is written under the lock while `is_set` is false, and never again.
pub(crate) struct OnceLock<T> {
    is_set: AtomicBool,
    setting: Mutex<()>,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: by the invariant, the value is shared only once nobody writes it any more.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnceLock")
    }
}

impl<T> OnceLock<T> {
    pub(crate) fn new() -> Self {
        Self { is_set: AtomicBool::new(false), setting: Mutex::new(()), value: UnsafeCell::new(None) }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        if !self.is_set.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY: by the invariant, nobody writes it any more.
        unsafe { &*self.value.get() }.as_ref()
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init(|| value.take().expect("asked for once"));
        value.map_or(Ok(()), Err)
    }

    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        let setting = self.setting.lock();
        if !self.is_set.load(Ordering::Relaxed) {
            // SAFETY: by the invariant, nobody reads it yet, and the lock keeps other writers out.
            unsafe { *self.value.get() = Some(make()) };
            self.is_set.store(true, Ordering::Release);
        }
        drop(setting);
        self.get().expect("just set")
    }
}
