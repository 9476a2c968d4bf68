//! Whom a stub calls.

#![expect(private_interfaces, reason = "the functions of a callee are hidden: only this crate calls them")]

use std::task::{Context, Poll};

use super::delayed::{Post, post};
use super::delivery::{Delivery, Detached, Form, Typed};
use super::job::TaskJob;
use super::sender::Request;
use super::{enqueue, start};
use crate::code::ErrorCode;
use crate::event_loop::{Packed, Receipt, Room};
use crate::module::{Address, Task, TaskInfo, Wording};
use crate::reply::{BoxError, CallError, Stopped, TaskFailure, Waiting};
use crate::router::Station;

/// Whom a stub calls: a task of a module that is known by its type, or a method of an interface, whoever implements it.
///
/// Every [`Task`] is one, and so is every [`Method`](crate::Method). There are no others.
pub trait Callee: 'static {
    /// The parameters as a tuple.
    type Arguments: Send + 'static;
    /// What comes out of it.
    type Output: Send + 'static;
    /// Its own error, as its callers know it.
    type Error: Into<BoxError> + Send + 'static;
    #[doc(hidden)]
    type Address: Send + Sync + 'static;

    #[doc(hidden)]
    fn station(address: &Self::Address) -> &Station;
    #[doc(hidden)]
    fn into_station(address: Self::Address) -> Station;
    #[doc(hidden)]
    fn task(address: &Self::Address) -> &'static TaskInfo;
    #[doc(hidden)]
    fn start(
        address: &Self::Address,
        request: Request<'_>,
        arguments: Self::Arguments,
        cx: &mut Context<'_>,
        waiting: &mut Option<Waiting<Self::Output, Self::Error>>,
    ) -> Poll<Result<Self::Output, CallError<Self::Error>>>;
    #[doc(hidden)]
    fn enqueue(
        address: &Self::Address,
        request: &Request<'_>,
        arguments: Self::Arguments,
        stopped: &mut Option<Stopped>,
    ) -> Option<Receipt>;
    #[doc(hidden)]
    fn post(address: &Self::Address) -> fn(Self::Arguments) -> Post;
    #[doc(hidden)]
    fn wording(address: &Self::Address) -> Wording<Self::Arguments, Self::Output>;
    /// What the caller is told of a task that failed in another process.
    #[doc(hidden)]
    fn failed_elsewhere(failure: TaskFailure) -> CallError<Self::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Task> Callee for T {
    type Arguments = <T as Task>::Arguments;
    type Output = <T as Task>::Output;
    type Error = <T as Task>::Error;
    type Address = Address<T::Module>;

    #[inline(always)]
    fn station(address: &Self::Address) -> &Station {
        &address.station
    }

    #[inline(always)]
    fn into_station(address: Self::Address) -> Station {
        address.station
    }

    #[inline(always)]
    fn task(_address: &Self::Address) -> &'static TaskInfo {
        const { &T::INFO }
    }

    #[inline(always)]
    fn start(
        address: &Self::Address,
        request: Request<'_>,
        arguments: Self::Arguments,
        cx: &mut Context<'_>,
        waiting: &mut Option<Waiting<Self::Output, Self::Error>>,
    ) -> Poll<Result<Self::Output, CallError<Self::Error>>> {
        start_task::<T, Typed>(&address.station, request, arguments, cx, waiting)
    }

    #[inline(always)]
    fn enqueue(
        address: &Self::Address,
        request: &Request<'_>,
        arguments: Self::Arguments,
        stopped: &mut Option<Stopped>,
    ) -> Option<Receipt> {
        enqueue_task::<T>(&address.station, request, arguments, stopped)
    }

    fn post(_address: &Self::Address) -> fn(Self::Arguments) -> Post {
        post_task::<T>
    }

    fn wording(_address: &Self::Address) -> Wording<Self::Arguments, Self::Output> {
        T::WORDING
    }

    /// Only the words of an error come over, not its type.
    fn failed_elsewhere(failure: TaskFailure) -> CallError<Self::Error> {
        CallError::Remote { code: ErrorCode::Failed, begun: true, cause: failure.into_inner() }
    }
}

/// Starts a call of `T`, for stubs of whatever kind. One function for each task, wherever it is called.
#[inline(never)]
pub(crate) fn start_task<T: Task, D: Delivery<T> + Form<D::Raw>>(
    station: &Station,
    request: Request<'_>,
    arguments: T::Arguments,
    cx: &mut Context<'_>,
    waiting: &mut Option<Waiting<D::Value, D::Error>>,
) -> Poll<Result<D::Value, CallError<D::Error>>> {
    let mut room = Room::new();
    let job = room.hold(TaskJob::<T, D>::new(arguments));
    start::<D::Raw, D>((station, const { &T::INFO }), request, job, cx, waiting)
}

/// Puts `T` in line, for stubs of whatever kind.
#[inline]
pub(crate) fn enqueue_task<T: Task>(
    station: &Station,
    request: &Request<'_>,
    arguments: T::Arguments,
    stopped: &mut Option<Stopped>,
) -> Option<Receipt> {
    let mut room = Room::new();
    let job = room.hold(TaskJob::<T, Detached>::new(arguments));
    enqueue(station, request, const { &T::INFO }, job, stopped)
}

/// What puts `T` in line, for stubs of whatever kind.
pub(crate) fn post_task<T: Task>(arguments: T::Arguments) -> Post {
    post(Packed::of(TaskJob::<T, Detached>::new(arguments)))
}
