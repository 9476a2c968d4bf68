//! Jobs that run elsewhere than in the frame of a loop.

#![expect(unsafe_code, reason = "what lies in a place is known by the table that was made together with it")]

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::body::{Access, Lodger};
use super::offer::{Offer, Packed};
use crate::event_loop::drop_safely;
use crate::event_loop::place::Place;

/// A place of its own for a job that begins elsewhere than in a frame.
pub(in crate::event_loop) struct Lodging<O: 'static> {
    place: Place,
    lodger: Lodger<O>,
}

// SAFETY: what lies in the place is the future of a job with what it keeps, and both are `Send`.
unsafe impl<O> Send for Lodging<O> {}

impl<O> Default for Lodging<O> {
    fn default() -> Self {
        Self { place: Place::new(), lodger: None }
    }
}

impl<O> Lodging<O> {
    /// Begins a job, once.
    ///
    /// SAFETY: whoever lies here goes with this, before what it has access to.
    pub(in crate::event_loop) unsafe fn begin(
        &mut self,
        job: Offer<'_, O>,
        access: Access<'_>,
        cx: &mut Context<'_>,
    ) -> Poll<O> {
        // SAFETY: passed on.
        let polled = unsafe { job.begin(access, &mut self.place, &mut self.lodger, cx) };
        self.conclude(polled)
    }

    /// Goes on with it; nothing happens any more when it has ended.
    pub(in crate::event_loop) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<O> {
        let Some(table) = self.lodger else { return Poll::Pending };
        // SAFETY: it is the table of what lies there.
        let polled = unsafe { (table.poll)(self.place.start(), cx) };
        self.conclude(polled)
    }

    /// Lets go of who has ended; a panic takes the output with it.
    fn conclude(&mut self, polled: Poll<O>) -> Poll<O> {
        let Poll::Ready(output) = polled else { return Poll::Pending };
        if self.lodger.is_none() {
            return Poll::Ready(output);
        }
        match catch_unwind(AssertUnwindSafe(|| self.evict())) {
            Ok(()) => Poll::Ready(output),
            Err(payload) => {
                // Not while that one unwinds: a second panic would end the program.
                drop_safely(output);
                resume_unwind(payload)
            }
        }
    }

    fn evict(&mut self) {
        if let Some(table) = self.lodger.take() {
            // SAFETY: it is the table of what lies there, which is dropped once.
            unsafe { (table.drop)(self.place.start()) };
        }
    }
}

impl<O> Drop for Lodging<O> {
    fn drop(&mut self) {
        self.evict();
    }
}

/// The future of a packed job. It begins when it is polled first.
pub(crate) struct Running<'a, O: 'static> {
    lodging: Lodging<O>,
    before: Option<(Packed<O>, Access<'a>)>,
}

impl<O> Packed<O> {
    /// What the job does. It begins when that is polled first.
    pub(crate) fn run<'a>(self, access: Access<'a>) -> Running<'a, O> {
        Running { before: Some((self, access)), lodging: Lodging::default() }
    }
}

/// The lodging does not say that it borrows: by this, what is borrowed outlives it.
impl<O> Drop for Running<'_, O> {
    fn drop(&mut self) {
        self.lodging.evict();
    }
}

impl<O> Future for Running<'_, O> {
    type Output = O;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<O> {
        let Some((packed, access)) = self.before.take() else { return self.lodging.poll(cx) };
        // SAFETY: the lodging goes before the lifetime of the access ends.
        packed.with(|job| unsafe { self.lodging.begin(job, access, cx) })
    }
}
