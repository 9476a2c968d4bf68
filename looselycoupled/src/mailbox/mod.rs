//! Waiting in line: five lanes, one for each priority, first in, first out inside a lane.
//!
//! The room knows neither messages nor modules; bounds and wake-ups belong to whoever holds the lanes.

mod lanes;

pub(crate) use lanes::{Lanes, Numbered};
