//! Calls by name.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::away::Astray;
use super::target::Target;
use super::{Errand, Passage, Passed, block_on, budget, may_block, used_twice};
use crate::dispatch::{Request, start_named};
use crate::metadata::{Lineage, Priority};
use crate::module::{Handle, NamedRequest, Reply};
use crate::reply::{CallError, TaskFailure, Waiting};
use crate::value::Arguments;
use crate::waits::Party;

/// A call of a task by its address: await it for the [`Reply`].
///
/// Nothing happens before it is awaited. A call that is made inside of a handler inherits transaction and priority from
/// it wherever it is awaited.
///
/// # Errors
///
/// Those of [`exec_task`](Handle::exec_task) when awaited, a wrong address among them.
///
/// # Cancel safety
///
/// Dropping a call that waits for its turn withdraws it; dropping one that has begun abandons the reply, while the
/// handler runs to its end.
#[must_use = "a call does nothing until it is awaited"]
pub struct CallByName {
    target: Option<Target>,
    /// Set if there is no target.
    astray: Astray,
    arguments: Arguments,
    /// The arguments have been used.
    begun: bool,
    /// Interceptors have looked at it, on the way into this process.
    is_looked_at: bool,
    /// Set while the call waits. Few do; in a box it costs the others nothing.
    waiting: Option<Box<Waiting<Reply, TaskFailure>>>,
    /// Set while interceptors look at the call.
    passage: Option<Box<Passage>>,
    priority: Option<Priority>,
    timeout: Option<Duration>,
    inherited: Option<Lineage>,
    /// Who waits for it in another process.
    visitor: Party,
}

impl fmt::Debug for CallByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("CallByName");
        if let Some(target) = &self.target {
            debug.field("address", &target.address()).field("arguments", &self.arguments);
        }
        debug.finish_non_exhaustive()
    }
}

