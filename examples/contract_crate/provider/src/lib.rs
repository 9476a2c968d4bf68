//! Two modules that implement [`Dimmer`], each in its own way. Leave a task out, or change a type: it does not compile.

use std::sync::atomic::{AtomicU8, Ordering};

use contract::Dimmer;
use looselycoupled::prelude::*;

/// What only this crate knows: callers see its text.
#[derive(Debug, thiserror::Error)]
#[error("{0} % is too bright")]
pub struct TooBright(u8);

/// A lamp.
#[derive(Debug, Default)]
pub struct Lamp {
    level: u8,
}

#[module(implements(Dimmer, version = 1))]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> Result<u8, TooBright> {
        if level > 100 {
            return Err(TooBright(level));
        }
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task]
    fn off(&mut self) {
        self.level = 0;
    }
}

/// A strip of many lights, whose tasks overlap.
#[derive(Debug, Default)]
pub struct Strip {
    level: AtomicU8,
}

#[module(concurrent, implements(Dimmer))]
impl Strip {
    #[task]
    async fn set_level(&self, level: u8) -> u8 {
        self.level.swap(level, Ordering::Relaxed)
    }

    #[task]
    async fn off(&self) {
        self.level.store(0, Ordering::Relaxed);
    }
}

/// A door, which cannot be dimmed.
#[derive(Debug, Default)]
pub struct Door;

#[module]
impl Door {
    #[task]
    fn open(&mut self) {}
}
