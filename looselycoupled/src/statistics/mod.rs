//! Counting, so that no message can vanish unseen.
//!
//! accepted = handled + failed + expired + cancelled + dropped + undelivered + running + queued + delayed. The outcomes are
//! disjoint, refusals are counted apart, `running` and `queued` are measured. Equality is exact at quiescence.

mod counters;
mod dead_letters;
mod delayed;
mod meters;

pub(crate) use counters::{Counter, Counters};
pub use counters::{LoopStatistics, ModuleStatistics, Statistics};
pub use dead_letters::{DeadLetter, DeadLetters, Loss, MessageKind};
pub(crate) use dead_letters::{DeadLetterOffice, Kept, Recipient};
pub(crate) use delayed::DelayedCounters;
pub use delayed::DelayedEvents;
#[cfg(feature = "metrics")]
pub use meters::{
    CallMeasurement, Durations, EventMeasurement, ExecutionMode, ExecutionOutcome, Executions,
    HandlerMeasurement, LostMessages, Measurements, TaskMeasurement,
};
pub(crate) use meters::{Emissions, End, Losses, Metered, Meters, Moment, Timing, Waits, Writer, calibrate};
