//! Every way to panic.

use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::Dice;

/// What a panic carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum How {
    Words,
    /// Nothing that could be told.
    Number,
    /// It panics once more when it is dropped.
    Bomb,
}

impl How {
    pub(super) fn throw(dice: &mut Dice) -> Self {
        [Self::Words, Self::Number, Self::Bomb][dice.roll(3) as usize]
    }
}

/// Panics.
pub(super) fn burst(how: How) -> ! {
    match how {
        How::Words => panic!("burst on purpose"),
        How::Number => panic_any(7_u8),
        How::Bomb => panic_any(Bomb),
    }
}

/// Panics when it is dropped.
#[derive(Debug)]
pub(super) struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        // A second panic while the first unwinds ends the process, whoever is to blame.
        if !std::thread::panicking() {
            panic!("exploded on purpose");
        }
    }
}

/// Counts how often a state panics when it is dropped; clones count together.
#[derive(Debug, Clone, Default)]
pub(super) struct Explosions(Arc<AtomicU64>);

impl Explosions {
    pub(super) fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    pub(super) fn charge(&self) -> Charge {
        Charge(self.clone())
    }
}

/// A part of a state that panics when it is dropped.
#[derive(Debug)]
pub(super) struct Charge(Explosions);

impl Drop for Charge {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.0.0.fetch_add(1, Ordering::SeqCst);
            panic!("exploded on purpose");
        }
    }
}

/// An argument that panics when it is dropped.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Fuse(pub(super) How);

impl Drop for Fuse {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            burst(self.0);
        }
    }
}

/// An argument that panics when it is read.
#[derive(Debug, Serialize)]
pub(super) struct Unreadable;

impl<'de> Deserialize<'de> for Unreadable {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        burst(How::deserialize(deserializer)?)
    }
}
