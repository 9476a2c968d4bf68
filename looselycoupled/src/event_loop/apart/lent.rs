//! The future of a handler that shares its module.

#![expect(unsafe_code, reason = "a handler borrows its module from a counted reference that travels with it")]

use std::task::{Context, Poll};

use super::super::job::Lodging;
use super::super::{Access, Offer, Packed, SharedState};
use crate::sync::Arc;

/// A job that gets its module when it begins.
///
/// Nothing of the handler runs before that, not even a body without await: whoever sends a message must not handle it.
pub(super) struct Lent<O: 'static> {
    lodging: Lodging<O>,
    job: Option<Packed<O>>,
    /// As soon as the handler begins; goes after what borrows from it.
    resident: Option<Arc<SharedState>>,
}

impl<O> Lent<O> {
    /// One that waits for its turn.
    pub(super) fn of(job: Packed<O>) -> Self {
        Self { lodging: Lodging::default(), job: Some(job), resident: None }
    }

    /// One that begins before it is packed, as soon as it is [polled](Self::begin).
    pub(super) fn with(shared: Arc<SharedState>) -> Self {
        Self { lodging: Lodging::default(), job: None, resident: Some(shared) }
    }

    /// Lets it begin when it is polled next.
    pub(super) fn give(&mut self, shared: Arc<SharedState>) {
        self.resident = Some(shared);
    }

    pub(super) const fn has_begun(&self) -> bool {
        self.resident.is_some()
    }

    /// Begins a job that was not packed.
    pub(super) fn begin(&mut self, job: Offer<'_, O>, cx: &mut Context<'_>) -> Poll<O> {
        let Some(resident) = &self.resident else { return Poll::Pending };
        // SAFETY: the reference is counted here for as long as what borrows from it stands.
        unsafe {
            let resident: &SharedState = &*Arc::as_ptr(resident);
            self.lodging.begin(job, Access::Shared(resident), cx)
        }
    }

    /// Goes on with it, or begins it if it has its module.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<O> {
        if !self.has_begun() {
            return Poll::Pending;
        }
        let Some(job) = self.job.take() else { return self.lodging.poll(cx) };
        job.with(|job| self.begin(job, cx))
    }
}
