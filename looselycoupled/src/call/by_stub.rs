//! Calls through a stub.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::away::{arrived, set_out};
use super::enqueue::Enqueue;
use super::{Errand, Passage, Passed, block_on, budget, may_block, used_twice};
use crate::dispatch::{Callee, Request};
use crate::metadata::Priority;
use crate::module::Journey;
use crate::reply::{CallError, Waiting};
use crate::router::Station;
use crate::waits::Party;

/// A call through a stub, of a module or of an interface: await it for the result, or [`enqueue`](Self::enqueue) it.
///
/// Nothing happens before it is awaited. The result is the task's own, typed. The call inherits transaction, priority and
/// deadline from the handler that awaits it first; in a task of its own it begins a transaction.
///
/// # Errors
///
/// When awaited:
/// - [`CallError::Failed`], [`CallError::Panicked`], [`CallError::Timeout`]: what became of it; the first holds the
///   task's own error.
/// - [`CallError::NotReady`], [`CallError::NotActive`], [`CallError::ShuttingDown`]: this is not the time.
/// - [`CallError::Cycle`], [`CallError::QueueFull`]: the call cannot get its turn.
/// - [`CallError::Unreachable`], [`CallError::Remote`]: the module is in another process, of which the second tells what went
///   wrong there. Of an error of the task's own only the words come over, so it is [`CallError::Remote`] too.
///
/// # Cancel safety
///
/// Dropping a call that waits for its turn withdraws it; dropping one that has begun abandons the reply, while the
/// handler runs to its end.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// # #[derive(Default)]
/// # struct Lamp {
/// #     level: u8,
/// # }
/// # #[module]
/// # impl Lamp {
/// #     #[task]
/// #     fn set_level(&mut self, level: u8) -> u8 {
/// #         std::mem::replace(&mut self.level, level)
/// #     }
/// #     #[on_event]
/// #     fn on_sunset(&mut self, level: u8) {
/// #         self.level = level;
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = App::builder().module("lamp", Lamp::default()).start().await?;
/// let lamp: LampStub = app.handle().stub("lamp")?;
/// let before = lamp.set_level(40).priority(Priority::High).timeout(Duration::from_secs(1)).await?;
/// assert_eq!(before, 0);
/// let _ticket = lamp.set_level(60).enqueue().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited or enqueued"]
pub struct Call<T: Callee> {
    /// Handed on when the call waits here.
    address: Option<T::Address>,
    /// Taken when the call begins.
    arguments: Option<T::Arguments>,
    /// Set while the call waits.
    waiting: Option<Waiting<T::Output, T::Error>>,
    /// Set while interceptors look at the call.
    passage: Option<Box<Passage>>,
    /// Set while the call is under way in another process.
    journey: Option<Journey>,
    priority: Option<Priority>,
    timeout: Option<Duration>,
}

impl<T: Callee> Unpin for Call<T> {}

impl<T: Callee> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let module = self.address.as_ref().map(|address| &*T::station(address).tenant().name);
        let task = self.address.as_ref().map(|address| T::task(address).name);
        f.debug_struct("Call").field("module", &module).field("task", &task).finish_non_exhaustive()
    }
}

impl<T: Callee> Call<T> {
    #[doc(hidden)]
    #[inline]
    pub const fn new(address: T::Address, arguments: T::Arguments) -> Self {
        Self {
            address: Some(address),
            arguments: Some(arguments),
            waiting: None,
            passage: None,
            journey: None,
            priority: None,
            timeout: None,
        }
    }

    /// Gives the call a priority. Inside of a handler a call never has a lower one than its caller; a lower one is
    /// raised.
    #[inline]
    pub const fn priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Gives the call a time, counted from when it is first polled. Calls made while it is handled inherit what is
    /// left of it.
    ///
    /// # Panics
    ///
    /// When it has to wait and is polled outside of a tokio runtime with timers.
    #[inline]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Puts the task in line instead; nobody waits for its result, and a failure is reported.
    #[inline(always)]
    pub fn enqueue(self) -> Enqueue<T> {
        Enqueue::new(self.address, self.arguments, self.priority)
    }

