//! The measuring side: runtimes, clocks, the state of every actor, races.

mod clock;
mod gate;
mod race;
mod resident;
mod run;
mod runtime;
mod tally;
mod timing;

pub use clock::Clock;
pub use gate::Gate;
pub use race::{Effort, Floor, Kind, Label, Lane, Metric, Race, Readings, Series, Unit};
pub use resident::resident_bytes;
pub use run::{Order, run};
pub use runtime::{Flavour, run_on_tokio};
pub use tally::{Finish, Tally};
pub use timing::{CALLS_PER_ROUND, ns_per_operation};
