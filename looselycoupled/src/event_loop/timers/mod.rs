//! What is to be sent later.
//!
//! All of an application stands in one [`line`], by time and then by acceptance, and one task of the runtime
//! ([`keeper`]) sends what has fallen due; there is none as long as nobody stands there. The room knows work, not tasks
//! and events: what is sent, and how that is counted, is decided in the rooms above.

mod keeper;
mod line;
mod ticks;
mod work;

pub(crate) use line::Pending;
pub(crate) use ticks::Times;
pub(crate) use work::{Booking, Sent, Tally, Work};

use std::task::Waker;

use tokio::time::Instant;

use super::{Parked, Services, drop_safely, later};
use crate::metadata::ModuleIndex;
use crate::statistics::{Counter, DelayedCounters, DelayedEvents, Loss};
use crate::sync::{Arc, Mutex};
use keeper::Keeper;
use line::{Entry, Line, Waiting};

/// Everything that an application sends later.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    line: Mutex<Line>,
    /// Events have no target before they are sent, so no module counts them.
    pub(crate) events: DelayedCounters,
    pub(crate) cancelled_events: Counter,
    pub(crate) undelivered_events: Counter,
    pub(crate) missed_ticks: Counter,
}

impl Timers {
    /// The balance of the events.
    pub(crate) fn events(&self) -> DelayedEvents {
        DelayedEvents {
            accepted: self.events.accepted(),
            sent: self.events.sent(),
            cancelled: self.cancelled_events.get(),
            undelivered: self.undelivered_events.get(),
            delayed: self.events.delayed(),
        }
    }
}

/// With what a timer can be found again.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) number: u64,
    pub(crate) tally: Arc<Tally>,
}

impl Services {
    /// The time by the clock of the application's runtime, whoever asks.
    fn now(&self) -> Instant {
        let _entered = self.runtime.enter();
        Instant::now()
    }

    /// Takes in what is to be sent later; the time counts from now. Once the application ends it is undelivered at once.
    pub(crate) fn send_later(self: &Arc<Self>, work: Arc<dyn Work>, times: Times) -> Begun {
        work.count(Booking::Accepted);
        let due = later(self.now(), times.first());
        let tally = Arc::<Tally>::default();
        let mut line = self.timers.line.lock();
        let number = line.next_number();
        if line.is_over {
            drop(line);
            work.count(Booking::Lost(Loss::Undelivered));
            return Begun { number, tally };
        }
        line.insert(number, Entry::counting_down(work, Arc::clone(&tally), due, times.every));
        let (has_keeper, waker) = (line.take_on_keeper(), line.waker_for(due));
        drop(line);
        if !has_keeper {
            self.runtime.spawn(Keeper::new(Arc::clone(self)));
        }
        waker.into_iter().for_each(Waker::wake);
        Begun { number, tally }
    }

    /// Withdraws what has not been sent, and all that would follow; false if there is nothing of it any more.
    pub(crate) fn cancel_timer(&self, number: u64) -> bool {
        // Whoever waits for rest waits for what has fallen due, and must learn that it is gone.
        self.activity.enter();
        let found = {
            let mut line = self.timers.line.lock();
            line.remove(number).map(|entry| (entry, line.waker_if_empty()))
        };
        let is_withdrawn = found.is_some_and(|(entry, waker)| {
            waker.into_iter().for_each(Waker::wake);
            self.withdraw(entry)
        });
        self.activity.leave();
        is_withdrawn
    }

    fn withdraw(&self, entry: Entry) -> bool {
        let Entry { work, next, parked, .. } = entry;
        let mut is_withdrawn = next.is_some();
        if next.is_some() {
            work.count(Booking::Lost(Loss::Cancelled));
        }
        if let Some(parked) = parked {
            if work.take_back(&parked.parking) {
                is_withdrawn = true;
                work.count(Booking::Lost(Loss::Cancelled));
            } else {
                outcome(&parked).into_iter().for_each(|outcome| work.count(outcome));
            }
            self.activity.leave();
        }
        drop_safely(work);
        is_withdrawn
    }

    /// Cancels what a module sends again and again: the instance that is made instead begins it anew.
    pub(crate) fn cancel_periodic_of(&self, owner: ModuleIndex) {
        let numbers = self.timers.line.lock().periodic_of(owner);
        for number in numbers {
            self.cancel_timer(number);
        }
    }

    /// Ends all timers: what still counts down is undelivered, what waits for room goes on waiting.
    pub(crate) fn end_timers(&self) {
        self.activity.enter();
        let (ended, waker) = {
            let mut line = self.timers.line.lock();
            line.is_over = true;
            (line.end(), line.waker_if_empty())
        };
        for work in ended {
            work.count(Booking::Lost(Loss::Undelivered));
            drop_safely(work);
        }
        waker.into_iter().for_each(Waker::wake);
        self.activity.leave();
    }

    /// Whether anything of a timer is still to be sent.
    pub(crate) fn has_timer(&self, number: u64) -> bool {
        self.timers.line.lock().has(number)
    }

    /// All timers there are, in the order of their acceptance.
    pub(crate) fn pending_timers(&self) -> Vec<Pending> {
        let now = self.now();
        self.timers.line.lock().pending(now)
    }

    /// Returns at an instant at which nothing moves, nothing has fallen due, and no idle notice is due to anybody.
    pub(crate) async fn rest(&self) {
        self.activity.rest(|| self.is_anything_due()).await;
    }

    /// As [`rest`](Self::rest), once something has moved since the last time; counts as moving itself from that very
    /// instant, and the caller must leave.
    pub(crate) async fn earned_rest(&self) {
        self.activity.earned_rest(|| self.is_anything_due()).await;
    }

    fn is_anything_due(&self) -> bool {
        let first = self.timers.line.lock().first();
        first.is_some_and(|first| first <= self.now())
    }
}

/// What became of a message that waited for room; none as long as it still does.
fn outcome(waiting: &Waiting) -> Option<Booking> {
    match waiting.parking.poll(&waiting.waker) {
        Parked::Waiting => None,
        Parked::Accepted(_) => Some(Booking::Sent),
        Parked::Refused => Some(Booking::Lost(Loss::Undelivered)),
    }
}
