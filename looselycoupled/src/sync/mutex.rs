//! A mutex without poisoning.

use std::sync::PoisonError;

#[cfg(loom)]
use loom::sync::Mutex as Inner;
#[cfg(loom)]
pub(crate) use loom::sync::MutexGuard;
#[cfg(shuttle)]
use shuttle::sync::Mutex as Inner;
#[cfg(shuttle)]
pub(crate) use shuttle::sync::MutexGuard;
#[cfg(not(any(loom, shuttle)))]
use std::sync::Mutex as Inner;
#[cfg(not(any(loom, shuttle)))]
pub(crate) use std::sync::MutexGuard;

/// A lock whose holder may panic without locking everybody else out.
///
/// Handlers never run under a lock of the core, so a panic in between can only come from the core itself;
/// refusing service afterwards would turn one lost message into a dead application.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(Inner<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Inner::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
