//! The place of one begun handler: its activation, and its future if it was suspended.

#![expect(
    unsafe_code,
    reason = "handlers borrow their module for as long as their frame stands; see the invariants"
)]

use std::future::Future;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::activation::{Activation, enter};
use super::place::Place;
use super::{Completion, EventLoop, Failure, Job, Outcome, Panic, Verdict, drop_safely};

/// One frame. Invariants:
///
/// 1. Only the owner of the loop touches it.
/// 2. `suspended` is set exactly while a `Running<F, K, C>` lies in `place`.
/// 3. `activation` is there, and the frame `occupied`, from the beginning of a handler until its frame is released; it
///    does not move: code below the handler finds it through a pointer.
/// 4. While a frame of a tenant stands, no other access to the tenant's state is made.
#[derive(Debug)]
pub(super) struct Frame {
    activation: MaybeUninit<Activation>,
    occupied: bool,
    place: Place,
    suspended: Option<&'static Vtable>,
}

#[derive(Debug)]
struct Vtable {
    poll: unsafe fn(FrameRef, &mut Context<'_>) -> Poll<Outcome>,
    abort: unsafe fn(FrameRef),
}

/// What lies in the place of a suspended handler.
struct Running<F, K, C> {
    future: F,
    /// Borrowed by the future, dropped after it.
    kept: Option<K>,
    completion: MaybeUninit<C>,
}

/// A frame of a loop that the holder owns.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameRef(NonNull<Frame>);

// SAFETY: frames move with the ownership of their loop; everything inside is `Send`.
unsafe impl Send for FrameRef {}

impl FrameRef {
    pub(super) fn allocate() -> Self {
        let activation = MaybeUninit::uninit();
        let frame = Box::new(Frame { activation, occupied: false, place: Place::new(), suspended: None });
        Self(NonNull::from(Box::leak(frame)))
    }

