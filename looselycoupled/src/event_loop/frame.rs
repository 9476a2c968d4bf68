//! The place of one begun handler: its activation, and its future if it was suspended.

#![expect(
    unsafe_code,
    reason = "handlers borrow their module for as long as their frame stands; see the invariants"
)]

use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::activation::{Activation, enter};
use super::job::{FutureTable, Lodger};
use super::panic::unless_panicked;
use super::place::Place;
use super::pocket::Pocket;
use super::{Access, Completion, EventLoop, Failure, Offer, Outcome, Panic, Verdict};

/// One frame. Invariants:
///
/// 1. Only the owner of the loop touches it.
/// 2. `suspended` is set exactly while the future of a job lies in `place`, and a `Suspended<O, C>` for it in `rest`.
/// 3. `activation` is there, and the frame `occupied`, from the beginning of a handler until its frame is released; it
///    does not move: code below the handler finds it through a pointer.
/// 4. While a frame of a tenant stands, no other access to the tenant's state is made.
#[derive(Debug)]
pub(super) struct Frame {
    activation: MaybeUninit<Activation>,
    occupied: bool,
    place: Place,
    suspended: Option<&'static Vtable>,
    rest: Rest,
}

#[derive(Debug)]
struct Vtable {
    poll: unsafe fn(FrameRef, &mut Context<'_>) -> Poll<Outcome>,
    abort: unsafe fn(FrameRef),
}

type Rest = Pocket<4>;

/// How to go on with a suspended handler, and who learns what comes out of it.
struct Suspended<O: 'static, C> {
    future: &'static FutureTable<O>,
    completion: C,
}

/// A frame of a loop that the holder owns.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameRef(NonNull<Frame>);

// SAFETY: frames move with the ownership of their loop; everything inside is `Send`.
unsafe impl Send for FrameRef {}

impl FrameRef {
    pub(super) fn allocate() -> Self {
        let activation = MaybeUninit::uninit();
        let (place, rest) = (Place::new(), Rest::EMPTY);
        let frame = Box::new(Frame { activation, occupied: false, place, suspended: None, rest });
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
pub(super) unsafe fn begin<O: Verdict, C: Completion<O>>(
    event_loop: &EventLoop,
    frame: FrameRef,
    job: Offer<'_, O>,
    completion: C,
    cx: &mut Context<'_>,
) -> Poll<Outcome> {
    // SAFETY: passed on; the activation stands until the owner releases the frame.
    unsafe {
        match launch(event_loop, frame, job, cx) {
            Launched::Ready(result) => Poll::Ready(tell(result, completion, frame.activation())),
            Launched::Suspended(future) => {
                frame.suspend(future, completion);
                Poll::Pending
            }
        }
    }
}

fn tell<O: Verdict, C: Completion<O>>(
    result: Result<O, Panic>,
    completion: C,
    activation: &Activation,
) -> Outcome {
    match result {
        Ok(output) => {
            let outcome = Outcome::of(&output);
            completion.complete(output, activation);
            outcome
        }
        Err(panic) => {
            completion.fail(Failure::Panicked(panic), activation);
            Outcome::Panicked
        }
    }
}

/// The result of the first poll.
pub(super) enum Launched<O: 'static> {
    Ready(Result<O, Panic>),
    /// The handler is to be [suspended](FrameRef::suspend), before anybody polls the frame again.
    Suspended(&'static FutureTable<O>),
}

/// Builds the future of a job in its frame and polls it once.
///
/// SAFETY: the caller owns the loop; the frame is the topmost one, prepared, with nothing suspended; the tenant of
/// the activation has no other frame.
#[inline(always)]
pub(super) unsafe fn launch<O: 'static>(
    event_loop: &EventLoop,
    frame: FrameRef,
    job: Offer<'_, O>,
    cx: &mut Context<'_>,
) -> Launched<O> {
    // SAFETY: the frame is prepared, and the tenant's state is exclusive by the caller's promise. The unbounded
    // lifetime ends with the future, which is dropped before the frame is released.
    let (activation, resident) = unsafe {
        let activation = frame.activation();
        (activation, event_loop.tenant(activation.seed.label.tenant).resident())
    };
    let Some(resident) = resident else {
        drop(job);
        return Launched::Ready(Err(Panic::new("the module is no longer there")));
    };
    let mut lodger: Lodger<O> = None;
    // SAFETY: the place is the frame's own and nothing lies in it.
    let begin = || unsafe {
        enter(activation, || {
            job.begin(Access::Alone(resident), &mut (*frame.0.as_ptr()).place, &mut lodger, cx)
        })
    };
    match catch_unwind(AssertUnwindSafe(begin)) {
        Ok(Poll::Ready(output)) => Launched::Ready(match lodger {
            None => Ok(output),
            // SAFETY: it lies there.
            Some(future) => unless_panicked(unsafe { frame.drop_future(future) }, output),
        }),
        Ok(Poll::Pending) => match lodger {
            Some(future) => Launched::Suspended(future),
            None => Launched::Ready(Err(Panic::new("a body without await was suspended"))),
        },
        Err(payload) => {
            if let Some(future) = lodger {
                // One panic is reported; a second one while dropping adds nothing.
                // SAFETY: it lies there.
                let _dropped = unsafe { frame.drop_future(future) };
            }
            Launched::Ready(Err(Panic::from_payload(payload)))
        }
    }
}

impl FrameRef {
    /// Leaves the handler suspended whose future lies in the place of the frame.
    ///
    /// SAFETY: the caller owns the loop, and it is the table of that future.
    #[inline]
    pub(super) unsafe fn suspend<O: Verdict, C: Completion<O>>(
        self,
        future: &'static FutureTable<O>,
        completion: C,
    ) {
        // SAFETY: the frame is ours.
        unsafe {
            Rest::fill(&raw mut (*self.0.as_ptr()).rest, Suspended { future, completion });
            (*self.0.as_ptr()).suspended = Some(Erased::<O, C>::VTABLE);
        }
    }

