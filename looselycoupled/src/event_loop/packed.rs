//! A job whose type is forgotten.
//!
//! Whatever a loop does with a job is compiled for its type. What is sent later, or comes from an event, need not pay for
//! that: for it a task brings nothing but its own body.

#![expect(unsafe_code, reason = "what lies in a place is known by the table that was made together with it")]

use std::future::Future;
use std::marker::{PhantomData, PhantomPinned};
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll};

use super::pocket::Pocket;
use super::{Job, SharedState, State, Verdict};

/// With the table these are the four words of a message.
type Content = Pocket<3>;

/// A small future; any other one lies in a box.
type Place = Pocket<6>;

/// A job that yields an `O`, in four words.
pub(crate) struct Packed<O: 'static> {
    table: &'static Table<O>,
    content: Content,
}

// SAFETY: the content is a job, which is `Send`.
unsafe impl<O> Send for Packed<O> {}

struct Table<O: 'static> {
    begin: for<'a> unsafe fn(&mut Content, Access<'a>, *mut Place, &mut Context<'_>) -> Begun<O>,
    drop: unsafe fn(&mut Content),
}

/// How a job has its module.
enum Access<'a> {
    Alone(&'a mut Option<()>, &'a mut State),
    Shared(&'a mut Option<()>, &'a SharedState),
}

/// What came out of the first poll: the output, or how to go on with the future that lies in the place.
type Begun<O> = Result<O, &'static FutureTable<O>>;

// By pointer: a future may point into itself, and references to its place would promise that nobody does.
struct FutureTable<O: 'static> {
    poll: unsafe fn(*mut Place, &mut Context<'_>) -> Poll<O>,
    drop: unsafe fn(*mut Place),
}

/// The future of a packed job. It begins when it is polled first.
pub(crate) struct Running<'a, O: 'static> {
    stage: Stage<O>,
    /// Taken when it begins.
    content: Content,
    access: Option<Access<'a>>,
    place: Place,
    _pinned: PhantomPinned,
}

enum Stage<O: 'static> {
    /// The content is that of this table.
    Before(&'static Table<O>),
    /// The future lies in the place.
    Begun(&'static FutureTable<O>),
    Over,
}

// SAFETY: what lies in the place is a future of a job, which is `Send`, and so is the content.
unsafe impl<O> Send for Running<'_, O> {}

impl<'a, O> Running<'a, O> {
    #[inline(always)]
    fn of(packed: Packed<O>, access: Access<'a>) -> Self {
        let packed = ManuallyDrop::new(packed);
        // SAFETY: the content is moved: what it was taken from is not dropped.
        let content = unsafe { ptr::read(&raw const packed.content) };
        let (stage, access) = (Stage::Before(packed.table), Some(access));
        Self { stage, content, access, place: Place::EMPTY, _pinned: PhantomPinned }
    }
}

impl<O> Future for Running<'_, O> {
    type Output = O;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<O> {
        // SAFETY: what lies in the place is not moved.
        let this = unsafe { self.get_unchecked_mut() };
        match this.stage {
            Stage::Before(table) => {
                // Not twice, whatever panics.
                this.stage = Stage::Over;
                let Some(access) = this.access.take() else { return Poll::Pending };
                // SAFETY: the content is what its table says, and is used once.
                match unsafe { (table.begin)(&mut this.content, access, &raw mut this.place, cx) } {
                    Ok(output) => Poll::Ready(output),
                    Err(table) => {
                        this.stage = Stage::Begun(table);
                        Poll::Pending
                    }
                }
            }
            Stage::Begun(table) => {
                // SAFETY: it is the table of what lies there.
                let polled = unsafe { (table.poll)(&raw mut this.place, cx) };
                if polled.is_ready() {
                    this.stage = Stage::Over;
                    // SAFETY: as above; dropped once.
                    unsafe { (table.drop)(&raw mut this.place) };
                }
                polled
            }
            Stage::Over => Poll::Pending,
        }
    }
}

impl<O> Drop for Running<'_, O> {
    fn drop(&mut self) {
        // SAFETY: each is the table of what lies there, which is dropped once.
        unsafe {
            match self.stage {
                Stage::Before(table) => (table.drop)(&mut self.content),
                Stage::Begun(table) => (table.drop)(&raw mut self.place),
                Stage::Over => {}
            }
        }
    }
}

