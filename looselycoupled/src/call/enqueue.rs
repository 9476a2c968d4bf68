//! Putting a task in line through a stub.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::away::set_out;
use super::room::{Room, Ticket, follow};
use super::{Errand, Passage, Passed, block_on, budget, may_block, used_twice};
use crate::dispatch::{Callee, Request};
use crate::error::Error;
use crate::metadata::{Lineage, Priority};
use crate::module::Journey;
use crate::reply::{CallError, TaskFailure};
use crate::waits::Party;

/// A task on its way into a queue: await it until it is accepted.
///
/// Yields a [`Ticket`] as soon as the task is in line; nobody waits for its result, and a failure is reported as an
/// `exception`.
///
/// # Errors
///
/// When awaited, [`Error::Call`] with [`CallError::NotReady`], [`CallError::NotActive`] or
/// [`CallError::ShuttingDown`]: this is not the time; or with [`CallError::QueueFull`]: there is no room.
///
/// # Cancel safety
///
/// Dropping it before it is ready withdraws the task; afterwards the task is in line whatever happens.
#[must_use = "nothing is enqueued until this is awaited"]
pub struct Enqueue<T: Callee> {
    /// Both are taken when the task is pushed.
    pub(super) address: Option<T::Address>,
    pub(super) arguments: Option<T::Arguments>,
    /// Set while the sender waits for room.
    room: Option<Box<Room>>,
    /// Set while interceptors look at the task.
    passage: Option<Box<Passage>>,
    /// Set while the task is under way to another process.
    journey: Option<Journey>,
    pub(super) priority: Option<Priority>,
}

impl<T: Callee> Unpin for Enqueue<T> {}

impl<T: Callee> fmt::Debug for Enqueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = self.address.as_ref().map(|address| T::task(address).name);
        f.debug_struct("Enqueue").field("task", &task).finish_non_exhaustive()
    }
}

impl<T: Callee> Enqueue<T> {
    #[inline(always)]
    pub(super) fn new(
        address: Option<T::Address>,
        arguments: Option<T::Arguments>,
        priority: Option<Priority>,
    ) -> Self {
        Self { address, arguments, room: None, passage: None, journey: None, priority }
    }

    /// Gives the task a priority instead of the sender's.
    pub const fn priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    pub(super) const fn request(&self) -> Request<'static> {
        Request { priority: self.priority, timeout: None, inherited: None, visitor: Party::NONE }
    }

    // Inlined, the ticket stays in registers; otherwise it is copied through memory, which stalls.
    #[inline(always)]
    fn push(
        &mut self,
        address: T::Address,
        arguments: T::Arguments,
        inherited: Option<&Lineage>,
        cx: &Context<'_>,
    ) -> Poll<Result<Ticket, Error>> {
        let request = Request { inherited, ..self.request() };
        let mut stopped = None;
        let receipt = T::enqueue(&address, &request, arguments, &mut stopped);
        let station = T::into_station(address);
        match receipt {
            Some(receipt) => Poll::Ready(Ok(Ticket::new(station, receipt))),
            None => follow(station, stopped, &mut self.room, cx),
        }
    }

    #[inline]
    fn has_detours(&self) -> bool {
        let Some(address) = &self.address else { used_twice() };
        T::station(address).event_loop.services().has_detours()
    }

    #[cold]
    fn take_detour(&mut self, cx: &mut Context<'_>) -> Poll<Result<Ticket, Error>> {
        let (Some(address), Some(arguments)) = (&self.address, &self.arguments) else { used_twice() };
        if !T::station(address).is_elsewhere() {
            let inherited = ready!(self.pass(cx))?;
            let (Some(address), Some(arguments)) = (self.address.take(), self.arguments.take()) else {
                used_twice()
            };
            return self.push(address, arguments, inherited.as_ref(), cx);
        }
        let journey = match &mut self.journey {
            Some(journey) => journey,
            journey @ None => {
                let request = Request { priority: self.priority, ..Request::default() };
                journey.insert(set_out::<T>(address, arguments, request, false)?)
            }
        };
        ready!(journey.as_mut().poll(cx))?;
        (self.address, self.arguments) = (None, None);
        Poll::Ready(Ok(Ticket::elsewhere()))
    }

    /// Lets interceptors look at the task, if there are any; what it inherits then.
    pub(super) fn pass(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Lineage>, Error>> {
        if !self.has_detours() {
            return Poll::Ready(Ok(None));
        }
        let Some(address) = &self.address else { used_twice() };
        let (station, task, request) = (T::station(address), T::task(address), self.request());
        if station.is_elsewhere() {
            // It passes when it leaves.
            return Poll::Ready(Ok(None));
        }
        let passed = ready!(Errand { station, task, request, is_awaited: false }.pass(&mut self.passage, cx));
        Poll::Ready(match passed {
            Ok(Passed { lineage, .. }) => Ok(lineage),
            Err(refusal) => Err(refusal.of_any_task::<TaskFailure>().into()),
        })
    }

    /// Puts the task in line from a thread that may block, and blocks it while there is no room.
    ///
    /// # Errors
    ///
    /// As when awaited, and [`CallError::WrongThread`] on a thread of a runtime.
    pub fn blocking(self) -> Result<Ticket, Error> {
        let Some(address) = &self.address else { used_twice() };
        let station = T::station(address).clone();
        if !may_block() {
            let address = station.tenant().address_of(T::task(address).index as u16).into();
            return Err(CallError::<TaskFailure>::WrongThread { address }.into());
        }
        block_on(station.event_loop.services(), self)
    }
}

impl<T: Callee> Future for Enqueue<T> {
    type Output = Result<Ticket, Error>;

    // Inlined, the ticket stays in registers; otherwise it is copied through memory, which stalls.
    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(room) = &mut this.room {
            return room.poll(cx);
        }
        if budget(cx).is_pending() {
            return Poll::Pending;
        }
        if this.has_detours() {
            return this.take_detour(cx);
        }
        let (Some(address), Some(arguments)) = (this.address.take(), this.arguments.take()) else {
            used_twice()
        };
        this.push(address, arguments, None, cx)
    }
}
