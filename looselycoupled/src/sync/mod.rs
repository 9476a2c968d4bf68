//! The one layer through which the core synchronises.
//!
//! Everything that the event loops share between threads is made of the types of this room. Ordinarily they are the
//! standard library's; under `--cfg loom` and `--cfg shuttle` a model checker stands in for them
//! (docs/reliability.md), and with it every access is a place where it may let another thread go on.
//!
//! Counted references are the standard library's throughout: how they count is not ours to prove.

mod cell;
#[cfg(all(test, any(loom, shuttle)))]
pub(crate) mod checker;
#[cfg(loom)]
mod loomed;
#[cfg(all(test, any(loom, shuttle)))]
mod models;
mod mutex;
#[cfg(any(loom, shuttle))]
mod once;
mod one_shot;
mod thread_cell;

#[cfg(loom)]
pub(crate) use loomed::{AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize};
#[cfg(any(loom, shuttle))]
pub(crate) use once::OnceLock;
#[cfg(shuttle)]
pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize};
#[cfg(not(any(loom, shuttle)))]
pub(crate) use std::sync::OnceLock;
#[cfg(not(any(loom, shuttle)))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize};

pub(crate) use cell::{Cell, ExclusiveCell};
pub(crate) use mutex::{Mutex, MutexGuard};
pub(crate) use one_shot::{OneShot, Receiver, Sender, one_shot};
pub(crate) use std::sync::atomic::Ordering;
pub(crate) use std::sync::{Arc, Weak};
#[cfg(any(loom, shuttle))]
pub(crate) use thread_cell::ThreadCell;
pub(crate) use thread_cell::thread_cell;
