//! The metrics, one file for each family.
//!
//! A family lists its races; a race enters each contestant with one generic function that measures it.

mod emission;
mod enqueue;
mod exec;
mod exec_by_name;
mod fan_out;
mod limits;
mod signal;
mod start;
mod urgent;
mod work;

use crate::harness::Race;

/// Enters contestants in a race: `enter!(race, measure given flavour => Kameo, Ractor)` enters them with
/// `measure::<Kameo>(effort, flavour)` and so on. Several conditions arrive as a tuple.
macro_rules! enter {
    ($race:ident, $measure:ident given $conditions:expr => $($contestant:ty),+ $(,)?) => {
        $(
            $race.enter::<$contestant>(move |effort| $measure::<$contestant>(effort, $conditions));
        )+
    };
}
use enter;

/// All races, in the order of the table.
pub fn all() -> Vec<Race> {
    [
        exec::races(),
        exec_by_name::races(),
        enqueue::races(),
        fan_out::races(),
        emission::races(),
        urgent::races(),
        signal::races(),
        work::races(),
        start::races(),
        limits::races(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