    /// SAFETY: nothing is suspended in the frame, and nobody uses it any more.
    pub(super) unsafe fn free(self) {
        // SAFETY: made in `allocate`, freed once.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }

    /// Lets a handler stand in the frame, whose activation `write` writes.
    ///
    /// SAFETY: the caller owns the loop, no handler stands in the frame, and `write` writes.
    #[inline(always)]
    pub(super) unsafe fn prepare(self, write: impl FnOnce(*mut Activation)) {
        // SAFETY: exclusive by the caller's ownership; nothing lies there that would have to be dropped.
        unsafe {
            write((&raw mut (*self.0.as_ptr()).activation).cast());
            (*self.0.as_ptr()).occupied = true;
        }
    }

    /// SAFETY: the caller owns the loop, a handler stands in the frame, and the reference ends before `release`.
    #[inline]
    pub(super) unsafe fn activation<'a>(self) -> &'a Activation {
        // SAFETY: there by invariant 3; `prepare` is the only writer and not called while the handler stands.
        unsafe { (*self.0.as_ptr()).activation.assume_init_ref() }
    }

    /// SAFETY: the caller owns the loop, nothing is suspended in the frame, and nobody refers to its activation.
    #[inline]
    pub(super) unsafe fn release(self) {
        // SAFETY: exclusive by the caller's ownership; `enter` has returned.
        unsafe {
            let frame = self.0.as_ptr();
            if std::mem::take(&mut (*frame).occupied) {
                (*frame).activation.assume_init_drop();
            }
        }
    }

    /// Whether a handler stands in the frame. SAFETY: the caller owns the loop.
    #[inline]
    pub(super) unsafe fn is_occupied(self) -> bool {
        // SAFETY: read by the owner.
        unsafe { (*self.0.as_ptr()).occupied }
    }

    /// SAFETY: the caller owns the loop, and a handler is suspended in the frame.
    #[inline]
    pub(super) unsafe fn poll(self, cx: &mut Context<'_>) -> Poll<Outcome> {
        // SAFETY: invariant 2.
        match unsafe { (*self.0.as_ptr()).suspended } {
            Some(vtable) => unsafe { (vtable.poll)(self, cx) },
            None => Poll::Ready(Outcome::Handled),
        }
    }

    /// Drops a suspended handler; whoever waits for it is told.
    ///
    /// SAFETY: the caller owns the loop, and a handler is suspended in the frame.
    pub(super) unsafe fn abort(self) {
        // SAFETY: invariant 2.
        if let Some(vtable) = unsafe { (*self.0.as_ptr()).suspended } {
            unsafe { (vtable.abort)(self) };
        }
    }
}

/// Begins a job whose completion is known. SAFETY: see [`launch`].
#[inline]
pub(super) unsafe fn begin<J: Job, C: Completion<J::Output>>(
    event_loop: &EventLoop,
    frame: FrameRef,
    job: J,
    completion: C,
    cx: &mut Context<'_>,
) -> Poll<Outcome> {
    // SAFETY: passed on; the activation stands until the owner releases the frame.
    unsafe {
        match launch::<J, C>(event_loop, frame, job, cx) {
            Launched::Ready(Ok(output)) => {
                let outcome = Outcome::of(&output);
                completion.complete(output, frame.activation());
                Poll::Ready(outcome)
            }
            Launched::Ready(Err(panic)) => {
                completion.fail(Failure::Panicked(panic), frame.activation());
                Poll::Ready(Outcome::Panicked)
            }
            Launched::Suspended(slot) => {
                slot.write(MaybeUninit::new(completion));
                Poll::Pending
            }
        }
    }
}

/// The result of the first poll.
pub(super) enum Launched<O, C> {
    Ready(Result<O, Panic>),
    /// The handler is suspended; its completion must be written here before anybody polls the frame again.
    Suspended(*mut MaybeUninit<C>),
}

/// Builds the future of a job in its frame and polls it once.
///
/// SAFETY: the caller owns the loop; the frame is the topmost one, prepared, with nothing suspended; the tenant of
/// the activation has no other frame.
#[inline]
pub(super) unsafe fn launch<J: Job, C: Completion<J::Output>>(
    event_loop: &EventLoop,
    frame: FrameRef,
    job: J,
    cx: &mut Context<'_>,
) -> Launched<J::Output, C> {
    // SAFETY: the frame is prepared, and the tenant's state is exclusive by the caller's promise. The unbounded
    // lifetime ends with the future, which is dropped before the frame is released.
    let (activation, resident) = unsafe {
        let activation = frame.activation();
        (activation, event_loop.tenant(activation.seed.label.tenant).resident())
    };
    let Some(resident) = resident else {
        drop_safely(job);
        return Launched::Ready(Err(Panic::new("the module is no longer there")));
    };
    if J::IMMEDIATE {
        let run = || {
            let mut kept = None;
            enter(activation, || std::pin::pin!(job.run(&mut kept, resident)).poll(cx))
        };
        return match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Poll::Ready(output)) => Launched::Ready(Ok(output)),
            Ok(Poll::Pending) => Launched::Ready(Err(Panic::new("a body without await was suspended"))),
            Err(payload) => Launched::Ready(Err(Panic::from_payload(payload))),
        };
    }
    // SAFETY: passed on.
    unsafe { launch_future(frame, activation, move |kept| job.run(kept, resident), cx) }
}

