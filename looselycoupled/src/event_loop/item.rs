//! One waiting message, whatever its type.

#![expect(unsafe_code, reason = "a job is known by the table that was made together with its place")]

use std::future::Future;
use std::mem::ManuallyDrop;
use std::ptr;
use std::task::{Context, Poll};

use super::activation::{Activation, Draft, Seed};
use super::frame::{self, FrameRef};
use super::pocket::Pocket;
use super::{Apart, EventLoop, Panic, SharedState, State, drop_safely};
use crate::mailbox::{Filled, Slot};
use crate::statistics::Loss;

/// Something that a module does: a task with its arguments, an event for a handler, a hook.
pub(crate) trait Job: Send + 'static {
    /// What comes out of it.
    type Output: Verdict + Send + 'static;

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
pub(crate) trait Verdict {
    fn is_failure(&self) -> bool;
}

impl<T, E> Verdict for Result<T, E> {
    #[inline]
    fn is_failure(&self) -> bool {
        self.is_err()
    }
}

/// Under which number a job has begun: that of the turn, or of the handler of a concurrent module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Begun(pub(crate) u32);

/// Who learns what came out of a job. Runs no code of users.
pub(crate) trait Completion<O>: Send + 'static {
    /// Whether it is the caller, who waits.
    const AWAITED: bool = false;

    /// Whether the job may begin.
    ///
    /// # Errors
    ///
    /// It must not: whoever waited was told so, or nobody wants it any more. It is lost for this reason, and not told again.
    fn begun(&self, _begun: Begun) -> Result<(), Loss> {
        Ok(())
    }
    fn complete(self, output: O, activation: &Activation);
    fn fail(self, failure: Failure, activation: &Activation);
    /// The job never begins.
    fn discard(self, reason: Loss, address: &dyn Fn() -> Box<str>);
}

/// How a handler ended, as the counters see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Handled,
    Failed,
    Panicked,
    /// It did not begin; whoever noticed that has counted it.
    Lost,
}

impl Outcome {
    #[inline]
    pub(crate) fn of(output: &impl Verdict) -> Self {
        if output.is_failure() { Self::Failed } else { Self::Handled }
    }
}

/// Why there is no output.
#[derive(Debug)]
pub(crate) enum Failure {
    Panicked(Panic),
    /// Dropped by the forced end.
    Aborted,
}

type Payload = Pocket<4>;

struct Parcel<J, C> {
    job: J,
    completion: C,
}

struct Vtable {
    is_awaited: bool,
    begin: unsafe fn(&mut Payload, &EventLoop, FrameRef, &mut Context<'_>) -> Poll<Outcome>,
    begin_apart: unsafe fn(&mut Payload, Apart),
    discard: unsafe fn(&mut Payload, Loss, &dyn Fn() -> Box<str>),
}

/// A job with its lineage and whoever waits for it.
pub(crate) struct Item {
    pub(crate) seed: Seed,
    vtable: &'static Vtable,
    payload: Payload,
}

// SAFETY: the payload is a `Parcel<J, C>` and both are `Send`.
unsafe impl Send for Item {}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item").field("seed", &self.seed).finish_non_exhaustive()
    }
}

struct Erased<J, C>(std::marker::PhantomData<(J, C)>);

impl<J: Job, C: Completion<J::Output>> Erased<J, C> {
    const VTABLE: &'static Vtable = &Vtable {
        is_awaited: C::AWAITED,
        begin: if J::RUNS.may_be_alone() { Self::begin } else { misplaced },
        begin_apart: if J::RUNS.may_overlap() { Self::begin_apart } else { misplaced_apart },
        discard: Self::discard,
    };

    unsafe fn begin(
        payload: &mut Payload,
        event_loop: &EventLoop,
        frame: FrameRef,
        cx: &mut Context<'_>,
    ) -> Poll<Outcome> {
        // SAFETY: passed on from the caller.
        let Parcel { job, completion } = unsafe { payload.take::<Parcel<J, C>>() };
        if let Err(reason) = completion.begun(Begun(event_loop.turn_number())) {
            drop_safely(job);
            // SAFETY: passed on; the frame has been prepared.
            event_loop.lose_seed(unsafe { &frame.activation().seed }, C::AWAITED, reason);
            return Poll::Ready(Outcome::Lost);
        }
        // SAFETY: the caller owns the loop and the frame is free.
        unsafe { frame::begin(event_loop, frame, job, completion, cx) }
    }

    unsafe fn begin_apart(payload: &mut Payload, apart: Apart) {
        // SAFETY: passed on from the caller.
        let Parcel { job, completion } = unsafe { payload.take::<Parcel<J, C>>() };
        apart.spawn(job, completion);
    }

    unsafe fn discard(payload: &mut Payload, reason: Loss, address: &dyn Fn() -> Box<str>) {
        // SAFETY: passed on from the caller.
        let Parcel { job, completion } = unsafe { payload.take::<Parcel<J, C>>() };
        completion.discard(reason, address);
        // Whoever discards a message works through many, or polls a loop: a panic of its arguments must not end that.
        drop_safely(job);
    }
}