struct Erased<J>(PhantomData<J>);

impl<J: Job<Kept = ()>> Erased<J> {
    const TABLE: &'static Table<J::Output> = &Table { begin: Self::begin, drop: Self::drop };

    /// SAFETY: the content is a `J`, and is not used afterwards; nothing lies in the place.
    unsafe fn begin(
        content: &mut Content,
        access: Access<'_>,
        place: *mut Place,
        cx: &mut Context<'_>,
    ) -> Begun<J::Output> {
        // SAFETY: the caller's promise.
        unsafe {
            let job = content.take::<J>();
            match access {
                Access::Alone(kept, state) => {
                    if const { J::RUNS.may_be_alone() } {
                        return ErasedFuture::begin(|| job.run(kept, state), place, cx);
                    }
                }
                Access::Shared(kept, state) => {
                    if const { J::RUNS.may_overlap() } {
                        return ErasedFuture::begin(|| job.run_shared(kept, state), place, cx);
                    }
                }
            }
        }
        misplaced()
    }

    /// SAFETY: the content is a `J`, and is not used afterwards.
    unsafe fn drop(content: &mut Content) {
        // SAFETY: the caller's promise.
        drop(unsafe { content.take::<J>() });
    }
}

struct ErasedFuture<F>(PhantomData<F>);

impl<F: Future<Output: 'static> + Send> ErasedFuture<F> {
    const TABLE: &'static FutureTable<F::Output> = &FutureTable { poll: Self::poll, drop: Self::drop };

    /// SAFETY: nothing lies in the place, and the future is dropped before what it borrows.
    #[inline]
    unsafe fn begin(make: impl FnOnce() -> F, place: *mut Place, cx: &mut Context<'_>) -> Begun<F::Output> {
        // SAFETY: the caller's promise; dropped once: here, or where the table goes.
        unsafe {
            Place::fill_with(place, make);
            let mut dropping = Dropping(place, Some(Self::drop));
            match Self::poll(place, cx) {
                Poll::Ready(output) => {
                    // Before the output is given away: this may panic.
                    drop(dropping);
                    Ok(output)
                }
                Poll::Pending => {
                    dropping.1 = None;
                    Err(Self::TABLE)
                }
            }
        }
    }

    /// SAFETY: the future lies in the place, which does not move until it is dropped.
    #[inline]
    unsafe fn poll(place: *mut Place, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the caller's promise.
        unsafe { Pin::new_unchecked(&mut *Place::value::<F>(place)) }.poll(cx)
    }

    /// SAFETY: the future lies in the place, and is not used afterwards.
    #[inline]
    unsafe fn drop(place: *mut Place) {
        // SAFETY: the caller's promise.
        unsafe { Place::drop_in_place::<F>(place) };
    }
}

/// Drops the future in the place unless it goes on, also when its first poll panics.
struct Dropping(*mut Place, Option<unsafe fn(*mut Place)>);

impl Drop for Dropping {
    #[inline]
    fn drop(&mut self) {
        if let Some(drop) = self.1 {
            // SAFETY: made where the future of this function has been built.
            unsafe { drop(self.0) };
        }
    }
}

#[cold]
#[expect(clippy::panic, reason = "a broken invariant of the framework itself")]
fn misplaced() -> ! {
    panic!("a job came to the loop of a module whose handlers run in another way")
}

impl<O> Packed<O> {
    /// Forgets the type of a job.
    #[inline]
    pub(crate) fn of<J: Job<Output = O, Kept = ()>>(job: J) -> Self {
        Self { table: Erased::<J>::TABLE, content: Content::of(job) }
    }
}

impl<O> Drop for Packed<O> {
    fn drop(&mut self) {
        // SAFETY: a job that began is not dropped.
        unsafe { (self.table.drop)(&mut self.content) };
    }
}

