//! Counting, so that no message can vanish unseen.
//!
//! accepted = handled + failed + expired + cancelled + dropped + undelivered + running + queued. The outcomes are
//! disjoint, refusals are counted apart, `running` and `queued` are measured. Equality is exact at quiescence.

mod counters;
mod dead_letters;

pub(crate) use counters::{Counter, Counters};
pub use counters::{LoopStatistics, ModuleStatistics, Statistics};
pub use dead_letters::{DeadLetter, DeadLetters, Loss, MessageKind};
pub(crate) use dead_letters::{DeadLetterOffice, Kept};
