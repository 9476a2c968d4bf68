//! Models of the loop, run by the checker that stands in for `sync`.
//!
//! A model is small: two or three threads that do what callers, senders and the loop's task do, with the real loop
//! between them. What must hold after every schedule is in the [`house`]: no two handlers at once, and one fate for each
//! message. A lost wake shows as a task that waits for ever, which both checkers report.

mod ahead;
#[cfg(shuttle)]
mod crowd;
mod ending;
mod entry;
mod house;
mod line;
mod opening;
mod rest;
mod room;
mod work;
