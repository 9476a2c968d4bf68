//! Events one after the other, at the reader's own pace.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::inbox::{Filter, Found, Goes, Inbox};
use super::registration::{Registration, SubscriptionId, parsed};
use crate::call::budget;
use crate::envelope::EventRecord;
use crate::event_loop::Missed;
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::Handle;
use crate::sync::Arc;

/// How many events wait for a reader, unless it says another number.
pub(super) const CAPACITY: usize = 65_536;

/// Events as they come, in the order in which each of their senders sent them.
///
/// The subscription begins when the stream is made and ends when it is dropped. Events wait for the reader, however slow it
/// is; of more than the [capacity](Self::capacity) the oldest go. Where some are missing the stream yields a record whose
/// [`gap`](EventRecord::gap) says how many, and goes on. It ends when the application has ended, one that a module made when
/// the modules are told to end, both after what waits; or when somebody has [removed](Handle::unsubscribe) it.
///
/// What waits here is no work: [`quiesce`](Handle::quiesce) does not wait for readers.
#[must_use = "the subscription ends when this is dropped"]
pub struct EventStream {
    inbox: Arc<Inbox>,
    registration: Registration,
    filter: Option<Filter>,
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("pattern", &self.registration.pattern()).finish_non_exhaustive()
    }
}

impl EventStream {
    /// How many events wait for the reader at most; at least 1, and 65,536 unless stated.
    pub fn capacity(self, capacity: usize) -> Self {
        self.inbox.set_capacity(capacity);
        self
    }

    /// Yields only what the filter wants, and gaps. It runs when the stream is read, so until then unwanted events take
    /// their room. A second filter replaces the first.
    pub fn matching(mut self, filter: impl FnMut(&EventRecord) -> bool + Send + 'static) -> Self {
        self.filter = Some(Box::new(filter));
        self
    }

    /// With which others can [remove](Handle::unsubscribe) the subscription.
    #[must_use]
    pub fn id(&self) -> SubscriptionId {
        self.registration.id()
    }

    /// The next event; `None` when there will be none any more.
    ///
    /// # Cancel safety
    ///
    /// Safe: no event is lost.
    pub async fn next(&mut self) -> Option<EventRecord> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<EventRecord>> {
        loop {
            if budget(cx).is_pending() {
                return Poll::Pending;
            }
            let Poll::Ready(found) = self.inbox.poll(cx) else { return Poll::Pending };
            match found {
                Found::Event(record) if self.filter.as_mut().is_none_or(|wants| wants(&record)) => {
                    return Poll::Ready(Some(record));
                }
                Found::Event(_) => {}
                Found::Gap(missed) => return Poll::Ready(Some(self.gap(missed))),
                Found::Closed(_) => return Poll::Ready(None),
            }
        }
    }

    fn gap(&self, missed: u64) -> EventRecord {
        let lineage = Lineage::root(ModuleIndex::OUTSIDE, Priority::Normal);
        let pattern = self.registration.pattern().into();
        EventRecord::of_gap("subscription", pattern, Arc::new(Missed::of(missed)), lineage)
    }
}

impl Stream for EventStream {
    type Item = EventRecord;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<EventRecord>> {
        self.poll_event(cx)
    }
}

impl Handle {
    /// Subscribes to all events whose names match a pattern: `*` stands for any characters within a segment, `**` for any
    /// number of segments. The framework's own events are heard by their exact names only.
    ///
    /// In the name of a module, it does not hear what that module sends, and ends when the module is made again.
    ///
    /// # Panics
    ///
    /// The pattern is malformed. One that comes from outside of the program is checked by reading it as an
    /// [`EventPattern`](crate::address::EventPattern).
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
    /// let mut readings = app.handle().subscribe("sensor.**").capacity(100);
    /// app.handle().trigger_event("sensor.hall.level", args! { percent: 80 }).await?;
    /// let reading = readings.next().await.expect("one was sent");
    /// assert_eq!((reading.name(), reading.field("percent")?), ("sensor.hall.level", 80));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn subscribe(&self, pattern: &str) -> EventStream {
        let pattern = parsed(pattern);
        let inbox = Arc::new(Inbox::new(CAPACITY, Goes::Oldest));
        let registration = Registration::new(self, pattern, Arc::clone(&inbox) as _);
        EventStream { inbox, registration, filter: None }
    }
}