/// SAFETY: as for [`launch`].
#[inline]
unsafe fn launch_future<F, K, C: Completion<F::Output>>(
    frame: FrameRef,
    activation: &Activation,
    make: impl FnOnce(&'static mut Option<K>) -> F,
    cx: &mut Context<'_>,
) -> Launched<F::Output, C>
where
    F: Future + Send + 'static,
    K: Send + Sync + 'static,
    F::Output: Verdict + Send + 'static,
{
    // SAFETY: the frame is ours and nothing lies in its place; the future is written before it is polled, and not
    // moved until it is dropped.
    unsafe {
        let running: *mut Running<F, K, C> = (*frame.0.as_ptr()).place.reserve();
        let future = &raw mut (*running).future;
        let kept = &raw mut (*running).kept;
        kept.write(None);
        let mut built = false;
        let polled = catch_unwind(AssertUnwindSafe(|| {
            enter(activation, || {
                // Apart from the poll: without optimisation a copy of the future stays on the stack of whoever builds it.
                let build = || future.write(make(&mut *kept));
                build();
                built = true;
                Pin::new_unchecked(&mut *future).poll(cx)
            })
        }));
        match polled {
            Ok(Poll::Pending) => {
                (*frame.0.as_ptr()).suspended = Some(Erased::<F, K, C>::VTABLE);
                Launched::Suspended(&raw mut (*running).completion)
            }
            Ok(Poll::Ready(output)) => Launched::Ready(drop_both(activation, future, kept).map(|()| output)),
            Err(payload) => {
                // One panic is reported; a second one while dropping adds nothing.
                if built {
                    let _dropped = drop_both(activation, future, kept);
                } else {
                    let _dropped = drop_caught(activation, kept);
                }
                Launched::Ready(Err(Panic::from_payload(payload)))
            }
        }
    }
}

/// SAFETY: as for [`drop_caught`], for both; the first may borrow from the second.
#[inline]
unsafe fn drop_both<F, K>(activation: &Activation, future: *mut F, kept: *mut K) -> Result<(), Panic> {
    // SAFETY: passed on.
    unsafe {
        let dropped = drop_caught(activation, future);
        drop_caught(activation, kept).and(dropped)
    }
}

/// SAFETY: the value is initialised, and not used afterwards.
#[inline]
unsafe fn drop_caught<T>(activation: &Activation, value: *mut T) -> Result<(), Panic> {
    if !std::mem::needs_drop::<T>() {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    let dropping = || enter(activation, || unsafe { std::ptr::drop_in_place(value) });
    catch_unwind(AssertUnwindSafe(dropping)).map_err(Panic::from_payload)
}

struct Erased<F, K, C>(std::marker::PhantomData<(F, K, C)>);

impl<F, K, C> Erased<F, K, C>
where
    F: Future + Send + 'static,
    K: Send + Sync + 'static,
    F::Output: Verdict + Send + 'static,
    C: Completion<F::Output>,
{
    const VTABLE: &'static Vtable = &Vtable { poll: Self::poll, abort: Self::abort };

    /// SAFETY: a `Running<F, K, C>` with its completion lies in the frame, and the caller owns the loop.
    unsafe fn poll(frame: FrameRef, cx: &mut Context<'_>) -> Poll<Outcome> {
        // SAFETY: the caller's promise; the future stays where it is until it is dropped in place.
        unsafe {
            let running = (*frame.0.as_ptr()).place.start().cast::<Running<F, K, C>>();
            let (future, kept) = (&raw mut (*running).future, &raw mut (*running).kept);
            let activation = frame.activation();
            let poll = || enter(activation, || Pin::new_unchecked(&mut *future).poll(cx));
            let result = match catch_unwind(AssertUnwindSafe(poll)) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(output)) => drop_both(activation, future, kept).map(|()| output),
                Err(payload) => {
                    let _dropped = drop_both(activation, future, kept);
                    Err(Panic::from_payload(payload))
                }
            };
            (*frame.0.as_ptr()).suspended = None;
            let completion = (&raw const (*running).completion).read().assume_init();
            match result {
                Ok(output) => {
                    let outcome = Outcome::of(&output);
                    completion.complete(output, activation);
                    Poll::Ready(outcome)
                }
                Err(panic) => {
                    completion.fail(Failure::Panicked(panic), activation);
                    Poll::Ready(Outcome::Panicked)
                }
            }
        }
    }

    /// SAFETY: as for `poll`.
    unsafe fn abort(frame: FrameRef) {
        // SAFETY: as in `poll`; the future is dropped once.
        unsafe {
            let running = (*frame.0.as_ptr()).place.start().cast::<Running<F, K, C>>();
            let activation = frame.activation();
            let _dropped = drop_both(activation, &raw mut (*running).future, &raw mut (*running).kept);
            (*frame.0.as_ptr()).suspended = None;
            (&raw const (*running).completion).read().assume_init().fail(Failure::Aborted, activation);
        }
    }
}
