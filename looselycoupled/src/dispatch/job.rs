//! Tasks, events and hooks in the form that a loop runs.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use super::delivery::{Delivery, Heard};
use crate::envelope::{Acknowledgement, EventRecord};
use crate::event_loop::{
    Access, Completion, Item, Job, Kind, Label, Packed, Panic, Runs, Seed, SharedState, State, Verdict, lend,
    lend_shared,
};
use crate::mailbox::{Filled, Slot};
use crate::module::{
    Context, HandlerAt, Home, HookEntry, Mode, Module, Occupant, Receiver, SharedHookEntry, Task, TaskKind,
};
use crate::reply::BoxError;

/// The stub or the table that led here compared the types, so the state is what it must be.
#[inline(always)]
pub(super) fn occupant<M: Module>(state: &mut State) -> (Receiver<'_, M>, &Context) {
    match state.downcast_mut::<Occupant<Home<M>>>().and_then(Occupant::exclusive::<M>) {
        Some(parts) => parts,
        None => is_of_another_type(),
    }
}

#[inline(always)]
pub(super) fn shared_occupant<M: Module>(state: &SharedState) -> (Receiver<'_, M>, &Context) {
    match state.downcast_ref::<Occupant<Home<M>>>().and_then(Occupant::shared::<M>) {
        Some(parts) => parts,
        None => is_of_another_type(),
    }
}

#[cold]
#[inline(never)]
#[expect(
    clippy::panic,
    reason = "a broken invariant of the framework itself; caught as a panic of the handler"
)]
fn is_of_another_type() -> ! {
    panic!("the module is of another type than its address says")
}

/// How handlers of `M` have their module.
pub(super) const fn runs<M: Module>() -> Runs {
    Runs::of(<M::Mode as Mode<M>>::OVERLAPS)
}

/// A task with its arguments, and the form in which its result is wanted.
pub(super) struct TaskJob<T: Task, D> {
    pub(super) arguments: T::Arguments,
    pub(super) delivery: PhantomData<fn() -> D>,
}

impl<T: Task, D> TaskJob<T, D> {
    pub(super) const fn new(arguments: T::Arguments) -> Self {
        Self { arguments, delivery: PhantomData }
    }
}

impl<T: Task, D: Delivery<T>> Job for TaskJob<T, D> {
    type Output = D::Raw;
    type Kept = ();

    const IMMEDIATE: bool = matches!(T::INFO.kind, TaskKind::Sync);
    const RUNS: Runs = runs::<T::Module>();

    #[inline]
    fn run<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a mut State,
    ) -> impl Future<Output = D::Raw> + Send + 'a {
        let (module, context) = occupant::<T::Module>(state);
        D::drive(T::call(module, context, self.arguments))
    }

    #[inline]
    fn run_shared<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a SharedState,
    ) -> impl Future<Output = D::Raw> + Send + 'a {
        let (module, context) = shared_occupant::<T::Module>(state);
        D::drive(T::call(module, context, self.arguments))
    }
}

/// A task whose body blocks.
pub(super) struct BlockingJob<O: 'static>(pub(super) Packed<O>);

impl<O: Verdict> Job for BlockingJob<O> {
    type Output = O;
    type Kept = ();

    const IMMEDIATE: bool = false;

    async fn run(self, _kept: &mut Option<()>, state: &mut State) -> O {
        landed(lend(state, move |state| now(self.0.run(Access::Alone(state)))).await)
    }

    async fn run_shared(self, _kept: &mut Option<()>, _state: &SharedState) -> O {
        landed(lend_shared(move |state| now(self.0.run(Access::Shared(state)))).await)
    }
}

/// A panic on the pool goes on as one of the handler.
fn landed<R>(result: Result<R, Panic>) -> R {
    match result {
        Ok(output) => output,
        Err(panic) => std::panic::resume_unwind(Box::new(panic.message)),
    }
}

/// The output of a body without await.
#[expect(clippy::panic, reason = "the macro makes blocking tasks of plain functions only")]
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a blocking body was suspended"),
    }
}

/// An event for one handler.
struct EventJob<M, const I: usize> {
    record: EventRecord,
    of_type: PhantomData<fn() -> M>,
}

impl<M: HandlerAt<I>, const I: usize> Job for EventJob<M, I> {
    type Output = Result<(), BoxError>;
    type Kept = EventRecord;

    const IMMEDIATE: bool = matches!(M::INFO.kind, TaskKind::Sync);
    const RUNS: Runs = runs::<M>();

    #[inline]
    fn run<'a>(
        self,
        kept: &'a mut Option<EventRecord>,
        state: &'a mut State,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        let (module, context) = occupant::<M>(state);
        M::handle(module, context, kept.insert(self.record))
    }

    #[inline]
    fn run_shared<'a>(
        self,
        kept: &'a mut Option<EventRecord>,
        state: &'a SharedState,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        let (module, context) = shared_occupant::<M>(state);
        M::handle(module, context, kept.insert(self.record))
    }
}

/// Who acknowledges events keeps them, and sends no more than it has room for.
#[inline]
pub(super) fn kind_of(record: &EventRecord, acknowledgement: &Acknowledgement) -> Kind {
    if !acknowledgement.is_wanted() {
        Kind::Event
    } else if record.is_redelivered() {
        Kind::Redelivered
    } else {
        Kind::BoundedElsewhere
    }
}

/// Makes the message that hands an event to a handler.
pub(super) fn event_item<M: HandlerAt<I>, const I: usize>(
    slot: Slot<'_, Item>,
    (record, acknowledgement): (EventRecord, Acknowledgement),
    label: Label,
) -> Filled {
    let kind = kind_of(&record, &acknowledgement);
    let seed = Seed { label, kind, nesting: 0, deadline: None, lineage: record.lineage() };
    Item::with(slot, seed, EventJob::<M, I> { record, of_type: PhantomData }, Heard(acknowledgement))
}

/// A life-cycle hook.
struct HookJob {
    exclusive: HookEntry,
    shared: Option<SharedHookEntry>,
}

impl Job for HookJob {
    type Output = Result<(), BoxError>;
    type Kept = ();

    const IMMEDIATE: bool = false;

    fn run<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a mut State,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        (self.exclusive)(state)
    }

    async fn run_shared(self, _kept: &mut Option<()>, state: &SharedState) -> Self::Output {
        match self.shared {
            Some(shared) => shared(state).await,
            None => Ok(()),
        }
    }
}

/// Makes the message that runs a hook on its module's loop.
pub(crate) fn hook_item(
    slot: Slot<'_, Item>,
    seed: Seed,
    exclusive: HookEntry,
    shared: Option<SharedHookEntry>,
    completion: impl Completion<Result<(), BoxError>>,
) -> Filled {
    Item::with(slot, seed, HookJob { exclusive, shared }, completion)
}