#[cold]
#[expect(clippy::panic, reason = "a broken invariant of the framework itself")]
unsafe fn misplaced(_: &mut Payload, _: &EventLoop, _: FrameRef, _: &mut Context<'_>) -> Poll<Outcome> {
    panic!("a job of a concurrent module came to another one's loop")
}

#[cold]
#[expect(clippy::panic, reason = "a broken invariant of the framework itself")]
unsafe fn misplaced_apart(_: &mut Payload, _: Apart) {
    panic!("a job of a sequential module came to the loop of a concurrent one")
}

impl Item {
    /// Makes a message of a draft, in the place where it will wait.
    #[inline(always)]
    pub(crate) fn of<J: Job, C: Completion<J::Output>>(
        slot: Slot<'_, Self>,
        draft: &Draft<'_>,
        job: J,
        completion: C,
    ) -> Filled {
        // SAFETY: every part is written.
        unsafe {
            slot.fill_with(|place| {
                draft.write_seed(&raw mut (*place).seed, 0);
                Self::write_job(place, job, completion);
            })
        }
    }

    /// Makes a message, in the place where it will wait.
    #[inline(always)]
    pub(crate) fn with<J: Job, C: Completion<J::Output>>(
        slot: Slot<'_, Self>,
        seed: Seed,
        job: J,
        completion: C,
    ) -> Filled {
        // SAFETY: every part is written.
        unsafe {
            slot.fill_with(|place| {
                (&raw mut (*place).seed).write(seed);
                Self::write_job(place, job, completion);
            })
        }
    }

    /// SAFETY: the place can be written.
    #[inline(always)]
    unsafe fn write_job<J: Job, C: Completion<J::Output>>(place: *mut Self, job: J, completion: C) {
        // SAFETY: passed on.
        unsafe {
            (&raw mut (*place).vtable).write(Erased::<J, C>::VTABLE);
            Payload::fill(&raw mut (*place).payload, Parcel { job, completion });
        }
    }

    /// Begins the job in a frame of the loop, from where it lies.
    ///
    /// SAFETY: the item belongs to the caller and counts as moved out; the caller owns the loop, and the frame is the
    /// topmost one and free.
    #[inline]
    pub(super) unsafe fn begin(
        item: *mut Self,
        event_loop: &EventLoop,
        frame: FrameRef,
        index: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Outcome> {
        // SAFETY: the seed is moved out once, the payload by the vtable; ownership is passed on.
        unsafe {
            frame.prepare(|place| {
                Activation::write_in_frame(place, event_loop, &raw const (*item).seed, index);
            });
            ((*item).vtable.begin)(&mut (*item).payload, event_loop, frame, cx)
        }
    }

    /// Begins the job as a task of its own.
    pub(super) fn begin_apart(self, make: impl FnOnce(Seed) -> Apart) {
        let mut item = ManuallyDrop::new(self);
        // SAFETY: seed and payload are moved out once and the item is not dropped.
        unsafe {
            let apart = make(ptr::read(&raw const item.seed));
            (item.vtable.begin_apart)(&mut item.payload, apart);
        }
    }

    /// Whether somebody waits for its result.
    pub(super) const fn is_awaited(&self) -> bool {
        self.vtable.is_awaited
    }

    /// Tells whoever waits that the job never begins.
    pub(crate) fn discard(self, reason: Loss, address: &dyn Fn() -> Box<str>) {
        let mut item = ManuallyDrop::new(self);
        // SAFETY: both are used once and the item is not dropped.
        unsafe {
            ptr::drop_in_place(&raw mut item.seed);
            (item.vtable.discard)(&mut item.payload, reason, address);
        }
    }
}

impl Drop for Item {
    /// Nothing is lost silently: an item that leaves any other way counts as never delivered to its sender.
    fn drop(&mut self) {
        // SAFETY: an item that began or was discarded is not dropped; the seed is dropped by the compiler.
        unsafe { (self.vtable.discard)(&mut self.payload, Loss::Undelivered, &Box::default) };
    }
}
