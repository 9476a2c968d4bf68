#![expect(unsafe_code, reason = "jobs begin as a loop begins them")]

use std::future::Ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::lodging::Lodging;
use super::*;
use crate::reply::BoxError;
use crate::sync::Arc;

type Sum = Result<u64, BoxError>;

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

/// Keeps a witness, and panics before there is a future.
struct Unbuilt(Arc<()>);

impl Job for Unbuilt {
    type Output = Result<(), BoxError>;
    type Kept = Arc<()>;

    const IMMEDIATE: bool = false;

    fn run<'a>(
        self,
        kept: &'a mut Option<Arc<()>>,
        _state: &'a mut State,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        let _kept = kept.insert(self.0);
        never()
    }

    async fn run_shared(self, _kept: &mut Option<Arc<()>>, _state: &SharedState) -> Self::Output {
        Ok(())
    }
}

fn never() -> Ready<Result<(), BoxError>> {
    panic!("wanted")
}

/// Panics whenever it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("wanted");
    }
}

/// Keeps one of them, yields another one, and is suspended so many times.
struct Mined(u32);

impl Job for Mined {
    type Output = Result<Bomb, BoxError>;
    type Kept = Bomb;

    const IMMEDIATE: bool = false;

    async fn run(self, kept: &mut Option<Bomb>, _state: &mut State) -> Self::Output {
        let _kept = kept.insert(Bomb);
        for _ in 0..self.0 {
            tokio::task::yield_now().await;
        }
        Ok(Bomb)
    }

    async fn run_shared(self, _kept: &mut Option<Bomb>, _state: &SharedState) -> Self::Output {
        Ok(Bomb)
    }
}

#[test]
fn a_panic_of_what_was_kept_and_one_of_the_output_do_not_meet() {
    for suspensions in [0, 1] {
        let (mut state, mut cx) = (State::new(()), Context::from_waker(Waker::noop()));
        let mut running = pin!(Packed::of(Mined(suspensions)).run(Access::Alone(&mut state)));
        for _ in 0..suspensions {
            assert!(running.as_mut().poll(&mut cx).is_pending());
        }
        // Both at once would abort the program.
        assert!(catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut cx).is_ready())).is_err());
    }
}

#[repr(align(32))]
struct Aligned(u64);

impl Job for Aligned {
    type Output = Result<u64, BoxError>;
    type Kept = ();

    const IMMEDIATE: bool = true;

    async fn run(self, _kept: &mut Option<()>, _state: &mut State) -> Self::Output {
        assert!((&raw const self).is_aligned());
        Ok(self.0)
    }

    async fn run_shared(self, _kept: &mut Option<()>, _state: &SharedState) -> Self::Output {
        Ok(self.0)
    }
}

/// A job in each of the forms in which one can lie.
fn each_form<const WORDS: usize>(held: &Arc<()>, panics: bool, see: impl Fn(Offer<'_, Sum>)) {
    let witness = || Witness { held: Arc::clone(held), words: [1; WORDS], panics };
    see(Room::new().hold(witness()));
    Packed::of(witness()).with(&see);
    Packed::of(witness()).with(|job| job.packed()).with(&see);
}

fn ends_and_lets_go<const WORDS: usize>() {
    let held = Arc::new(());
    let cx = || Context::from_waker(Waker::noop());
    each_form::<WORDS>(&held, false, |job| drop(job));
    assert_eq!(Arc::strong_count(&held), 1, "dropped before it began");
    each_form::<WORDS>(&held, false, |job| {
        let (mut state, mut lodging) = (State::new(()), Lodging::default());
        // SAFETY: dropped in this order.
        assert!(unsafe { lodging.begin(job, Access::Alone(&mut state), &mut cx()) }.is_pending());
        let Poll::Ready(Ok(sum)) = lodging.poll(&mut cx()) else { panic!("it has been woken") };
        assert_eq!(sum, WORDS as u64 + 2);
        assert_eq!(Arc::strong_count(&held), 1, "dropped as soon as it has ended");
        assert!(lodging.poll(&mut cx()).is_pending());
    });
    each_form::<WORDS>(&held, false, |job| {
        let (mut state, mut lodging) = (State::new(()), Lodging::default());
        // SAFETY: as above.
        assert!(unsafe { lodging.begin(job, Access::Alone(&mut state), &mut cx()) }.is_pending());
    });
    assert_eq!(Arc::strong_count(&held), 1, "dropped while it was suspended");
    each_form::<WORDS>(&held, true, |job| {
        let (mut state, mut lodging) = (State::new(()), Lodging::default());
        // SAFETY: as above.
        let begin = || unsafe { lodging.begin(job, Access::Alone(&mut state), &mut cx()) };
        assert!(catch_unwind(AssertUnwindSafe(begin)).is_err());
    });
    assert_eq!(Arc::strong_count(&held), 1, "dropped when it panicked");
    let mut state = State::new(());
    drop(
        Packed::of(Witness { held: Arc::clone(&held), words: [1; WORDS], panics: false })
            .run(Access::Alone(&mut state)),
    );
    assert_eq!(Arc::strong_count(&held), 1, "dropped before it was polled");
}

#[test]
fn a_job_runs_once_and_drops_what_it_holds_wherever_it_lies_and_ends() {
    ends_and_lets_go::<1>();
    ends_and_lets_go::<3>();
    ends_and_lets_go::<4>();
    ends_and_lets_go::<40>();
}

#[test]
fn what_panics_when_the_future_is_dropped_takes_the_output_with_it() {
    let held = Arc::new(());
    let (mut state, mut cx) = (State::new(()), Context::from_waker(Waker::noop()));
    {
        let job = Packed::of(Exploding(Explosive(Arc::clone(&held))));
        let mut running = pin!(job.run(Access::Alone(&mut state)));
        assert!(catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut cx))).is_err());
    }
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn what_a_handler_borrows_is_dropped_when_its_future_cannot_be_built() {
    let held = Arc::new(());
    let mut state = State::new(());
    {
        let mut lodging = Lodging::default();
        let mut room = Room::new();
        let job = room.hold(Unbuilt(Arc::clone(&held)));
        let mut cx = Context::from_waker(Waker::noop());
        // SAFETY: dropped before the state.
        let begin = || unsafe { lodging.begin(job, Access::Alone(&mut state), &mut cx) };
        assert!(catch_unwind(AssertUnwindSafe(begin)).is_err());
    }
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn jobs_that_need_more_than_the_alignment_of_words_get_it() {
    let (mut state, mut cx) = (State::new(()), Context::from_waker(Waker::noop()));
    let job = Packed::of(Aligned(7));
    let mut running = pin!(job.run(Access::Alone(&mut state)));
    assert!(matches!(running.as_mut().poll(&mut cx), Poll::Ready(Ok(7))));
}
