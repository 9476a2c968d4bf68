//! One handler at a time, highest priority first, then first in, first out; and what messages inherit.

#![allow(clippy::unwrap_used, clippy::unused_self, reason = "handlers that fail fail their test")]

mod deadlines;
mod fairness;
mod inheritance;
mod line;
