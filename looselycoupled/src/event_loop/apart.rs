//! Handlers of concurrent modules: each a task of its own, up to a limit.

#![expect(unsafe_code, reason = "a handler borrows its module from a counted reference that travels with it")]

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr::{self, NonNull};
use std::task::{Context, Poll, Waker};

use tokio::task::AbortHandle;

use super::activation::{Activation, Draft, Kind, Seed, enter};
use super::running_apart::Entry;
use super::{Begun, Completion, EventLoop, Failure, Inline, Item, Job, Outcome, Panic, SharedState, Verdict};
use crate::statistics::{Counters, Loss};
use crate::sync::{Arc, Ordering, thread_cell};
use crate::waits::Caller;

/// A place among the running handlers of a concurrent module; given back when dropped.
#[derive(Debug)]
struct Place {
    event_loop: Arc<EventLoop>,
    number: u32,
    /// Whether the application's activity includes the handler.
    counted: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        let waiting = self.event_loop.queue.lock().apart().dismiss(self.number);
        drop(waiting);
        self.event_loop.pump();
        if self.counted {
            self.event_loop.services.activity.leave();
        }
    }
}

thread_cell! {
    /// The loop whose messages this thread begins.
    static PUMPED: *const EventLoop = ptr::null();
}

/// This thread begins what waits on a loop; restores what it did before when dropped.
struct Pumping(*const EventLoop);

impl Pumping {
    /// `None` if the thread is at it already, a level below, where it will look again.
    fn begin(event_loop: &EventLoop) -> Option<Self> {
        let before = PUMPED.replace(event_loop);
        (!ptr::eq(before, event_loop)).then_some(Self(before))
    }
}

impl Drop for Pumping {
    fn drop(&mut self) {
        PUMPED.set(self.0);
    }
}

/// Leave to begin one handler.
#[derive(Debug)]
pub(crate) struct Apart {
    place: Place,
    seed: Seed,
}

impl Apart {
    /// Begins a job as a task of its own.
    pub(super) fn spawn<J: Job, C: Completion<J::Output>>(self, job: J, completion: C) {
        let event_loop = Arc::clone(&self.place.event_loop);
        let activation = Activation::of_handler(&event_loop, self.seed, self.place.number);
        event_loop.count_running(&activation);
        run(self.place, activation, build(job), completion);
    }
}

fn run<F, K, C>(place: Place, activation: Activation, future: Lent<F, K>, completion: C)
where
    F: Lazy + Send + Unpin + 'static,
    K: Send + 'static,
    F::Output: Verdict + Send + 'static,
    C: Completion<F::Output>,
{
    let (event_loop, number) = (Arc::clone(&place.event_loop), place.number);
    let overlapping = Overlapping { future, completion: Some(completion), activation, place };
    let handle = event_loop.services.runtime.spawn(overlapping).abort_handle();
    // Whoever drops all handlers either finds the handle or is seen here.
    let is_paused = event_loop.queue.lock().apart().keep(number, handle.clone());
    if is_paused || event_loop.killed.load(Ordering::Acquire) {
        handle.abort();
    }
}