    /// Makes the call from a thread that may block, and blocks it until the result is there.
    ///
    /// # Errors
    ///
    /// As when awaited, and [`CallError::WrongThread`] on a thread of a runtime.
    pub fn blocking(self) -> Result<T::Output, CallError<T::Error>> {
        let Some(address) = &self.address else { used_twice() };
        let station = T::station(address).clone();
        if !may_block() {
            return Err(CallError::WrongThread {
                address: station.tenant().address_of(T::task(address).index as u16).into(),
            });
        }
        block_on(station.event_loop.services(), self)
    }

    #[inline]
    fn begin(
        &mut self,
        arguments: T::Arguments,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T::Output, CallError<T::Error>>> {
        let Some(address) = self.address.take() else { used_twice() };
        if T::station(&address).event_loop.services().has_detours() {
            return self.take_detour(address, arguments, cx);
        }
        let request =
            Request { priority: self.priority, timeout: self.timeout, inherited: None, visitor: Party::NONE };
        self.start(address, request, arguments, cx)
    }

    #[cold]
    fn take_detour(
        &mut self,
        address: T::Address,
        arguments: T::Arguments,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T::Output, CallError<T::Error>>> {
        if !T::station(&address).is_elsewhere() {
            return self.pass(address, arguments, cx);
        }
        let Self { priority, timeout, .. } = *self;
        let request = Request { priority, timeout, inherited: None, visitor: Party::NONE };
        match set_out::<T>(&address, &arguments, request, true) {
            Ok(journey) => {
                (self.address, self.journey) = (Some(address), Some(journey));
                self.go_on(cx)
            }
            Err(refusal) => Poll::Ready(arrived::<T>(&address, Err(refusal))),
        }
    }

    /// Goes on with what is under way in another process.
    #[cold]
    fn go_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<T::Output, CallError<T::Error>>> {
        let (Some(address), Some(journey)) = (&self.address, &mut self.journey) else { used_twice() };
        let answer = ready!(journey.as_mut().poll(cx));
        self.journey = None;
        Poll::Ready(arrived::<T>(address, answer))
    }

    /// Begins after interceptors have looked at the call.
    fn pass(
        &mut self,
        address: T::Address,
        arguments: T::Arguments,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T::Output, CallError<T::Error>>> {
        let Self { priority, timeout, .. } = *self;
        let request = Request { priority, timeout, inherited: None, visitor: Party::NONE };
        let (station, task) = (T::station(&address), T::task(&address));
        match (Errand { station, task, request, is_awaited: true }).pass(&mut self.passage, cx) {
            Poll::Ready(Ok(Passed { lineage, timeout: left })) => {
                let request = Request {
                    priority,
                    timeout: left.or(timeout),
                    inherited: lineage.as_ref(),
                    visitor: Party::NONE,
                };
                self.start(address, request, arguments, cx)
            }
            Poll::Ready(Err(refusal)) => Poll::Ready(Err(refusal.of_any_task())),
            Poll::Pending => {
                (self.address, self.arguments) = (Some(address), Some(arguments));
                Poll::Pending
            }
        }
    }

    #[inline(always)]
    fn start(
        &mut self,
        address: T::Address,
        request: Request<'_>,
        arguments: T::Arguments,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T::Output, CallError<T::Error>>> {
        match T::start(&address, request, arguments, cx, &mut self.waiting) {
            // Each by itself: the whole would be copied through memory, which stalls.
            Poll::Ready(Ok(output)) => Poll::Ready(Ok(output)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.wait(T::into_station(address), cx),
        }
    }

    fn wait(
        &mut self,
        station: Station,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T::Output, CallError<T::Error>>> {
        let Some(waiting) = &mut self.waiting else { used_twice() };
        waiting.lead_to(station);
        waiting.poll(cx)
    }
}

impl<T: Callee> Future for Call<T> {
    type Output = Result<T::Output, CallError<T::Error>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(waiting) = &mut this.waiting {
            return if waiting.done { used_twice() } else { waiting.poll(cx) };
        }
        if budget(cx).is_pending() {
            return Poll::Pending;
        }
        match this.arguments.take() {
            Some(arguments) => this.begin(arguments, cx),
            None => this.go_on(cx),
        }
    }
}