impl CallByName {
    /// Gives the call a priority. Inside of a handler a call never has a lower one than its caller; a lower one is
    /// raised.
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
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    fn wait(
        &mut self,
        waiting: Option<Waiting<Reply, TaskFailure>>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Reply, CallError>> {
        let (Some(waiting), Some(target)) = (waiting, &self.target) else { used_twice() };
        let waiting = self.waiting.insert(Box::new(waiting));
        waiting.lead_to(target.station.clone());
        waiting.poll(cx)
    }

    /// Lets interceptors look at the call, if there are any and it leads anywhere.
    fn pass(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), CallError>> {
        let Some(Target { station, entry }) = &self.target else { return Poll::Ready(Ok(())) };
        if self.is_looked_at || !station.event_loop.services().has_detours() {
            return Poll::Ready(Ok(()));
        }
        let (priority, timeout, inherited) = (self.priority, self.timeout, self.inherited.as_ref());
        let request = Request { priority, timeout, inherited, visitor: self.visitor };
        let errand = Errand { station, task: entry.info, request, is_awaited: true };
        let passed = ready!(errand.pass(&mut self.passage, cx));
        Poll::Ready(passed.map_err(CallError::of_any_task).map(|Passed { lineage, timeout }| {
            self.inherited = lineage.or(self.inherited.take());
            self.timeout = timeout.or(self.timeout);
        }))
    }

    /// Makes the call from a thread that may block, and blocks it until the result is there.
    ///
    /// # Errors
    ///
    /// As when awaited, and [`CallError::WrongThread`] on a thread of a runtime.
    pub fn blocking(mut self) -> Result<Reply, CallError> {
        match &self.target {
            Some(target) if may_block() => {
                let station = target.station.clone();
                block_on(station.event_loop.services(), self)
            }
            Some(target) => Err(CallError::WrongThread { address: target.address() }),
            None => match self.astray.services() {
                Some(services) if may_block() => block_on(&services, self),
                _ => Err(self.astray.refuse()),
            },
        }
    }

    /// The module is in another process, or nowhere.
    #[cold]
    fn poll_elsewhere(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply, CallError>> {
        let (priority, timeout, inherited) = (self.priority, self.timeout, self.inherited.as_ref());
        let request = Request { priority, timeout, inherited, visitor: self.visitor };
        self.astray.poll(request, true, &mut self.arguments, cx).map_ok(Reply::from_elsewhere)
    }
}

impl Future for CallByName {
    type Output = Result<Reply, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(waiting) = &mut this.waiting {
            return if waiting.done { used_twice() } else { waiting.poll(cx) };
        }
        if budget(cx).is_pending() {
            return Poll::Pending;
        }
        if this.begun {
            used_twice();
        }
        ready!(this.pass(cx))?;
        let Some(target) = &this.target else { return this.poll_elsewhere(cx) };
        this.begun = true;
        let inherited = this.inherited.as_ref();
        let (entry, priority) = (target.entry, this.priority);
        let request =
            NamedRequest { entry, priority, timeout: this.timeout, inherited, visitor: this.visitor };
        let mut waiting = None;
        let polled = start_named(&target.station, &request, &mut this.arguments, cx, &mut waiting);
        if polled.is_pending() {
            return this.wait(waiting, cx);
        }
        polled
    }
}

impl Handle {
    /// Calls a task by its address, `module.task`, and brings its result back; without a dot the task is one of the
    /// own module.
    ///
    /// # Errors
    ///
    /// When awaited:
    /// - [`CallError::UnknownModule`], [`CallError::UnknownTask`]: the address leads nowhere; the error knows the
    ///   nearest one.
    /// - [`CallError::Argument`]: an argument is missing, unknown, given twice, or of another type.
    /// - [`CallError::NotReady`], [`CallError::NotActive`], [`CallError::ShuttingDown`]: this is not the time.
    /// - [`CallError::Cycle`], [`CallError::QueueFull`]: the call cannot get its turn.
    /// - [`CallError::Failed`], [`CallError::Panicked`], [`CallError::Timeout`]: what became of it.
    ///
    /// # Cancel safety
    ///
    /// See [`CallByName`].
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
    /// let handle = app.handle();
    /// let reply = handle.exec_task("lamp.set_level", args! { level: 40 }).timeout(Duration::from_secs(1)).await?;
    /// assert_eq!(reply.get::<u8>()?, 0);
    ///
    /// let refused = handle.exec_task("lamp.set_level", args! { levle: 40 }).await.unwrap_err();
    /// assert_eq!(refused.to_string(), "`lamp.set_level`: unknown argument `levle`; did you mean `level`?");
    /// # Ok(())
    /// # }
    /// ```
    // Inlined, the call is built where it is awaited: moving it there takes a tenth of its time.
    #[inline(always)]
    pub fn exec_task(&self, address: &str, arguments: Arguments) -> CallByName {
        let mut astray = Astray::default();
        let found = self.find(address, &mut astray);
        let inherited = self.lineage();
        CallByName {
            target: found.map(Target::of),
            astray,
            arguments,
            begun: false,
            is_looked_at: false,
            waiting: None,
            passage: None,
            priority: None,
            timeout: None,
            inherited,
            visitor: Party::NONE,
        }
    }

    /// A call that has come from another process, where interceptors have looked at it.
    pub(crate) fn exec_for(
        &self,
        address: &str,
        arguments: Arguments,
        lineage: Lineage,
        visitor: Party,
    ) -> CallByName {
        let call = self.exec_task(address, arguments);
        let (priority, inherited) = (Some(lineage.priority), Some(lineage));
        CallByName { priority, inherited, visitor, is_looked_at: true, ..call }
    }

    /// [`exec_task`](Self::exec_task) for threads that may block.
    ///
    /// # Errors
    ///
    /// As for `exec_task`, and [`CallError::WrongThread`] on a thread of a runtime.
    pub fn exec_task_blocking(&self, address: &str, arguments: Arguments) -> Result<Reply, CallError> {
        self.exec_task(address, arguments).blocking()
    }
}
