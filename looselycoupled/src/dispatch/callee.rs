//! Whom a stub calls.

#![expect(private_interfaces, reason = "the functions of a callee are hidden: only this crate calls them")]

use std::task::{Context, Poll};

use super::delivery::Typed;
use super::sender::Request;
use super::{Supply, delay, enqueue, start};
use crate::event_loop::{Receipt, Work};
use crate::module::{Address, Task, TaskInfo};
use crate::reply::{BoxError, CallError, Stopped, Waiting};
use crate::router::Station;
use crate::sync::Arc;

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
    fn delay(
        address: &Self::Address,
        request: &Request<'_>,
        supply: Supply<Self::Arguments>,
    ) -> Result<Arc<dyn Work>, CallError>;
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
        start::<T, Typed>(&address.station, request, arguments, cx, waiting)
    }

    #[inline(always)]
    fn enqueue(
        address: &Self::Address,
        request: &Request<'_>,
        arguments: Self::Arguments,
        stopped: &mut Option<Stopped>,
    ) -> Option<Receipt> {
        enqueue::<T>(&address.station, request, arguments, stopped)
    }

    fn delay(
        address: &Self::Address,
        request: &Request<'_>,
        supply: Supply<Self::Arguments>,
    ) -> Result<Arc<dyn Work>, CallError> {
        delay::<T>(&address.station, Self::task(address), request, supply)
    }
}
