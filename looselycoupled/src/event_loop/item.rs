//! One waiting message, whatever its type.

#![expect(unsafe_code, reason = "a job is known by the table that was made together with its place")]

use std::mem::ManuallyDrop;
use std::ptr;
use std::task::{Context, Poll};

use super::activation::{Activation, Draft, Seed};
use super::frame::{self, FrameRef};
use super::pocket::Pocket;
use super::{Apart, EventLoop, Job, Offer, Packed, Panic, Room, Verdict};
use crate::mailbox::{Filled, Slot};
use crate::statistics::{Loss, Moment, Timing};

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

/// Room for a job with what most of those take who learn what comes out of it.
type Payload = Pocket<8>;

struct Parcel<O: 'static, C> {
    job: Packed<O>,
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
    /// When it was put in line.
    pub(super) sent: Moment,
    vtable: &'static Vtable,
    payload: Payload,
}

// SAFETY: the payload is a `Parcel<O, C>` and both are `Send`.
unsafe impl Send for Item {}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item").field("seed", &self.seed).finish_non_exhaustive()
    }
}

struct Erased<O, C>(std::marker::PhantomData<(O, C)>);

impl<O: Verdict, C: Completion<O>> Erased<O, C> {
    const VTABLE: &'static Vtable = &Vtable {
        is_awaited: C::AWAITED,
        begin: Self::begin,
        begin_apart: Self::begin_apart,
        discard: Self::discard,
    };

    unsafe fn begin(
        payload: &mut Payload,
        event_loop: &EventLoop,
        frame: FrameRef,
        cx: &mut Context<'_>,
    ) -> Poll<Outcome> {
        // SAFETY: passed on from the caller; both are moved out once. The caller owns the loop and the frame is free.
        unsafe {
            let parcel = Payload::value::<Parcel<O, C>>(payload);
            let completion = (&raw const (*parcel).completion).read();
            let job = Packed::offer(&raw mut (*parcel).job);
            let outcome = match completion.begun(Begun(event_loop.turn_number())) {
                Ok(()) => frame::begin(event_loop, frame, job, completion, cx),
                Err(reason) => {
                    drop(job);
                    event_loop.lose_seed(&frame.activation().seed, C::AWAITED, reason);
                    Poll::Ready(Outcome::Lost)
                }
            };
            Payload::forget::<Parcel<O, C>>(payload);
            outcome
        }
    }

    unsafe fn begin_apart(payload: &mut Payload, apart: Apart) {
        // SAFETY: passed on from the caller.
        let Parcel { job, completion } = unsafe { payload.take::<Parcel<O, C>>() };
        apart.spawn(job, completion);
    }

    unsafe fn discard(payload: &mut Payload, reason: Loss, address: &dyn Fn() -> Box<str>) {
        // SAFETY: passed on from the caller.
        let Parcel { job, completion } = unsafe { payload.take::<Parcel<O, C>>() };
        completion.discard(reason, address);
        drop(job);
    }
}

impl Item {
    /// Makes a message of a draft, in the place where it will wait.
    #[inline(always)]
    pub(crate) fn of<O: Verdict, C: Completion<O>>(
        slot: Slot<'_, Self>,
        draft: &Draft<'_>,
        job: Offer<'_, O>,
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
        let mut room = Room::new();
        let job = room.hold(job);
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
    unsafe fn write_job<O: Verdict, C: Completion<O>>(place: *mut Self, job: Offer<'_, O>, completion: C) {
        // SAFETY: passed on; every part is written.
        unsafe {
            (&raw mut (*place).sent).write(Moment::now());
            (&raw mut (*place).vtable).write(Erased::<O, C>::VTABLE);
            let parcel = Payload::room::<Parcel<O, C>>(&raw mut (*place).payload);
            job.pack(&raw mut (*parcel).job);
            (&raw mut (*parcel).completion).write(completion);
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
                let is_awaited = (*item).vtable.is_awaited;
                Activation::write_in_frame(place, event_loop, &raw const (*item).seed, index, is_awaited);
            });
            ((*item).vtable.begin)(&mut (*item).payload, event_loop, frame, cx)
        }
    }

    /// Begins the job as a task of its own.
    pub(super) fn begin_apart(self, make: impl FnOnce(Seed, Timing) -> Apart) {
        let mut item = ManuallyDrop::new(self);
        // SAFETY: seed and payload are moved out once and the item is not dropped.
        unsafe {
            let apart = make(ptr::read(&raw const item.seed), Timing::begin(item.vtable.is_awaited));
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
