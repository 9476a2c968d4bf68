//! What is awaited until something is accepted that is to be sent later.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::Timer;
use crate::call::{block_on, budget, may_block, used_twice};
use crate::error::Error;
use crate::event_loop::{Services, Times};
use crate::metadata::Lineage;
use crate::sync::Arc;

/// A task or an event that is to be sent later: await it until it is accepted. `V` is what would send it now.
///
/// Yields a [`Timer`], with which it can be cancelled. The time counts from when this is first polled, and what the undelayed
/// form checks is checked then: address, arguments, and whether this is the time for it. When the time has come, it is sent
/// like an undelayed one of that moment: a task waits for room; one that is refused, for want of room or because its module
/// is not there, is reported as an `exception` and found among the [dead letters](crate::Handle::dead_letters). What falls
/// due at the same instant is sent in the order of acceptance.
///
/// Sent once, it inherits transaction, parent and priority as an undelayed one does, and no deadline. Sent again and again,
/// every tick begins a transaction of its own and has that priority. Ticks stand whole periods after the first one, however
/// late any of them was: times do not drift. A tick is missed if the one before it is sent only now or still waits for room;
/// it is skipped and counted ([`Timer::missed`]), never made up for. Times are kept to the millisecond, so ticks follow each
/// other no faster than that.
///
/// What has not been sent when the application ends is undelivered. What a module sends again and again ends when the module
/// is made again.
///
/// # Errors
///
/// Those of the undelayed form up to the acceptance, and [`CallError::NoPeriod`](crate::CallError::NoPeriod) or
/// [`EventError::NoPeriod`](crate::EventError::NoPeriod) for a period of zero.
///
/// # Cancel safety
///
/// It is accepted at the first poll, or not at all.
#[must_use = "nothing is sent later unless this is awaited"]
pub struct Later<V> {
    verb: Option<V>,
    times: Times,
    way: Way<V>,
}

pub(super) type Accept<V> = fn(V, Times, Option<&Lineage>) -> Result<Timer, Error>;
type Pass<V> = fn(&mut V, &mut Context<'_>) -> Poll<Result<Option<Lineage>, Error>>;

/// How something is sent later.
pub(crate) struct Way<V> {
    pub(crate) accept: Accept<V>,
    /// Lets interceptors look at it; what it inherits then, if it does not know that itself.
    pub(crate) pass: Pass<V>,
    /// The application to which it is sent; `None` if it leads nowhere.
    pub(crate) services: fn(&V) -> Option<Arc<Services>>,
    /// Why it is not accepted on a thread that must not block.
    pub(crate) wrong_thread: fn(V) -> Error,
}

impl<V> Unpin for Later<V> {}

impl<V: fmt::Debug> fmt::Debug for Later<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Later").field("verb", &self.verb).field("times", &self.times).finish_non_exhaustive()
    }
}

impl<V> Later<V> {
    pub(crate) const fn new(verb: V, way: Way<V>) -> Self {
        Self { verb: Some(verb), times: Times { after: None, every: None }, way }
    }

    /// After which time it is sent; of what is sent again and again, the first time. Any duration will do; the last one
    /// stated counts.
    pub const fn after(mut self, time: Duration) -> Self {
        self.times.after = Some(time);
        self
    }

    /// Sends it again and again, in this way.
    pub(crate) fn repeated(mut self, period: Duration, way: Way<V>) -> Self {
        self.times.every = Some(period);
        self.way = way;
        self
    }

    pub(crate) fn map(mut self, map: impl FnOnce(V) -> V) -> Self {
        self.verb = self.verb.map(map);
        self
    }

    fn accept(&mut self, cx: &mut Context<'_>) -> Poll<Result<Timer, Error>> {
        let Some(verb) = &mut self.verb else { used_twice() };
        let inherited = ready!((self.way.pass)(verb, cx))?;
        let Some(verb) = self.verb.take() else { used_twice() };
        Poll::Ready((self.way.accept)(verb, self.times, inherited.as_ref()))
    }

    /// Accepts it on a thread that may block.
    ///
    /// # Errors
    ///
    /// As when awaited; `WrongThread` on a thread of a runtime.
    pub fn blocking(mut self) -> Result<Timer, Error> {
        if let Some(verb) = self.verb.take_if(|_| !may_block()) {
            return Err((self.way.wrong_thread)(verb));
        }
        match self.verb.as_ref().and_then(self.way.services) {
            Some(services) => block_on(&services, poll_fn(|cx| self.accept(cx))),
            None => (self.way.accept)(self.verb.take().unwrap_or_else(|| used_twice()), self.times, None),
        }
    }
}

impl<V> Future for Later<V> {
    type Output = Result<Timer, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(budget(cx));
        self.accept(cx)
    }
}
