//! The one layer through which the core synchronises.
//!
//! Everything that the event loops share between threads is made of the types of this room, so that a model
//! checker can stand in for them by replacing this file alone.

mod cell;
mod mutex;
mod one_shot;

pub(crate) use cell::ExclusiveCell;
pub(crate) use mutex::Mutex;
pub(crate) use one_shot::{OneShot, Receiver, Sender, one_shot};
pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering,
};
pub(crate) use std::sync::{Arc, OnceLock, Weak};
