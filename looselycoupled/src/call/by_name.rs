//! Calls by name.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::target::Target;
use super::{Reply, block_on, budget, may_block, used_twice};
use crate::metadata::{Lineage, Priority};
use crate::module::{Handle, NamedRequest};
use crate::reply::{CallError, TaskFailure, Waiting};
use crate::value::{Arguments, Value};

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
    target: Result<Target, Option<CallError>>,
    arguments: Arguments,
    /// The arguments have been used.
    begun: bool,
    /// Set while the call waits.
    waiting: Option<Waiting<Value, TaskFailure>>,
    priority: Option<Priority>,
    timeout: Option<Duration>,
    inherited: Option<Lineage>,
}

impl fmt::Debug for CallByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("CallByName");
        if let Ok(target) = &self.target {
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
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Makes the call from a thread that may block, and blocks it until the result is there.
    ///
    /// # Errors
    ///
    /// As when awaited, and [`CallError::WrongThread`] on a thread of a runtime.
    pub fn blocking(self) -> Result<Reply, CallError> {
        match &self.target {
            Ok(target) if may_block() => {
                let station = target.station.clone();
                block_on(station.event_loop.services(), self)
            }
            Ok(target) => Err(CallError::WrongThread { address: target.address() }),
            Err(_) => {
                let used = || CallError::Failed(TaskFailure::of("used twice"));
                Err(self.target.err().flatten().unwrap_or_else(used))
            }
        }
    }
}

impl Future for CallByName {
    type Output = Result<Reply, CallError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let (Some(waiting), Ok(target)) = (&mut this.waiting, &this.target) {
            return waiting.poll(cx).map_ok(|value| Reply::new(value, target.task()));
        }
        if budget(cx).is_pending() {
            return Poll::Pending;
        }
        let target = match &mut this.target {
            Ok(target) => target,
            Err(error) => {
                let Some(error) = error.take() else { used_twice() };
                return Poll::Ready(Err(error));
            }
        };
        if std::mem::replace(&mut this.begun, true) {
            used_twice();
        }
        let inherited = this.inherited.as_ref();
        let request = NamedRequest { priority: this.priority, timeout: this.timeout, inherited };
        match (target.entry.start)(&target.station, &request, &mut this.arguments, cx, &mut this.waiting) {
            Some(Ok(value)) => Poll::Ready(Ok(Reply::new(value, target.task()))),
            Some(Err(error)) => Poll::Ready(Err(error)),
            None => {
                let Some(waiting) = &mut this.waiting else { used_twice() };
                waiting.lead_to(target.station.clone());
                waiting.poll(cx).map_ok(|value| Reply::new(value, target.task()))
            }
        }
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
    #[inline]
    pub fn exec_task(&self, address: &str, arguments: Arguments) -> CallByName {
        CallByName {
            target: self.target(address).map_err(Some),
            arguments,
            begun: false,
            waiting: None,
            priority: None,
            timeout: None,
            inherited: self.lineage(),
        }
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
