//! What a loop runs.
//!
//! Whatever a loop does with a job would be compiled for each type of job, on each way that leads to it. So types are forgotten
//! first: a job brings nothing but its own [`body`], a table of how it begins and how it is dropped. On its way it lies where
//! its sender has written it ([`offer`]), and moves once, into a message or into its future: what was just written in small
//! portions is read in large ones at the price of an atomic operation.

mod body;
mod lodging;
mod offer;
#[cfg(test)]
mod tests;

use std::future::Future;

pub(crate) use body::Access;
pub(super) use body::{FutureTable, Lodger};
pub(super) use lodging::Lodging;
pub(crate) use offer::{Offer, Packed, Room};

use super::{SharedState, State};

/// Something that a module does: a task with its arguments, an event for a handler, a hook.
pub(crate) trait Job: Send + 'static {
    /// What comes out of it.
    type Output: Verdict;

    /// What the handler borrows beside its module; it lies next to the handler's future.
    type Kept: Send + Sync + 'static;

    /// The body is no async code: its future is ready at the first poll.
    const IMMEDIATE: bool;

    /// On which loops it may come to run. Code for others is not even compiled.
    const RUNS: Runs = Runs::Either;

    /// The code, with the module to itself.
    fn run<'a>(
        self,
        kept: &'a mut Option<Self::Kept>,
        resident: &'a mut State,
    ) -> impl Future<Output = Self::Output> + Send + 'a;

    /// The code, with the module shared.
    fn run_shared<'a>(
        self,
        kept: &'a mut Option<Self::Kept>,
        resident: &'a SharedState,
    ) -> impl Future<Output = Self::Output> + Send + 'a;
}

/// How the module of a job is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    /// By one handler at a time.
    Alone,
    /// By several that overlap.
    Overlapping,
    /// The type of the job does not tell.
    Either,
}

impl Runs {
    pub(crate) const fn of(overlaps: bool) -> Self {
        if overlaps { Self::Overlapping } else { Self::Alone }
    }

    pub(crate) const fn may_be_alone(self) -> bool {
        !matches!(self, Self::Overlapping)
    }

    pub(crate) const fn may_overlap(self) -> bool {
        !matches!(self, Self::Alone)
    }
}

/// Whether an output counts as a success.
pub(crate) trait Verdict: Send + 'static {
    fn is_failure(&self) -> bool;
}

impl<T: Send + 'static, E: Send + 'static> Verdict for Result<T, E> {
    #[inline]
    fn is_failure(&self) -> bool {
        self.is_err()
    }
}