impl<O: Verdict + Send + 'static> Job for Packed<O> {
    type Output = O;
    type Kept = ();

    const IMMEDIATE: bool = false;

    #[inline]
    fn run<'a>(self, kept: &'a mut Option<()>, state: &'a mut State) -> impl Future<Output = O> + Send + 'a {
        Running::of(self, Access::Alone(kept, state))
    }

    #[inline]
    fn run_shared<'a>(
        self,
        kept: &'a mut Option<()>,
        state: &'a SharedState,
    ) -> impl Future<Output = O> + Send + 'a {
        Running::of(self, Access::Shared(kept, state))
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::pin::pin;
    use std::task::Waker;

    use super::*;
    use crate::reply::BoxError;
    use crate::sync::Arc;

    /// Holds a witness and so many words before and after its one suspension.
    struct Witness<const WORDS: usize> {
        held: Arc<()>,
        words: [u64; WORDS],
        panics: bool,
    }

    impl<const WORDS: usize> Job for Witness<WORDS> {
        type Output = Result<u64, BoxError>;
        type Kept = ();

        const IMMEDIATE: bool = false;

        async fn run(self, _kept: &mut Option<()>, _state: &mut State) -> Self::Output {
            assert!(!self.panics, "wanted");
            tokio::task::yield_now().await;
            Ok(self.words.iter().sum::<u64>() + Arc::strong_count(&self.held) as u64)
        }

        async fn run_shared(self, _kept: &mut Option<()>, _state: &SharedState) -> Self::Output {
            Ok(0)
        }
    }

    /// Panics when what it has held while it ran is dropped.
    struct Explosive(Arc<()>);

    impl Drop for Explosive {
        fn drop(&mut self) {
            assert!(std::thread::panicking(), "wanted");
        }
    }

    struct Exploding(Explosive);

    impl Job for Exploding {
        type Output = Result<Arc<()>, BoxError>;
        type Kept = ();

        const IMMEDIATE: bool = false;

        fn run<'a>(
            self,
            _kept: &'a mut Option<()>,
            _state: &'a mut State,
        ) -> impl Future<Output = Self::Output> + Send + 'a {
            // What the closure holds is dropped with the future, after its end.
            std::future::poll_fn(move |_| Poll::Ready(Ok(Arc::clone(&self.0.0))))
        }

        async fn run_shared(self, _kept: &mut Option<()>, _state: &SharedState) -> Self::Output {
            Ok(Arc::clone(&self.0.0))
        }
    }

    fn packed<const WORDS: usize>(held: &Arc<()>, panics: bool) -> Packed<Result<u64, BoxError>> {
        Packed::of(Witness { held: Arc::clone(held), words: [1; WORDS], panics })
    }

    fn ends_and_lets_go<const WORDS: usize>() {
        let held = Arc::new(());
        let (mut kept, mut state, mut cx) = (None, State::new(()), Context::from_waker(Waker::noop()));
        drop(packed::<WORDS>(&held, false));
        {
            let mut running = pin!(packed::<WORDS>(&held, false).run(&mut kept, &mut state));
            assert!(running.as_mut().poll(&mut cx).is_pending());
            let Poll::Ready(Ok(sum)) = running.as_mut().poll(&mut cx) else { panic!("it has been woken") };
            assert_eq!(sum, WORDS as u64 + 2);
            assert_eq!(Arc::strong_count(&held), 1, "dropped as soon as it has ended");
        }
        {
            let mut suspended = pin!(packed::<WORDS>(&held, false).run(&mut kept, &mut state));
            assert!(suspended.as_mut().poll(&mut cx).is_pending());
        }
        {
            let mut panicking = pin!(packed::<WORDS>(&held, true).run(&mut kept, &mut state));
            assert!(catch_unwind(AssertUnwindSafe(|| panicking.as_mut().poll(&mut cx))).is_err());
        }
        drop(packed::<WORDS>(&held, false).run(&mut kept, &mut state));
        assert_eq!(Arc::strong_count(&held), 1);
    }

    #[test]
    fn what_panics_when_the_future_is_dropped_takes_the_output_with_it() {
        let held = Arc::new(());
        let (mut kept, mut state, mut cx) = (None, State::new(()), Context::from_waker(Waker::noop()));
        let job = Packed::of(Exploding(Explosive(Arc::clone(&held))));
        {
            let mut running = pin!(job.run(&mut kept, &mut state));
            assert!(catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut cx))).is_err());
        }
        assert_eq!(Arc::strong_count(&held), 1);
    }

    #[test]
    fn a_packed_job_runs_once_and_drops_what_it_holds_wherever_it_ends() {
        ends_and_lets_go::<1>();
        ends_and_lets_go::<40>();
    }
}
