//! What is compiled for each type of jobs.

#![expect(unsafe_code, reason = "what lies in a place is known by the table that was made together with it")]

use std::alloc::Layout;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::Job;
use crate::event_loop::place::Place;
use crate::event_loop::{SharedState, State};

/// How a job has its module.
pub(crate) enum Access<'a> {
    Alone(&'a mut State),
    Shared(&'a SharedState),
}

type Begin<O> = unsafe fn(NonNull<()>, Access<'_>, &mut Place, &mut Lodger<O>, &mut Context<'_>) -> Poll<O>;

/// What is known of a type of jobs that yield an `O`.
pub(super) struct Table<O: 'static> {
    pub(super) layout: Layout,
    /// SAFETY: such a job lies there and is not used afterwards; for the rest see [`Offer::begin`](super::Offer::begin).
    pub(super) begin: Begin<O>,
    /// SAFETY: such a job lies there, and is not used afterwards.
    pub(super) drop: unsafe fn(NonNull<()>),
    /// For messages about what goes wrong when it is dropped.
    pub(super) type_name: fn() -> &'static str,
}

/// Who lies in a place: a future that yields an `O`, with what it borrows from.
pub(in crate::event_loop) type Lodger<O> = Option<&'static FutureTable<O>>;

// By pointer: a future may point into itself, and references to its place would promise that nobody does.
pub(in crate::event_loop) struct FutureTable<O: 'static> {
    pub(in crate::event_loop) poll: unsafe fn(*mut u8, &mut Context<'_>) -> Poll<O>,
    pub(in crate::event_loop) drop: unsafe fn(*mut u8),
}

/// The table of `J`.
pub(super) const fn table<J: Job>() -> &'static Table<J::Output> {
    Erased::<J>::TABLE
}

/// A future and what it borrows from, which is dropped after it.
struct Lodged<F, K> {
    future: F,
    kept: Option<K>,
}

struct Erased<J>(PhantomData<J>);

impl<J: Job> Erased<J> {
    const TABLE: &'static Table<J::Output> = &Table {
        layout: Layout::new::<J>(),
        begin: Self::begin,
        drop: Self::drop,
        type_name: std::any::type_name::<J>,
    };

    /// SAFETY: a `J` lies at the source, and is not used afterwards; for the rest see [`Offer::begin`](super::Offer::begin).
    unsafe fn begin(
        source: NonNull<()>,
        access: Access<'_>,
        place: &mut Place,
        lodger: &mut Lodger<J::Output>,
        cx: &mut Context<'_>,
    ) -> Poll<J::Output> {
        // SAFETY: the caller's promise.
        unsafe {
            let job = source.cast::<J>();
            match access {
                Access::Alone(state) => {
                    if const { J::RUNS.may_be_alone() } {
                        return first_poll::<J, _>(|kept| job.read().run(kept, state), place, lodger, cx);
                    }
                }
                Access::Shared(state) => {
                    if const { J::RUNS.may_overlap() } {
                        return first_poll::<J, _>(
                            |kept| job.read().run_shared(kept, state),
                            place,
                            lodger,
                            cx,
                        );
                    }
                }
            }
        }
        misplaced()
    }

    /// SAFETY: a `J` lies at the source, and is not used afterwards.
    unsafe fn drop(source: NonNull<()>) {
        // SAFETY: the caller's promise.
        unsafe { source.cast::<J>().drop_in_place() };
    }
}

/// SAFETY: see [`Offer::begin`](super::Offer::begin).
#[inline]
unsafe fn first_poll<'a, J: Job, F: Future<Output = J::Output> + Send>(
    make: impl FnOnce(&'a mut Option<J::Kept>) -> F,
    place: &mut Place,
    lodger: &mut Lodger<J::Output>,
    cx: &mut Context<'_>,
) -> Poll<J::Output>
where
    J::Kept: 'a,
{
    // SAFETY: the place is ours; the future is written before it is polled, not moved, and dropped before what it borrows.
    unsafe {
        if const { J::IMMEDIATE } {
            let mut empty = None;
            let kept: *mut _ = &raw mut empty;
            let polled = pin!(make(&mut *kept)).poll(cx);
            return if polled.is_ready() { polled } else { suspended() };
        }
        let lodged = place.reserve(Layout::new::<Lodged<F, J::Kept>>()).cast::<Lodged<F, J::Kept>>();
        let kept = &raw mut (*lodged).kept;
        kept.write(None);
        if const { std::mem::needs_drop::<J::Kept>() } {
            *lodger = Some(ErasedFuture::<F, J::Kept>::UNBUILT);
        }
        // Apart from the poll: without optimisation a copy of the future stays on the stack of whoever builds it.
        let build = || (&raw mut (*lodged).future).write(make(&mut *kept));
        build();
        *lodger = Some(ErasedFuture::<F, J::Kept>::TABLE);
        let polled = ErasedFuture::<F, J::Kept>::poll(lodged.cast(), cx);
        // What is kept is a user's, and so is the output: two panics at once would end the program, so that is left to whoever
        // catches them.
        if polled.is_ready() && const { !std::mem::needs_drop::<J::Kept>() } {
            // Not again, whatever panics.
            *lodger = None;
            lodged.drop_in_place();
        }
        polled
    }
}

struct ErasedFuture<F, K>(PhantomData<(F, K)>);

impl<F: Future<Output: 'static> + Send, K: Send> ErasedFuture<F, K> {
    const TABLE: &'static FutureTable<F::Output> = &FutureTable { poll: Self::poll, drop: Self::drop };
    /// Only what is kept lies there.
    const UNBUILT: &'static FutureTable<F::Output> = &FutureTable { poll: Self::poll, drop: Self::drop_kept };

    /// SAFETY: a `Lodged<F, K>` lies there, and does not move until it is dropped.
    #[inline]
    unsafe fn poll(lodged: *mut u8, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the caller's promise.
        unsafe { Pin::new_unchecked(&mut (*lodged.cast::<Lodged<F, K>>()).future).poll(cx) }
    }

    /// SAFETY: a `Lodged<F, K>` lies there, and is not used afterwards.
    unsafe fn drop(lodged: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe { lodged.cast::<Lodged<F, K>>().drop_in_place() };
    }

    /// SAFETY: of a `Lodged<F, K>` what is kept lies there, and is not used afterwards.
    unsafe fn drop_kept(lodged: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe { (&raw mut (*lodged.cast::<Lodged<F, K>>()).kept).drop_in_place() };
    }
}

#[cold]
#[expect(clippy::panic, reason = "the macro makes such bodies of functions without await only")]
fn suspended() -> ! {
    panic!("a body without await was suspended")
}

#[cold]
#[expect(clippy::panic, reason = "a broken invariant of the framework itself")]
fn misplaced() -> ! {
    panic!("a job came to the loop of a module whose handlers run in another way")
}
