//! The future of a handler that shares its module.

#![expect(unsafe_code, reason = "a handler borrows its module from a counted reference that travels with it")]

use std::future::Future;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::super::{Job, SharedState};
use crate::sync::Arc;

/// A future that begins when it gets its module: then code of the handler runs.
pub(super) trait Lazy: Future {
    /// `resident` stays until the future has been dropped.
    fn begin(&mut self, resident: &'static SharedState);
    fn has_begun(&self) -> bool;
}

struct Begins<M, F> {
    make: Option<M>,
    resident: Option<&'static SharedState>,
    future: Option<Pin<Box<F>>>,
}

impl<M, F> Unpin for Begins<M, F> {}

impl<M: FnOnce(&'static SharedState) -> F, F: Future> Lazy for Begins<M, F> {
    fn begin(&mut self, resident: &'static SharedState) {
        self.resident = Some(resident);
    }

    fn has_begun(&self) -> bool {
        self.resident.is_some()
    }
}

impl<M: FnOnce(&'static SharedState) -> F, F: Future> Future for Begins<M, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(resident) = self.resident else { return Poll::Pending };
        if let Some(make) = self.make.take() {
            self.future = Some(made(|| make(resident)));
        }
        match &mut self.future {
            Some(future) => future.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

/// Nothing of the handler runs before it begins, not even a body without await: whoever sends a message must not
/// handle it.
pub(super) fn build<J: Job>(job: J) -> Lent<impl Lazy<Output = J::Output> + Send + Unpin + 'static, J::Kept> {
    let kept = Kept::<J::Kept>::new();
    // SAFETY: `Lent` drops what is kept after the future that borrows it; nothing else touches it.
    let borrowed: &'static mut Option<J::Kept> = unsafe { &mut *kept.0.as_ptr() };
    let make = move |resident| job.run_shared(borrowed, resident);
    Lent { future: Begins { make: Some(make), resident: None, future: None }, _kept: kept, resident: None }
}

// Apart from the poll: without optimisation a copy of the future stays on the stack of whoever makes it.
fn made<F>(make: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(make())
}

/// A future with what it borrows from. The future is dropped first.
pub(super) struct Lent<F, K> {
    pub(super) future: F,
    _kept: Kept<K>,
    /// As soon as the handler begins.
    resident: Option<Arc<SharedState>>,
}

impl<F: Lazy, K> Lent<F, K> {
    pub(super) fn begin(&mut self, shared: Arc<SharedState>) {
        // SAFETY: the reference is counted here for as long as the future that borrows stands.
        let resident: &'static SharedState = unsafe { &*Arc::as_ptr(&shared) };
        self.resident = Some(shared);
        self.future.begin(resident);
    }
}

/// A box that may be moved while its content is borrowed.
struct Kept<K>(NonNull<Option<K>>);

// SAFETY: owns its content, as a box does.
unsafe impl<K: Send> Send for Kept<K> {}

impl<K> Kept<K> {
    fn new() -> Self {
        Self(NonNull::from(Box::leak(Box::new(None))))
    }
}

impl<K> Drop for Kept<K> {
    fn drop(&mut self) {
        // SAFETY: made from a box, freed once; the future that borrowed from it is gone.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}
