//! Calling a method of an interface.

#![expect(private_interfaces, reason = "the functions of a callee are hidden: only this crate calls them")]

use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

use super::TypedEntry;
use crate::dispatch::{Callee, Post, Request};
use crate::event_loop::Receipt;
use crate::module::{Address, TaskInfo, Wording};
use crate::reply::{CallError, Stopped, TaskFailure, Waiting};
use crate::router::Station;

/// A method of an interface with parameters `A` (a tuple) and value `O`, as whom its stub calls. The type of a call is
/// `Call<Method<(u8,), u8>>`.
pub struct Method<A, O>(PhantomData<fn(A) -> O>);

impl<A, O> fmt::Debug for Method<A, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Method")
    }
}

/// A method of an interface in one module.
pub struct MethodAddress<A: 'static, O: 'static> {
    station: Station,
    entry: &'static TypedEntry<A, O>,
}

impl<A: 'static, O: 'static> fmt::Debug for MethodAddress<A, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MethodAddress({}.{})", self.station.tenant().name, self.entry.info.name)
    }
}

impl<I: ?Sized> Address<I> {
    /// The address of one method.
    #[inline]
    #[must_use]
    pub fn method<A: 'static, O: 'static>(&self, entry: &'static TypedEntry<A, O>) -> MethodAddress<A, O> {
        MethodAddress { station: self.station.clone(), entry }
    }
}

#[diagnostic::do_not_recommend]
impl<A: Send + 'static, O: Send + 'static> Callee for Method<A, O> {
    type Arguments = A;
    type Output = O;
    type Error = TaskFailure;
    type Address = MethodAddress<A, O>;

    #[inline]
    fn station(address: &Self::Address) -> &Station {
        &address.station
    }

    #[inline]
    fn into_station(address: Self::Address) -> Station {
        address.station
    }

    #[inline]
    fn task(address: &Self::Address) -> &'static TaskInfo {
        address.entry.info
    }

    #[inline]
    fn start(
        address: &Self::Address,
        request: Request<'_>,
        arguments: A,
        cx: &mut Context<'_>,
        waiting: &mut Option<Waiting<O, TaskFailure>>,
    ) -> Poll<Result<O, CallError>> {
        (address.entry.start)(&address.station, request, arguments, cx, waiting)
    }

    #[inline]
    fn enqueue(
        address: &Self::Address,
        request: &Request<'_>,
        arguments: A,
        stopped: &mut Option<Stopped>,
    ) -> Option<Receipt> {
        (address.entry.enqueue)(&address.station, request, arguments, stopped)
    }

    fn post(address: &Self::Address) -> fn(A) -> Post {
        address.entry.post
    }

    fn wording(address: &Self::Address) -> Wording<A, O> {
        address.entry.wording
    }

    fn failed_elsewhere(failure: TaskFailure) -> CallError {
        CallError::Failed(failure)
    }
}
