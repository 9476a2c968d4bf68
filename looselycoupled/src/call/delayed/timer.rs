//! What is to be sent later, for whoever wants to know of it or to cancel it.

use std::fmt;
use std::time::Duration;

use crate::event_loop::{BegunTimer, PendingTimer, Services, Tally, Times, Work};
use crate::module::Handle;
use crate::sync::Arc;

/// The number of a timer; none is used twice in an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(u64);

impl fmt::Display for TimerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something that is to be sent later, once or again and again.
///
/// Dropping a timer changes nothing; [`cancel`](Self::cancel) withdraws what has not been sent. Clones are the same timer.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// # #[derive(Default)]
/// # struct Lamp;
/// # #[module]
/// # impl Lamp {
/// #     #[task]
/// #     fn set_level(&mut self, level: u8) -> u8 {
/// #         level
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = App::builder().module("lamp", Lamp).start().await?;
/// let handle = app.handle();
/// let lamp: LampStub = handle.stub("lamp")?;
/// let bright = lamp.set_level(80).after(Duration::from_secs(5)).enqueue().await?;
/// let blinking = lamp.set_level(40).every(Duration::from_millis(1)).enqueue().await?;
/// let dusk = handle.trigger_event("dusk", args! {}).after(Duration::from_secs(3600)).await?;
///
/// tokio::time::sleep(Duration::from_millis(20)).await;
/// assert!(blinking.cancel() && blinking.sent() > 0);
/// assert!(bright.cancel(), "it was not sent, and will not be");
/// assert!(!bright.cancel(), "nothing is left to cancel");
/// assert_eq!(handle.timers()[0].id, dusk.id());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Timer {
    services: Arc<Services>,
    number: u64,
    tally: Arc<Tally>,
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timer({})", self.number)
    }
}

impl Timer {
    pub(crate) fn begin(services: Arc<Services>, work: Arc<dyn Work>, times: Times) -> Self {
        let BegunTimer { number, tally } = services.send_later(work, times);
        Self { services, number, tally }
    }

    /// With which others can [cancel](Handle::cancel_timer) it; rises with every acceptance.
    #[must_use]
    pub const fn id(&self) -> TimerId {
        TimerId(self.number)
    }

    /// Withdraws what has not been sent; false if nothing was left of it.
    ///
    /// True means that it will not be sent any more. A message that has fallen due and waits for room is withdrawn as well,
    /// one that stands in its queue is not. On several threads, what another one is sending at this very moment counts as
    /// sent.
    #[expect(
        clippy::must_use_candidate,
        reason = "withdrawing is the effect; whether it was in time may not matter"
    )]
    pub fn cancel(&self) -> bool {
        self.services.cancel_timer(self.number)
    }

    /// Whether nothing of it is left to be sent.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !self.services.has_timer(self.number)
    }

    /// How often its time has come and it was sent. Those that were refused then are among them.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.tally.sent.get()
    }

    /// How many ticks were skipped, since the runtime was late or the one before them still waited for room.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.tally.missed.get()
    }
}

/// A timer as [`Handle::timers`] lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimerInfo {
    /// With which it can be [cancelled](Handle::cancel_timer).
    pub id: TimerId,
    /// The task that is to be put in line, as `module.task`, or the event that is to be sent.
    pub address: String,
    /// The module that sends it; `None` if that is done from outside.
    pub owner: Option<Arc<str>>,
    /// The time until it is sent, or sent again; zero if it waits for room.
    pub remaining: Duration,
    /// The time between ticks, if it is sent again and again.
    pub period: Option<Duration>,
    /// How often it was sent.
    pub sent: u64,
    /// How many ticks were skipped.
    pub missed: u64,
}

impl Handle {
    /// Everything that is to be sent later, in the order of acceptance.
    #[must_use]
    pub fn timers(&self) -> Vec<TimerInfo> {
        let directory = &self.application.router.directory;
        let info = |PendingTimer { number, work, remaining, period, tally }| TimerInfo {
            id: TimerId(number),
            address: work.address(),
            owner: directory.station(work.owner()).map(|station| Arc::clone(&station.tenant().name)),
            remaining,
            period,
            sent: tally.sent.get(),
            missed: tally.missed.get(),
        };
        self.application.services.pending_timers().into_iter().map(info).collect()
    }

    /// Cancels a timer from elsewhere; see [`Timer::cancel`].
    #[expect(
        clippy::must_use_candidate,
        reason = "withdrawing is the effect; whether it was in time may not matter"
    )]
    pub fn cancel_timer(&self, id: TimerId) -> bool {
        self.application.services.cancel_timer(id.0)
    }
}
