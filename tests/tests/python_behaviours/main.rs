//! What the test suites of `MrEventLoop` 0.7.1 and aioevt 2.2.1 hold fixed, held here: one test for each behaviour of theirs.
//! docs/from-python.md says which is which.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

mod awaiting;
mod emitting;
mod named_events;
mod pipelines;
