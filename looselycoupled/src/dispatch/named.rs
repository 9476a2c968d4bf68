//! Tasks that are sent by name: at once in the task's own type, since that is what the speed of a call depends on; packed where
//! they are sent later, come from an event, or have no type.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context as TaskContext, Poll};

use super::delivery::{Answered, Errand, Form, Report, in_report, report};
use super::job::{occupant, runs, shared_occupant};
use super::mapped::Mapped;
use super::sender::Request;
use super::{enqueue, start};
use crate::event_loop::{
    Activation, Cause, Completion, Failure, Job, Packed, Panic, Receipt, Runs, SharedState, State,
};
use crate::module::{
    Context, NamedEntry, NamedFailure, NamedOutcome, NamedRequest, NamedTask, Receiver, Reply, Task,
    TaskInfo, TaskKind, Wanted,
};
use crate::reply::{BoxError, CallError, Stopped, TaskFailure, Waiting};
use crate::router::Station;
use crate::statistics::Loss;
use crate::value::{ArgumentError, Arguments, Value};

/// A task with its arguments, for a sender who does not know its types.
struct NamedJob<T: Task> {
    arguments: T::Arguments,
    wanted: Wanted,
}

impl<T: NamedTask> NamedJob<T> {
    #[inline]
    fn begin<'a>(
        self,
        (module, context): (Receiver<'a, T::Module>, &'a Context),
    ) -> impl Future<Output = NamedOutcome> + Send + 'a {
        let Self { arguments, wanted } = self;
        let outcome = move |result: Result<T::Output, T::Error>| match result {
            Ok(_) if wanted == Wanted::Nothing => Ok(Value::Null),
            Ok(output) => T::encode(output).map_err(NamedFailure::Encode),
            Err(error) => Err(NamedFailure::Task(TaskFailure::of(error))),
        };
        Mapped::new(T::call(module, context, arguments), outcome)
    }
}

impl<T: NamedTask> Job for NamedJob<T> {
    type Output = NamedOutcome;
    type Kept = ();

    const IMMEDIATE: bool = matches!(T::INFO.kind, TaskKind::Sync);
    const RUNS: Runs = runs::<T::Module>();

    #[inline]
    fn run<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a mut State,
    ) -> impl Future<Output = NamedOutcome> + Send + 'a {
        self.begin(occupant::<T::Module>(state))
    }

    #[inline]
    fn run_shared<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a SharedState,
    ) -> impl Future<Output = NamedOutcome> + Send + 'a {
        self.begin(shared_occupant::<T::Module>(state))
    }
}

/// Reads the arguments of `T`.
pub(super) fn read<T: NamedTask>(
    _task: &'static TaskInfo,
    arguments: &mut Arguments,
    wanted: Wanted,
) -> Result<Packed<NamedOutcome>, ArgumentError> {
    Ok(Packed::of(NamedJob::<T> { arguments: T::decode(arguments)?, wanted }))
}

impl<T: NamedTask> Errand for NamedJob<T> {
    const MAY_BLOCK: bool = matches!(T::INFO.kind, TaskKind::Blocking);
}

impl<T: NamedTask> Answered for NamedJob<T> {
    type Form = ByName;
}

impl Errand for Packed<NamedOutcome> {
    const MAY_BLOCK: bool = true;
}

impl Answered for Packed<NamedOutcome> {
    type Form = ByName;
}

/// As a value.
pub(crate) enum ByName {}

impl Form<NamedOutcome> for ByName {
    type Value = Reply;
    type Error = TaskFailure;
    type Note = &'static TaskInfo;

    #[inline(always)]
    fn note(task: &'static TaskInfo) -> &'static TaskInfo {
        task
    }

    #[inline]
    fn refine(
        raw: NamedOutcome,
        task: &'static TaskInfo,
        address: impl FnOnce() -> Box<str>,
    ) -> Result<Reply, CallError> {
        match raw {
            Ok(value) => Ok(Reply::new(value, task)),
            Err(NamedFailure::Task(failure)) => Err(CallError::Failed(failure)),
            Err(NamedFailure::Encode(cause)) => {
                Err(CallError::Result { address: address(), cause: Box::new(cause) })
            }
            Err(NamedFailure::Unfit(cause)) => Err(CallError::Failed(TaskFailure::of(cause))),
        }
    }

    fn into_report(error: CallError) -> BoxError {
        in_report(error)
    }
}

impl From<NamedFailure> for BoxError {
    fn from(failure: NamedFailure) -> Self {
        match failure {
            NamedFailure::Task(failure) => failure.into_inner(),
            NamedFailure::Encode(error) => error.into(),
            NamedFailure::Unfit(cause) => cause,
        }
    }
}

impl Completion<NamedOutcome> for Report {
    fn complete(self, output: NamedOutcome, activation: &Activation) {
        if let Err(failure) = output {
            report(activation, Cause::Error(failure.into()));
        }
    }

