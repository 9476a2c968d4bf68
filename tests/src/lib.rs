//! What the tests of looselycoupled share: recorders, gates, and ways to wait that cannot hang.

#![allow(clippy::missing_panics_doc, reason = "a test that goes wrong panics")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper that fails fails the test that uses it"
)]

mod again;
mod brokers;
mod dice;
mod gate;
mod journal;
mod log;
mod memory;
mod overlap;
mod panicking;
mod ports;
mod regimen;
mod relay;
mod scratch;
mod under_fire;
mod waiting;
mod witness;

pub use again::what_was_cut_off_comes_again_and_says_so;
pub use brokers::{Broker, are_brokers_there};
pub use dice::Dice;
pub use gate::Gate;
pub use journal::Journal;
pub use log::Log;
pub use memory::{most_resident, resident};
pub use overlap::{Inside, Overlap};
pub use panicking::{Bomb, panic_of, quiet};
pub use ports::free_port;
pub use regimen::{each_seed, each_seed_at_once, is_long};
pub use relay::{Relay, RelayStub};
pub use scratch::Scratch;
pub use under_fire::nothing_that_was_confirmed_is_lost;
pub use waiting::{balanced, begin, lost, settle, within};
pub use witness::{Witness, WitnessStub};

pub mod artemis;
pub mod certificates;
pub mod http;
pub mod nsqd;
pub mod tokens;