    /// SAFETY: the caller owns the loop, and it is the table of the future that lies in the place, which is not used
    /// afterwards.
    unsafe fn drop_future<O>(self, future: &'static FutureTable<O>) -> Result<(), Panic> {
        // SAFETY: the caller's promise.
        let dropping = || unsafe {
            enter(self.activation(), || (future.drop)((*self.0.as_ptr()).place.start()));
        };
        catch_unwind(AssertUnwindSafe(dropping)).map_err(Panic::from_payload)
    }
}

struct Erased<O, C>(std::marker::PhantomData<(O, C)>);

impl<O: Verdict, C: Completion<O>> Erased<O, C> {
    const VTABLE: &'static Vtable = &Vtable { poll: Self::poll, abort: Self::abort };

    /// SAFETY: a handler with a `Suspended<O, C>` is suspended in the frame, and the caller owns the loop.
    unsafe fn poll(frame: FrameRef, cx: &mut Context<'_>) -> Poll<Outcome> {
        // SAFETY: the caller's promise; the future stays where it is until it is dropped in place.
        unsafe {
            let rest = &raw mut (*frame.0.as_ptr()).rest;
            let future = (*Rest::value::<Suspended<O, C>>(rest)).future;
            let activation = frame.activation();
            let start = (*frame.0.as_ptr()).place.start();
            let poll = || enter(activation, || (future.poll)(start, cx));
            let result = match catch_unwind(AssertUnwindSafe(poll)) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(output)) => unless_panicked(frame.drop_future(future), output),
                Err(payload) => {
                    let _dropped = frame.drop_future(future);
                    Err(Panic::from_payload(payload))
                }
            };
            (*frame.0.as_ptr()).suspended = None;
            let Suspended { completion, .. } = (*rest).take::<Suspended<O, C>>();
            Poll::Ready(tell(result, completion, activation))
        }
    }

    /// SAFETY: as for `poll`.
    unsafe fn abort(frame: FrameRef) {
        // SAFETY: as in `poll`; the future is dropped once.
        unsafe {
            let Suspended { future, completion } = (*frame.0.as_ptr()).rest.take::<Suspended<O, C>>();
            let _dropped = frame.drop_future(future);
            (*frame.0.as_ptr()).suspended = None;
            completion.fail(Failure::Aborted, frame.activation());
        }
    }
}
