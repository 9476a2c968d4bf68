//! How often, how long, how long waited for: by task and event, for whoever turns the feature `metrics` on.
//!
//! Whoever records says so in the same words whether it is on or off; then `off` stands in, all of whose types are empty.

#[cfg(feature = "metrics")]
mod clock;
#[cfg(feature = "metrics")]
mod emissions;
#[cfg(feature = "metrics")]
mod handlers;
#[cfg(feature = "metrics")]
mod histogram;
#[cfg(feature = "metrics")]
mod losses;
#[cfg(feature = "metrics")]
mod measurements;
#[cfg(not(feature = "metrics"))]
mod off;

#[cfg(feature = "metrics")]
pub(crate) use clock::{Moment, calibrate};
#[cfg(feature = "metrics")]
pub(crate) use emissions::Emissions;
#[cfg(feature = "metrics")]
pub(crate) use handlers::{End, Meters, Timing, Writer};
#[cfg(feature = "metrics")]
pub use histogram::Durations;
#[cfg(feature = "metrics")]
pub(crate) use histogram::Waits;
#[cfg(feature = "metrics")]
pub(crate) use losses::Losses;
#[cfg(feature = "metrics")]
pub use measurements::{
    CallMeasurement, EventMeasurement, ExecutionMode, ExecutionOutcome, Executions, HandlerMeasurement,
    LostMessages, Measurements, TaskMeasurement,
};
#[cfg(not(feature = "metrics"))]
pub(crate) use off::{Emissions, End, Losses, Meters, Moment, Timing, Waits, Writer, calibrate};

/// Whom something is recorded of.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "nobody looks where nothing is recorded"))]
pub(crate) struct Metered<F> {
    /// Whether it is an event handler, rather than a task.
    pub(crate) is_event: bool,
    /// Its place among those of its kind.
    pub(crate) place: usize,
    /// How many of its kind the module has; asked once.
    pub(crate) handlers: F,
}
