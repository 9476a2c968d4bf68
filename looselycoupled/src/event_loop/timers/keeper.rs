//! The task that sends what has fallen due.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Wake, Waker, ready};

use tokio::task::coop::consume_budget;
use tokio::time::{Instant, Sleep, sleep_until};

use super::line::{Fallen, Missed, Step, Waiting};
use super::{Booking, Sent, Work, outcome};
use crate::event_loop::{Cause, Panic, Services, drop_safely};
use crate::statistics::Loss;
use crate::sync::Arc;

/// Sleeps until the first one falls due; ends when nothing counts down any more.
pub(super) struct Keeper {
    services: Arc<Services>,
    /// Made when first polled: only there is the runtime's clock.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Keeper {
    pub(super) const fn new(services: Arc<Services>) -> Self {
        Self { services, sleep: None }
    }

    fn sleep(&mut self, until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if sleep.deadline() != until {
            sleep.as_mut().reset(until);
        }
        sleep.as_mut().poll(cx)
    }
}

impl Future for Keeper {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.services.gives_way(cx) {
            return Poll::Pending;
        }
        // Looked at once for all that is due: ticks can then follow each other no faster than the runtime's timers.
        let mut now = Instant::now();
        loop {
            ready!(pin!(consume_budget()).poll(cx));
            let services = &this.services;
            let step = services.timers.line.lock().step(now, cx.waker(), || services.activity.enter());
            match step {
                Step::Send(fallen) => services.send_now(fallen),
                Step::Skip { work, missed } => {
                    services.mention(&*work, missed);
                    services.activity.leave();
                }
                Step::Sleep(until) => {
                    ready!(this.sleep(until, cx));
                    now = Instant::now();
                }
                Step::End => return Poll::Ready(()),
            }
        }
    }
}

impl Services {
    /// Sends what has fallen due, and has been counted as activity since.
    fn send_now(self: &Arc<Self>, fallen: Fallen) {
        let Fallen { number, work, tally, is_periodic, missed } = fallen;
        self.mention(&*work, missed);
        if is_periodic {
            work.count(Booking::Accepted);
        }
        let sent = catch_unwind(AssertUnwindSafe(|| work.send())).unwrap_or_else(|payload| {
            Sent::Lost(Loss::Undelivered, Some(Cause::Panic(Panic::from_payload(payload).message)))
        });
        match sent {
            Sent::Gone => work.count(Booking::Sent),
            Sent::Lost(reason, cause) => {
                work.count(Booking::Lost(reason));
                cause.into_iter().for_each(|cause| work.tell(cause));
            }
            Sent::Parked(parking) => {
                let waker = Waker::from(Arc::new(Settled { services: Arc::clone(self), number }));
                let waiting = Waiting { parking, waker };
                self.timers.line.lock().park(number, work, tally, waiting);
                // It counts as activity until it has been settled.
                return self.settle(number);
            }
        }
        drop_safely(work);
        self.activity.leave();
    }

    /// Counts what has become of a message that waited for room; while it still does, this is called again.
    fn settle(&self, number: u64) {
        let mut line = self.timers.line.lock();
        let Some(outcome) = line.parked(number).and_then(outcome) else { return };
        let Some(work) = line.unpark(number) else { return };
        drop(line);
        work.count(outcome);
        drop_safely(work);
        self.activity.leave();
    }

    /// Counts ticks that were missed, and says so once for each timer.
    fn mention(&self, work: &dyn Work, missed: Missed) {
        self.timers.missed_ticks.add_many(missed.ticks);
        if missed.are_first {
            tracing::warn!(
                target: "looselycoupled",
                address = work.address(),
                ticks = missed.ticks,
                "ticks were missed, since the runtime or the receiver was late: they are skipped and counted (said once per timer)"
            );
        }
    }
}

/// Wakes nobody: whoever settles a wish for room counts what has become of it.
struct Settled {
    services: Arc<Services>,
    number: u64,
}

impl Wake for Settled {
    fn wake(self: Arc<Self>) {
        self.services.settle(self.number);
    }
}
