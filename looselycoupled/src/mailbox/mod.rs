//! Waiting in line: five lanes, one for each priority, first in, first out inside a lane.
//!
//! A message is built where it waits and begun from where it waits; only its node is linked from one list to the
//! next. The room knows neither messages nor modules; bounds and wake-ups belong to whoever holds the lanes.

#![expect(unsafe_code, reason = "nodes are linked in place, and looked at by whoever holds a ticket for one")]

mod chain;
mod lanes;
mod node;
mod store;

pub(crate) use chain::Chain;
pub(crate) use lanes::Lanes;
pub(crate) use node::{Filled, NodeRef, Slip, Slot};
