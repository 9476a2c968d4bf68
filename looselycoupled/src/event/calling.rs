//! Handing events to a function.

use std::fmt;
use std::future::Future;

use super::callback::{Callback, CallbackResult, callback_item};
use super::labels::{CALLBACK, GuestLabels};
use super::registration::{Registration, owner};
use super::stream::CAPACITY;
use crate::address::EventPattern;
use crate::envelope::EventRecord;
use crate::event_loop::{
    EventLoop, Item, Kind, Label, Limits, LoopFrame, Lost, Opened, Resident, State, Tenant,
};
use crate::lifecycle::Phase;
use crate::mailbox::Slot;
use crate::module::Handle;
use crate::router::{Ear, Heard, Heed, Station};
use crate::statistics::{Loss, MessageKind};
use crate::sync::{Arc, AtomicBool, Ordering};

/// What has a bound that can be set.
pub(super) trait Bounded: Send + Sync {
    fn bound(&self, capacity: usize);
}

impl<F: Send> Bounded for Callback<F> {
    fn bound(&self, capacity: usize) {
        self.set_capacity(capacity);
    }
}

/// Which of the events that come a function wants.
pub(super) enum Wanted {
    Every,
    /// Only the first one; whether it has come, or is not wanted any more.
    Next(AtomicBool),
}

impl Wanted {
    pub(super) fn next() -> Self {
        Self::Next(AtomicBool::new(false))
    }
}

/// Where a function is called.
#[derive(Clone)]
pub(crate) struct Venue {
    pub(crate) station: Station,
    /// Keeps its loop open, if it was opened while the application runs.
    pub(crate) open: Option<Arc<Opened>>,
}

/// Makes a subscription whose events a function is called with: where that is stated, or on a loop of its own.
pub(super) fn listen<F, Fut>(
    handle: &Handle,
    pattern: EventPattern,
    function: F,
    wanted: Wanted,
    venue: Option<Venue>,
) -> (Registration, Arc<dyn Bounded>)
where
    F: FnMut(EventRecord) -> Option<Fut> + Send + 'static,
    Fut: Future<Output: CallbackResult> + Send + 'static,
{
    let number = handle.application.router.listeners.next_number();
    let name: Arc<str> = format!("{pattern}#{number}").into();
    let callback = Arc::new(Callback::new(Arc::clone(&name), pattern.as_str(), function, CAPACITY));
    let is_alone = venue.is_none();
    let venue = venue.unwrap_or_else(|| open(handle, name));
    let event_loop = Arc::clone(&venue.station.event_loop);
    let caller = Caller { callback: Arc::clone(&callback), venue, is_alone, wanted };
    let registration = Registration::numbered(handle, number, pattern, Arc::new(caller));
    // Looked at afterwards: whoever closes the loop from now on finds the listener.
    if !is_alone && event_loop.was_opened() && event_loop.opened().is_none() {
        handle.application.router.listeners.forget_on(&event_loop);
        let (callback, event_loop) = (callback.name(), event_loop.name());
        tracing::warn!(target: "looselycoupled", %callback, %event_loop, "the event loop has been closed: this callback hears nothing");
    }
    (registration, callback)
}

/// A loop for one callback.
fn open(handle: &Handle, name: Arc<str>) -> Venue {
    let tenant = Tenant::new(name, owner(handle), &GuestLabels);
    Phase::begin(&tenant);
    let services = &handle.application.services;
    let (lease, frame) = (services.lease(), LoopFrame::default());
    let opened = EventLoop::open(lease, frame, Limits::NONE, tenant, services);
    let _moved_in = opened.event_loop().move_in(0, Resident::Exclusive(State::new(())));
    Venue { station: Station::new(Arc::clone(opened.event_loop()), 0), open: Some(opened) }
}

/// Hands events to a function.
struct Caller<F> {
    callback: Arc<Callback<F>>,
    /// Where it is called.
    venue: Venue,
    /// Nobody else is there.
    is_alone: bool,
    wanted: Wanted,
}

impl<F> fmt::Debug for Caller<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.venue.station.tenant().name)
    }
}

impl<F> Caller<F> {
    #[cold]
    fn lose(&self, record: &EventRecord, reason: Loss) {
        self.venue.station.tenant().counters.exceptions().lost_at_the_door.add();
        let lineage = record.lineage();
        let lost = Lost {
            label: Label { tenant: self.venue.station.tenant, handler: CALLBACK },
            kind: MessageKind::Event,
            transaction: lineage.transaction,
            priority: lineage.priority,
            idle_born: lineage.idle_born,
        };
        self.venue.station.event_loop.lose(&lost, reason);
    }

    /// Says once that events are lost.
    fn mention(&self) {
        let tenant = self.venue.station.tenant();
        if !tenant.counters.exceptions().drops_are_mentioned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "looselycoupled",
                callback = %tenant.name,
                "the callback is slower than its events come: the newest are dropped and counted (said once for each)"
            );
        }
    }
}

impl<F, Fut> Caller<F>
where
    F: FnMut(EventRecord) -> Option<Fut> + Send + 'static,
    Fut: Future<Output: CallbackResult> + Send + 'static,
{
    /// False: the loop takes nothing in any more.
    fn push(&self, record: &EventRecord) -> bool {
        let mut obstacle = None;
        let copy = record.clone();
        let fill =
            |slot: Slot<'_, Item>| callback_item(slot, copy, self.venue.station.tenant, &self.callback);
        let _receipt = self.venue.station.event_loop.push(Kind::BoundedElsewhere, fill, &mut obstacle);
        if obstacle.is_some() {
            self.lose(record, Loss::Undelivered);
        }
        obstacle.is_none()
    }

    /// The function is called no more; false if that was so before.
    fn shut(&self) -> bool {
        let is_first = self.callback.close();
        if self.is_alone {
            self.venue.station.event_loop.close();
        }
        is_first
    }

    #[cold]
    fn miss(&self, record: &EventRecord) {
        self.lose(record, Loss::Dropped);
        self.mention();
        self.callback.miss(record.priority(), |gap| {
            self.push(&gap);
        });
    }
}

impl<F, Fut> Ear for Caller<F>
where
    F: FnMut(EventRecord) -> Option<Fut> + Send + 'static,
    Fut: Future<Output: CallbackResult> + Send + 'static,
{
    fn hear(&self, record: &EventRecord) -> Heed {
        let heed = match &self.wanted {
            _ if self.callback.is_closed() => return Heed::Ignored,
            Wanted::Next(has_come) if has_come.swap(true, Ordering::Relaxed) => return Heed::Ignored,
            Wanted::Next(_) => Heed::HeardLast,
            Wanted::Every => Heed::Heard,
        };
        if self.callback.admit() {
            if !self.push(record) {
                return Heed::Ignored;
            }
        } else {
            self.miss(record);
        }
        heed
    }

    fn close(&self) -> bool {
        if let Wanted::Next(has_come) = &self.wanted
            && has_come.swap(true, Ordering::Relaxed)
        {
            return false;
        }
        self.shut()
    }

    fn end(&self) {
        self.shut();
    }

    fn is_on(&self, event_loop: &EventLoop) -> bool {
        std::ptr::eq(&*self.venue.station.event_loop, event_loop)
    }

    fn heard(&self) -> Heard {
        self.callback.heard()
    }
}