    fn fail(self, failure: Failure, activation: &Activation) {
        Completion::<Result<(), BoxError>>::fail(self, failure, activation);
    }

    fn discard(self, _reason: Loss, _address: &dyn Fn() -> Box<str>) {}
}

/// Starts a call of `T` by name.
pub(super) fn start_named<T: NamedTask>(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    cx: &mut TaskContext<'_>,
    waiting: &mut Option<Waiting<Reply, TaskFailure>>,
) -> Poll<Result<Reply, CallError>> {
    match caught(|| T::decode(arguments)) {
        Ok(arguments) => {
            let job = NamedJob::<T> { arguments, wanted: Wanted::Result };
            start((station, const { &T::INFO }), request(named), job, cx, waiting)
        }
        Err(unreadable) => Poll::Ready(Err(unreadable.refuse(station, named.entry.info))),
    }
}

/// Puts `T` in line by name; if it does not get there, `stopped` tells why.
pub(super) fn enqueue_named<T: NamedTask>(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    stopped: &mut Option<Stopped>,
) -> Option<Receipt> {
    match caught(|| T::decode(arguments)) {
        Ok(arguments) => {
            let job = NamedJob::<T> { arguments, wanted: Wanted::Nothing };
            enqueue(station, &request(named), const { &T::INFO }, job, stopped)
        }
        Err(unreadable) => {
            *stopped = Some(Stopped::Refused(unreadable.refuse(station, named.entry.info)));
            None
        }
    }
}

/// [`start_named`] of a task whose type is not known.
pub(super) fn start_packed(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    cx: &mut TaskContext<'_>,
    waiting: &mut Option<Waiting<Reply, TaskFailure>>,
) -> Poll<Result<Reply, CallError>> {
    match packed(station, named.entry, arguments, Wanted::Result) {
        Ok(job) => start((station, named.entry.info), request(named), job, cx, waiting),
        Err(refusal) => Poll::Ready(Err(refusal)),
    }
}

/// [`enqueue_named`] of a task whose type is not known.
pub(super) fn enqueue_packed(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    stopped: &mut Option<Stopped>,
) -> Option<Receipt> {
    match packed(station, named.entry, arguments, Wanted::Nothing) {
        Ok(job) => enqueue(station, &request(named), named.entry.info, job, stopped),
        Err(refusal) => {
            *stopped = Some(Stopped::Refused(refusal));
            None
        }
    }
}

pub(super) fn request<'a>(named: &NamedRequest<'a>) -> Request<'a> {
    Request { priority: named.priority, timeout: named.timeout, inherited: named.inherited }
}

/// Reads the arguments of a task, in the form in which it can wait.
pub(super) fn packed(
    station: &Station,
    entry: &NamedEntry,
    arguments: &mut Arguments,
    wanted: Wanted,
) -> Result<Packed<NamedOutcome>, CallError> {
    caught(|| (entry.read)(entry.info, arguments, wanted))
        .map_err(|unreadable| unreadable.refuse(station, entry.info))
}

/// Why there are no arguments.
enum Unreadable {
    Wrong(ArgumentError),
    Panicked(Box<dyn Any + Send>),
}

/// Reading arguments is code of their types, and those belong to the target: a panic must not reach the caller.
#[inline]
fn caught<A>(read: impl FnOnce() -> Result<A, ArgumentError>) -> Result<A, Unreadable> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(arguments)) => Ok(arguments),
        Ok(Err(cause)) => Err(Unreadable::Wrong(cause)),
        Err(payload) => Err(Unreadable::Panicked(payload)),
    }
}

impl Unreadable {
    #[cold]
    fn refuse(self, station: &Station, task: &TaskInfo) -> CallError {
        station.tenant().counters.exceptions().refused.add();
        let address = station.tenant().address_of(task.index as u16).into();
        match self {
            Self::Wrong(cause) => CallError::Argument { address, cause: Box::new(cause) },
            Self::Panicked(payload) => {
                let said = Panic::from_payload(payload).message;
                CallError::Panicked {
                    address,
                    message: format!("an argument could not be read: {said}").into(),
                }
            }
        }
    }
}