/// A future that begins when it gets its module: then code of the handler runs.
trait Lazy: Future {
    /// `resident` stays until the future has been dropped.
    fn begin(&mut self, resident: &'static SharedState);
    fn has_begun(&self) -> bool;
}

struct Begins<M, F> {
    make: Option<M>,
    resident: Option<&'static SharedState>,
    future: Option<Pin<Box<F>>>,
}

impl<M, F> Unpin for Begins<M, F> {}

impl<M: FnOnce(&'static SharedState) -> F, F: Future> Lazy for Begins<M, F> {
    fn begin(&mut self, resident: &'static SharedState) {
        self.resident = Some(resident);
    }

    fn has_begun(&self) -> bool {
        self.resident.is_some()
    }
}

impl<M: FnOnce(&'static SharedState) -> F, F: Future> Future for Begins<M, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(resident) = self.resident else { return Poll::Pending };
        if let Some(make) = self.make.take() {
            self.future = Some(made(|| make(resident)));
        }
        match &mut self.future {
            Some(future) => future.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

/// Nothing of the handler runs before it begins, not even a body without await: whoever sends a message must not
/// handle it.
fn build<J: Job>(job: J) -> Lent<impl Lazy<Output = J::Output> + Send + Unpin + 'static, J::Kept> {
    let kept = Kept::<J::Kept>::new();
    // SAFETY: `Lent` drops what is kept after the future that borrows it; nothing else touches it.
    let borrowed: &'static mut Option<J::Kept> = unsafe { &mut *kept.0.as_ptr() };
    let make = move |resident| job.run_shared(borrowed, resident);
    Lent { future: Begins { make: Some(make), resident: None, future: None }, _kept: kept, resident: None }
}

// Apart from the poll: without optimisation a copy of the future stays on the stack of whoever makes it.
fn made<F>(make: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(make())
}

/// A future with what it borrows from. The future is dropped first.
struct Lent<F, K> {
    future: F,
    _kept: Kept<K>,
    /// As soon as the handler begins.
    resident: Option<Arc<SharedState>>,
}

impl<F: Lazy, K> Lent<F, K> {
    fn begin(&mut self, shared: Arc<SharedState>) {
        // SAFETY: the reference is counted here for as long as the future that borrows stands.
        let resident: &'static SharedState = unsafe { &*Arc::as_ptr(&shared) };
        self.resident = Some(shared);
        self.future.begin(resident);
    }
}

/// A box that may be moved while its content is borrowed.
struct Kept<K>(NonNull<Option<K>>);

// SAFETY: owns its content, as a box does.
unsafe impl<K: Send> Send for Kept<K> {}

impl<K> Kept<K> {
    fn new() -> Self {
        Self(NonNull::from(Box::leak(Box::new(None))))
    }
}

impl<K> Drop for Kept<K> {
    fn drop(&mut self) {
        // SAFETY: made from a box, freed once; the future that borrowed from it is gone.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// One handler on its way.
struct Overlapping<F, K, C>
where
    F: Lazy,
    F::Output: Verdict + Send + 'static,
    C: Completion<F::Output>,
{
    future: Lent<F, K>,
    completion: Option<C>,
    activation: Activation,
    place: Place,
}

impl<F, K, C> Unpin for Overlapping<F, K, C>
where
    F: Lazy,
    F::Output: Verdict + Send + 'static,
    C: Completion<F::Output>,
{
}

impl<F, K, C> Overlapping<F, K, C>
where
    F: Lazy,
    F::Output: Verdict + Send + 'static,
    C: Completion<F::Output>,
{
    /// Begins as soon as it may; false if it never will, and whoever waits has been told.
    fn begin(&mut self, waker: &Waker) -> Poll<bool> {
        let event_loop = &self.place.event_loop;
        let entry = event_loop.queue.lock().apart().enter(self.place.number, waker);
        let shared = match entry {
            Entry::With(shared) => shared,
            Entry::Paused => return Poll::Pending,
            Entry::Gone => {
                self.turn_away();
                return Poll::Ready(false);
            }
        };
        let begun = Begun(self.place.number);
        if self.completion.take_if(|completion| !completion.begun(begun)).is_some() {
            event_loop.lose_seed(&self.activation.seed, C::AWAITED, Loss::Expired);
            event_loop.count_ended(&self.activation, Outcome::Lost);
            return Poll::Ready(false);
        }
        self.future.begin(shared);
        Poll::Ready(true)
    }

    /// It has not begun, and never will.
    fn turn_away(&mut self) {
        let Some(completion) = self.completion.take() else { return };
        let event_loop = &self.place.event_loop;
        event_loop.lose_seed(&self.activation.seed, C::AWAITED, Loss::Undelivered);
        event_loop.count_ended(&self.activation, Outcome::Lost);
        let label = self.activation.seed.label;
        completion
            .discard(Loss::Undelivered, &|| event_loop.tenant(label.tenant).address_of(label.handler).into());
    }
}

impl<F, K, C> Future for Overlapping<F, K, C>
where
    F: Lazy + Send + Unpin + 'static,
    K: Send + 'static,
    F::Output: Verdict + Send + 'static,
    C: Completion<F::Output>,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.place.event_loop.services.gives_way(cx) {
            return Poll::Pending;
        }
        if !this.future.future.has_begun() {
            match this.begin(cx.waker()) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
        let Poll::Ready(result) = poll_caught(&this.activation, &mut this.future, cx) else {
            return Poll::Pending;
        };
        let Some(completion) = this.completion.take() else { return Poll::Ready(()) };
        let outcome = result.as_ref().map_or(Outcome::Panicked, Outcome::of);
        this.place.event_loop.count_ended(&this.activation, outcome);
        match result {
            Ok(output) => completion.complete(output, &this.activation),
            Err(panic) => completion.fail(Failure::Panicked(panic), &this.activation),
        }
        Poll::Ready(())
    }
}

impl<F, K, C> Drop for Overlapping<F, K, C>
where
    F: Lazy,
    F::Output: Verdict + Send + 'static,
    C: Completion<F::Output>,
{
    /// A handler that has not ended was dropped, by the forced end or by a pause.
    fn drop(&mut self) {
        if !self.future.future.has_begun() {
            return self.turn_away();
        }
        let Some(completion) = self.completion.take() else { return };
        let event_loop = &self.place.event_loop;
        event_loop.count_ended(&self.activation, Outcome::Failed);
        let failure = match event_loop.paused_by() {
            Some(cause) => Failure::Panicked(Panic::new(&cause)),
            None => Failure::Aborted,
        };
        completion.fail(failure, &self.activation);
    }
}

fn poll_caught<F: Future + Unpin, K>(
    activation: &Activation,
    lent: &mut Lent<F, K>,
    cx: &mut Context<'_>,
) -> Poll<Result<F::Output, Panic>> {
    let poll = || enter(activation, || Pin::new(&mut lent.future).poll(cx));
    match catch_unwind(AssertUnwindSafe(poll)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(payload) => Poll::Ready(Err(Panic::from_payload(payload))),
    }
}

impl EventLoop {
    /// Begins whatever waits while there are places.
    pub(super) fn pump(&self) {
        // A handler may end while it is begun: its body panics where its future is built, or the runtime has gone and
        // drops every task at once. Its place is for the round of the loop that began it, not for one on top of that,
        // or as many would stand on the stack as wait in line.
        let Some(_pumping) = Pumping::begin(self) else { return };
        while let Some((item, place, sender)) = self.next_apart() {
            sender.into_iter().for_each(Waker::wake);
            if let Some(reason) = self.reason_against(&item.seed) {
                self.discard(item, reason);
                continue;
            }
            item.begin_apart(|seed| Apart { place, seed });
        }
    }

    /// A message counts as activity from its acceptance; its place takes that over.
    fn next_apart(&self) -> Option<(Item, Place, Option<Waker>)> {
        let event_loop = self.counted()?;
        let mut queue = self.queue.lock();
        if !queue.has_place() {
            return None;
        }
        let (node, moved) = queue.pop()?;
        let item = queue.take_out(node);
        let sender = moved.and_then(|moved| self.let_in(&mut queue, &moved));
        let number = queue.apart().admit(item.seed.label, Caller::NONE, false);
        drop(queue);
        if item.seed.earns() {
            self.services.activity.earn();
        }
        Some((item, Place { event_loop, number, counted: true }, sender))
    }

    /// Runs a job of a concurrent module at once, on the caller's task, if there is a place and nothing waits.
    pub(crate) fn try_apart<J: Job, C: Completion<J::Output>, R>(
        &self,
        draft: &Draft<'_>,
        job: J,
        cx: &mut Context<'_>,
        suspend: impl FnOnce(Begun) -> (C, R),
    ) -> Inline<J, R> {
        let Some((mut place, shared)) = self.place_at_once(draft) else { return Inline::Busy(job) };
        let activation = Activation::of_handler(self, draft.seed(), place.number);
        activation.counted.set(false);
        let mut future = build(job);
        future.begin(shared);
        match poll_caught(&activation, &mut future, cx) {
            Poll::Ready(result) => {
                let outcome = result.as_ref().map_or(Outcome::Panicked, Outcome::of);
                self.count_at_once_apart(&activation, outcome);
                self.report_panic(&result, &activation);
                place.counted = activation.counted.get();
                Inline::Ready(result)
            }
            Poll::Pending => {
                let (completion, kept) = suspend(Begun(place.number));
                activation.count();
                place.counted = true;
                self.tenant(activation.seed.label.tenant).counters.accepted_at_once.add();
                self.count_running(&activation);
                run(place, activation, future, completion);
                Inline::Suspended(kept)
            }
        }
    }

    /// The state of a concurrent module.
    pub(super) fn shared(&self) -> Option<Arc<SharedState>> {
        self.queue.lock().apart().shared.clone()
    }

    fn place_at_once(&self, draft: &Draft<'_>) -> Option<(Place, Arc<SharedState>)> {
        let event_loop = self.counted()?;
        let mut queue = self.queue.lock();
        if queue.closed || !queue.is_empty() || !queue.has_place() {
            return None;
        }
        let shared = queue.apart().shared.clone()?;
        let number = queue.apart().admit(draft.label, draft.caller(), true);
        drop(queue);
        Some((Place { event_loop, number, counted: false }, shared))
    }

    /// Begins no handler of a concurrent module any more and drops those that have begun, each of which fails for this
    /// cause.
    pub(crate) fn pause_apart(&self, cause: &str) {
        let handles = {
            let mut queue = self.queue.lock();
            queue.apart().paused_by = Some(cause.into());
            queue.apart().handles_of_begun()
        };
        handles.iter().for_each(AbortHandle::abort);
    }

    /// Returns when none of the handlers runs that overlap here, those on the threads of their callers included.
    pub(crate) async fn all_ended_apart(&self) {
        let ended = self.queue.lock().all_ended_apart();
        if let Some(ended) = ended {
            // Nothing is ever sent: the other end is dropped.
            let _dropped = ended.await;
        }
    }

    /// Returns when none of them runs any more that had begun.
    pub(crate) async fn begun_ended_apart(&self) {
        let ended = self.queue.lock().apart().begun_ended();
        if let Some(ended) = ended {
            // As above.
            let _dropped = ended.await;
        }
    }

    /// Begins handlers again.
    pub(crate) fn resume_apart(&self) {
        let paused = self.queue.lock().apart().resume();
        paused.into_iter().for_each(Waker::wake);
        self.pump();
    }

    fn paused_by(&self) -> Option<Arc<str>> {
        self.queue.lock().apart().paused_by.clone()
    }

    pub(super) fn abort_apart(&self) {
        let handles = self.queue.lock().apart().handles();
        handles.iter().for_each(AbortHandle::abort);
    }

    fn count_running(&self, activation: &Activation) {
        if activation.seed.kind != Kind::Hook {
            self.tenant(activation.seed.label.tenant).counters.running.rise();
        }
    }

    fn count_at_once_apart(&self, activation: &Activation, outcome: Outcome) {
        let counters = &self.tenant(activation.seed.label.tenant).counters;
        counters.accepted_at_once.add();
        count(counters, outcome);
    }

    fn count_ended(&self, activation: &Activation, outcome: Outcome) {
        if activation.seed.kind != Kind::Hook {
            let counters = &self.tenant(activation.seed.label.tenant).counters;
            counters.running.fall();
            count(counters, outcome);
        }
    }
}

fn count(counters: &Counters, outcome: Outcome) {
    match outcome {
        Outcome::Handled => counters.handled.add(),
        Outcome::Failed => counters.failed.add(),
        Outcome::Panicked => {
            counters.failed.add();
            counters.exceptions().panicked.add();
        }
        // Whoever noticed it has counted it.
        Outcome::Lost => {}
    }
}
