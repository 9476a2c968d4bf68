//! Waiting for the next event.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::inbox::{Closed, Filter, Found, Goes, Inbox};
use super::registration::{Registration, SubscriptionId};
use super::stream::CAPACITY;
use super::typed::TypedEvent;
use crate::address::{EventPattern, NameError};
use crate::call::{block_on, budget, may_block};
use crate::envelope::{Event, EventRecord};
use crate::error::{Error, WaitError};
use crate::event_loop::later;
use crate::module::{Application, Handle};
use crate::sync::Arc;

/// The next event that is sent from the moment in which this was made, whether it has been polled by then or not.
///
/// It is heard whoever else hears it. Dropped, it leaves nothing behind.
///
/// # Errors
///
/// When awaited, [`Error::Wait`]: the time is over, the event does not fit, the application has ended, or a module waits and the
/// modules are told to end.
///
/// # Cancel safety
///
/// Safe to drop; the event is lost if it had come.
#[must_use = "nobody waits unless this is awaited"]
pub struct WaitFor<T = EventRecord> {
    /// The name or pattern as it was written.
    event: Box<str>,
    waiting: Result<Waiting, NameError>,
    application: Arc<Application>,
    timeout: Option<Timeout>,
    convert: fn(EventRecord) -> Result<T, WaitError>,
}

struct Waiting {
    inbox: Arc<Inbox>,
    registration: Registration,
    filter: Option<Filter>,
}

struct Timeout {
    after: Duration,
    until: Instant,
    /// Made when first polled: only then there must be a runtime.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<T> fmt::Debug for WaitFor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFor").field("event", &self.event).finish_non_exhaustive()
    }
}

impl<T> WaitFor<T> {
    fn new(handle: &Handle, event: &str, convert: fn(EventRecord) -> Result<T, WaitError>) -> Self {
        let waiting = event.parse::<EventPattern>().map(|pattern| {
            // The first event counts, so what comes after it may go.
            let inbox = Arc::new(Inbox::new(1, Goes::Newest));
            let registration = Registration::new(handle, pattern, Arc::clone(&inbox) as _);
            Waiting { inbox, registration, filter: None }
        });
        let application = Arc::clone(&handle.application);
        Self { event: event.into(), waiting, application, timeout: None, convert }
    }

    /// Waits so long at most, counted from now.
    pub fn timeout(mut self, after: Duration) -> Self {
        self.timeout = Some(Timeout { after, until: later(Instant::now(), after), sleep: None });
        self
    }

    /// Waits for the first event that the filter wants. It runs when this is polled; up to 65,536 events wait for that, and
    /// if more came, this fails with [`WaitError::Overrun`]. A second filter replaces the first.
    pub fn matching(mut self, filter: impl FnMut(&EventRecord) -> bool + Send + 'static) -> Self {
        if let Ok(waiting) = &mut self.waiting {
            waiting.inbox.set_capacity(CAPACITY);
            waiting.filter = Some(Box::new(filter));
        }
        self
    }

    /// With which others can [end](Handle::unsubscribe) the wait; `None` if the name is malformed.
    #[must_use]
    pub fn id(&self) -> Option<SubscriptionId> {
        self.waiting.as_ref().ok().map(|waiting| waiting.registration.id())
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, WaitError>> {
        let waiting = match &mut self.waiting {
            Ok(waiting) => waiting,
            Err(error) => return Poll::Ready(Err(WaitError::Name(error.clone()))),
        };
        while let Poll::Ready(found) = waiting.inbox.poll(cx) {
            match found {
                Found::Event(record) if waiting.filter.as_mut().is_none_or(|wants| wants(&record)) => {
                    return Poll::Ready((self.convert)(record));
                }
                Found::Event(_) => {}
                Found::Gap(missed) => return Poll::Ready(Err(WaitError::Overrun { missed })),
                Found::Closed(Closed::Ended) => return Poll::Ready(Err(WaitError::Ended)),
                Found::Closed(Closed::Removed) => return Poll::Ready(Err(WaitError::Unsubscribed)),
            }
        }
        let Some(timeout) = &mut self.timeout else { return Poll::Pending };
        let sleep = timeout.sleep.get_or_insert_with(|| Box::pin(sleep_until(timeout.until)));
        sleep.as_mut().poll(cx).map(|()| Err(WaitError::Timeout { after: timeout.after }))
    }

    fn failed(&self, cause: WaitError) -> Error {
        Error::Wait { event: self.event.clone(), cause: Box::new(cause) }
    }

    /// Waits on a thread that may block.
    ///
    /// # Errors
    ///
    /// As when awaited, and [`WaitError::WrongThread`] on a thread of a runtime.
    pub fn blocking(self) -> Result<T, Error> {
        if !may_block() {
            return Err(self.failed(WaitError::WrongThread));
        }
        let application = Arc::clone(&self.application);
        block_on(&application.services, self)
    }
}

impl<T> Future for WaitFor<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if budget(cx).is_pending() {
            return Poll::Pending;
        }
        self.poll_event(cx).map_err(|cause| self.failed(cause))
    }
}

impl Handle {
    /// Waits for the next event of a name, or whose name matches a pattern.
    ///
    /// # Errors
    ///
    /// When awaited, see [`WaitFor`].
    ///
    /// # Cancel safety
    ///
    /// See [`WaitFor`].
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # #[derive(Default)]
    /// # struct Lamp;
    /// # #[module]
    /// # impl Lamp {
    /// #     #[task]
    /// #     fn level(&self) -> u8 {
    /// #         0
    /// #     }
    /// # }
    /// let app = App::builder().module("lamp", Lamp).start().await?;
    /// let handle = app.handle();
    /// let opened = handle.wait_for_event("door_opened");
    /// handle.trigger_event("door_opened", args! { door: 3 }).await?;
    /// assert_eq!(opened.await?.field::<u8>("door")?, 3);
    ///
    /// let never = handle.wait_for_event("door_opened").timeout(Duration::from_millis(1)).await.unwrap_err();
    /// assert_eq!(never.to_string(), "waited for event `door_opened`: none came within 1ms");
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_event(&self, name: &str) -> WaitFor {
        WaitFor::new(self, name, Ok)
    }

    /// Waits for the next event of a type. Sent by name, it is decoded.
    ///
    /// # Errors
    ///
    /// When awaited, see [`WaitFor`].
    ///
    /// # Cancel safety
    ///
    /// See [`WaitFor`].
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    ///
    /// #[event]
    /// #[derive(Debug, Clone, Serialize, Deserialize)]
    /// struct Motion {
    ///     room: String,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # #[derive(Default)]
    /// # struct Lamp;
    /// # #[module]
    /// # impl Lamp {
    /// #     #[task]
    /// #     fn level(&self) -> u8 {
    /// #         0
    /// #     }
    /// # }
    /// let app = App::builder().module("lamp", Lamp).start().await?;
    /// let handle = app.handle();
    /// let motion = handle.wait_for::<Motion>().timeout(Duration::from_secs(1));
    /// handle.trigger(Motion { room: "hall".to_owned() }).await?;
    /// assert_eq!(motion.await?.room, "hall");
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for<E: Event>(&self) -> WaitFor<TypedEvent<E>> {
        WaitFor::new(self, E::NAME, TypedEvent::new)
    }
}
