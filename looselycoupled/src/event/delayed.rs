//! Sending events later.

use std::time::Duration;

use super::trigger::{Trigger, not_sent, publish};
use crate::call::{Later, Timer, Way, used_twice};
use crate::envelope::EventRecord;
use crate::error::{Error, EventError};
use crate::event_loop::{Booking, Cause, Parking, Sent, Times, Work};
use crate::lifecycle::Gate;
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::Application;
use crate::statistics::{Kept, Loss, MessageKind, Recipient};
use crate::sync::Arc;

impl Trigger {
    /// Sends the event after a time; see [`Later`].
    ///
    /// # Examples
    ///
    /// See [`Timer`].
    pub fn after(self, time: Duration) -> Later<Self> {
        Later::new(self, WAY).after(time)
    }

    /// Sends the event again and again, the first time after one period; see [`Later`]. The ticks share the event: it need
    /// not be cloned.
    pub fn every(self, period: Duration) -> Later<Self> {
        Later::new(self, WAY).every(period)
    }
}

impl Later<Trigger> {
    /// Sends it again and again, with this time in between. The ticks share the event: it need not be cloned.
    pub fn every(self, period: Duration) -> Self {
        self.repeated(period, WAY)
    }

    /// Gives the event a priority instead of the sender's.
    pub fn priority(self, priority: Priority) -> Self {
        self.map(|trigger| trigger.priority(priority))
    }
}

const WAY: Way<Trigger> = Way {
    accept,
    pass: |trigger, cx| trigger.pass(cx).map_ok(|()| None),
    services: |trigger| Some(Arc::clone(&trigger.application.services)),
    wrong_thread,
};

/// The event knows itself what it inherits.
fn accept(trigger: Trigger, times: Times, _inherited: Option<&Lineage>) -> Result<Timer, Error> {
    let Trigger { application, record, .. } = trigger;
    let Some(record) = record else { used_twice() };
    let record = record?;
    if times.has_no_period() {
        return Err(not_sent(record.name(), EventError::NoPeriod));
    }
    let services = Arc::clone(&application.services);
    let work = Arc::new(DelayedEvent { application, record, is_periodic: times.every.is_some() });
    Ok(Timer::begin(services, work, times))
}

fn wrong_thread(trigger: Trigger) -> Error {
    // What is wrong is told in the same words as without a delay.
    trigger.blocking().err().unwrap_or_else(|| used_twice())
}

/// An event whose time has not come.
struct DelayedEvent {
    application: Arc<Application>,
    record: EventRecord,
    is_periodic: bool,
}

impl Work for DelayedEvent {
    fn send(&self) -> Sent {
        if self.application.gate() > Gate::Running {
            return Sent::Lost(Loss::Undelivered, None);
        }
        if self.is_periodic {
            let headers = self.record.headers().clone();
            let origin = Lineage { headers, ..Lineage::root(self.record.sender(), self.record.priority()) };
            publish(&self.application, &self.record.again(origin));
        } else {
            publish(&self.application, &self.record);
        }
        Sent::Gone
    }

    /// Events never wait for room.
    fn take_back(&self, _parking: &Parking) -> bool {
        false
    }

    fn count(&self, booking: Booking) {
        let services = &self.application.services;
        match booking {
            Booking::Accepted => services.timers.events.accept(),
            Booking::Sent => services.timers.events.send(),
            Booking::Lost(reason) => {
                if reason == Loss::Cancelled {
                    services.timers.cancelled_events.add();
                } else {
                    services.timers.undelivered_events.add();
                }
                services.dead_letters.keep(|| Kept {
                    recipient: Recipient::Listeners(self.record.name().into()),
                    kind: MessageKind::Event,
                    reason,
                    transaction: if self.is_periodic { 0 } else { self.record.lineage().transaction },
                    priority: self.record.priority(),
                    when: std::time::SystemTime::now(),
                });
                services.timers.events.lose();
            }
        }
    }

    fn tell(&self, cause: Cause) {
        tracing::error!(target: "looselycoupled", event = self.record.name(), "a delayed event {cause}");
    }

    fn owner(&self) -> ModuleIndex {
        self.record.sender()
    }

    fn address(&self) -> String {
        self.record.name().to_owned()
    }
}
