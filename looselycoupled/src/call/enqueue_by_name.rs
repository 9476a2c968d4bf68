//! Putting a task in line by name.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::away::Astray;
use super::room::{Room, Ticket, follow};
use super::target::Target;
use super::{Errand, Passage, Passed, block_on, budget, may_block, used_twice};
use crate::dispatch::{Request, enqueue_named};
use crate::error::Error;
use crate::metadata::{Lineage, Priority};
use crate::module::{Handle, NamedRequest};
use crate::reply::{CallError, TaskFailure};
use crate::value::Arguments;
use crate::waits::Party;

/// A task on its way into a queue: await it until it is accepted.
///
/// A task that is made inside of a handler inherits transaction and priority from it wherever this is awaited.
///
/// Yields a [`Ticket`] as soon as the task is in line; nobody waits for its result, and a failure is reported as an
/// `exception`.
///
/// # Errors
///
/// Those of [`enqueue_task`](Handle::enqueue_task) when awaited, a wrong address among them.
///
/// # Cancel safety
///
/// Dropping it before it is ready withdraws the task; afterwards the task is in line whatever happens.
#[must_use = "nothing is enqueued until this is awaited"]
pub struct EnqueueByName {
    pub(super) target: Option<Target>,
    /// Set if there is no target.
    pub(super) astray: Astray,
    pub(super) arguments: Arguments,
    /// The arguments have been used.
    begun: bool,
    /// Interceptors have looked at it, on the way into this process.
    is_looked_at: bool,
    /// Set while the sender waits for room.
    room: Option<Box<Room>>,
    /// Set while interceptors look at the task.
    passage: Option<Box<Passage>>,
    pub(super) priority: Option<Priority>,
    pub(super) inherited: Option<Lineage>,
}

impl fmt::Debug for EnqueueByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("EnqueueByName");
        if let Some(target) = &self.target {
            debug.field("address", &target.address()).field("arguments", &self.arguments);
        }
        debug.finish_non_exhaustive()
    }
}

impl EnqueueByName {
    /// Gives the task a priority instead of the sender's.
    pub const fn priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Lets interceptors look at the task, if there are any and it leads anywhere.
    pub(super) fn pass(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(Target { station, entry }) = &self.target else { return Poll::Ready(Ok(())) };
        if self.is_looked_at || !station.event_loop.services().has_detours() {
            return Poll::Ready(Ok(()));
        }
        let inherited = self.inherited.as_ref();
        let request = Request { priority: self.priority, timeout: None, inherited, visitor: Party::NONE };
        let errand = Errand { station, task: entry.info, request, is_awaited: false };
        let passed = ready!(errand.pass(&mut self.passage, cx));
        Poll::Ready(match passed {
            Ok(Passed { lineage, .. }) => {
                self.inherited = lineage.or(self.inherited.take());
                Ok(())
            }
            Err(refusal) => Err(refusal.of_any_task::<TaskFailure>().into()),
        })
    }

    /// Puts the task in line from a thread that may block, and blocks it while there is no room.
    ///
    /// # Errors
    ///
    /// As when awaited, and [`CallError::WrongThread`] on a thread of a runtime.
    pub fn blocking(mut self) -> Result<Ticket, Error> {
        match &self.target {
            Some(target) if may_block() => {
                let station = target.station.clone();
                block_on(station.event_loop.services(), self)
            }
            Some(target) => Err(CallError::<TaskFailure>::WrongThread { address: target.address() }.into()),
            None => match self.astray.services() {
                Some(services) if may_block() => block_on(&services, self),
                _ => Err(self.astray.refuse().into()),
            },
        }
    }

    /// The module is in another process, or nowhere.
    #[cold]
    fn poll_elsewhere(&mut self, cx: &mut Context<'_>) -> Poll<Result<Ticket, Error>> {
        let request = Request {
            priority: self.priority,
            timeout: None,
            inherited: self.inherited.as_ref(),
            visitor: Party::NONE,
        };
        let accepted = self.astray.poll(request, false, &mut self.arguments, cx);
        accepted.map(|accepted| accepted.map(|_| Ticket::elsewhere()).map_err(Into::into))
    }
}

impl Future for EnqueueByName {
    type Output = Result<Ticket, Error>;

    // As for stubs: inlined, the ticket stays in registers.
    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(room) = &mut this.room {
            return room.poll(cx);
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
        let (entry, inherited) = (target.entry, this.inherited.as_ref());
        let request =
            NamedRequest { entry, priority: this.priority, timeout: None, inherited, visitor: Party::NONE };
        let mut stopped = None;
        match enqueue_named(&target.station, &request, &mut this.arguments, &mut stopped) {
            Some(receipt) => Poll::Ready(Ok(Ticket::new(target.station.clone(), receipt))),
            None => follow(target.station.clone(), stopped, &mut this.room, cx),
        }
    }
}

impl Handle {
    /// Puts a task in line by its address, `module.task`; without a dot the task is one of the own module.
    ///
    /// # Errors
    ///
    /// When awaited, as for [`exec_task`](Self::exec_task) up to the acceptance; what the task itself comes to is
    /// not awaited, and a failure is reported as an `exception`.
    ///
    /// # Cancel safety
    ///
    /// See [`EnqueueByName`].
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
    /// handle.enqueue_task("lamp.set_level", args! { level: 40 }).await?;
    /// let ticket = handle.enqueue_task("lamp.set_level", args! { level: 0 }).priority(Priority::Low).await?;
    /// assert!(ticket.cancel(), "it has not begun");
    /// app.quiesce().await;
    /// assert_eq!(handle.exec_task("lamp.set_level", args! { level: 0 }).await?.get::<u8>()?, 40);
    /// # Ok(())
    /// # }
    /// ```
    // As for `exec_task`.
    #[inline(always)]
    pub fn enqueue_task(&self, address: &str, arguments: Arguments) -> EnqueueByName {
        let mut astray = Astray::default();
        let found = self.find(address, &mut astray);
        let inherited = self.lineage();
        EnqueueByName {
            target: found.map(Target::of),
            astray,
            arguments,
            begun: false,
            is_looked_at: false,
            room: None,
            passage: None,
            priority: None,
            inherited,
        }
    }

    /// A task that has come from another process, where interceptors have looked at it.
    pub(crate) fn enqueue_for(&self, address: &str, arguments: Arguments, lineage: Lineage) -> EnqueueByName {
        let task = self.enqueue_task(address, arguments);
        EnqueueByName {
            priority: Some(lineage.priority),
            inherited: Some(lineage),
            is_looked_at: true,
            ..task
        }
    }

    /// [`enqueue_task`](Self::enqueue_task) for threads that may block.
    ///
    /// # Errors
    ///
    /// As for `enqueue_task`, and [`CallError::WrongThread`] on a thread of a runtime.
    pub fn enqueue_task_blocking(&self, address: &str, arguments: Arguments) -> Result<Ticket, Error> {
        self.enqueue_task(address, arguments).blocking()
    }
}
