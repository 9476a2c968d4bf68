//! Tasks that are sent by name.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context as TaskContext, Poll};

use super::delivery::{Form, Report, in_report, report};
use super::job::{occupant, runs, shared_occupant};
use super::mapped::Mapped;
use super::sender::Request;
use super::{enqueue, start};
use crate::event_loop::{
    Activation, Cause, Completion, Failure, Job, Offer, Panic, Receipt, Room, Runs, SharedState, State,
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
pub(super) fn read_task<'a, T: NamedTask>(
    _task: &'static TaskInfo,
    arguments: &mut Arguments,
    wanted: Wanted,
    room: &'a mut Room,
) -> Result<Offer<'a, NamedOutcome>, ArgumentError> {
    Ok(room.hold(NamedJob::<T> { arguments: T::decode(arguments)?, wanted }))
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

    #[inline(always)]
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

/// Starts a call by name.
pub(crate) fn start_named(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    cx: &mut TaskContext<'_>,
    waiting: &mut Option<Waiting<Reply, TaskFailure>>,
) -> Poll<Result<Reply, CallError>> {
    let mut room = Room::new();
    match read(station, named.entry, arguments, Wanted::Result, &mut room) {
        Ok(job) => start::<_, ByName>((station, named.entry.info), request(named), job, cx, waiting),
        Err(refusal) => Poll::Ready(Err(refusal)),
    }
}

/// Puts a task in line by name; if it does not get there, `stopped` tells why.
pub(crate) fn enqueue_named(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    stopped: &mut Option<Stopped>,
) -> Option<Receipt> {
    let mut room = Room::new();
    match read(station, named.entry, arguments, Wanted::Nothing, &mut room) {
        Ok(job) => enqueue(station, &request(named), named.entry.info, job, stopped),
        Err(refusal) => {
            *stopped = Some(Stopped::Refused(refusal));
            None
        }
    }
}

pub(super) fn request<'a>(named: &NamedRequest<'a>) -> Request<'a> {
    let NamedRequest { priority, timeout, inherited, visitor, .. } = *named;
    Request { priority, timeout, inherited, visitor }
}

/// Reads the arguments of a task. That is code of their types, and those belong to the target: a panic must not reach the
/// caller.
pub(super) fn read<'a>(
    station: &Station,
    entry: &NamedEntry,
    arguments: &mut Arguments,
    wanted: Wanted,
    room: &'a mut Room,
) -> Result<Offer<'a, NamedOutcome>, CallError> {
    let read = move || {
        // By itself: it is lent for longer than the call of a closure that can be called again.
        let room = room;
        (entry.read)(entry.info, arguments, wanted, room)
    };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(job)) => Ok(job),
        Ok(Err(cause)) => Err(Unreadable::Wrong(cause).refuse(station, entry.info)),
        Err(payload) => Err(Unreadable::Panicked(payload).refuse(station, entry.info)),
    }
}

/// Why there are no arguments.
enum Unreadable {
    Wrong(ArgumentError),
    Panicked(Box<dyn Any + Send>),
}

impl Unreadable {
    #[cold]
    fn refuse(self, station: &Station, task: &TaskInfo) -> CallError {
        // By name it is not known here whether somebody would have waited; most do.
        station.tenant().refuse(task.index as u16, true);
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
