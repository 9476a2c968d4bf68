//! Modules of every kind that implement the contract; consumers know none of them.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal};

use super::contract::{self, Dimmer, Named, Secret};

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("level {0} is above 100")]
pub(super) struct TooBright(pub(super) u8);

#[derive(Debug, Clone, Default)]
pub(super) struct Lamp {
    pub(super) level: u8,
    pub(super) gate: Gate,
    pub(super) journal: Journal,
}

#[module(implements(Dimmer, version = 1, Named, version = 3, contract::Keeper))]
impl Lamp {
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8) -> Result<u8, TooBright> {
        if level > 100 {
            return Err(TooBright(level));
        }
        self.journal.note(format!("{level} {}", ctx.metadata().priority));
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task]
    fn off(&mut self) {
        self.level = 0;
    }

    #[task(timeout = "2s")]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn whereabouts(&self, r#type: String, loud: Option<bool>) -> String {
        format!("{} {loud:?}", r#type)
    }

    /// Nothing here can be read or written by serde.
    #[task(local)]
    fn exchange(&self, secret: Arc<Secret>) -> Arc<Secret> {
        secret
    }

    /// Belongs to no interface.
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

/// Overlaps.
#[derive(Debug, Default)]
pub(super) struct Chandelier(AtomicU8);

#[module(concurrent, implements(Dimmer))]
impl Chandelier {
    #[task]
    async fn set_level(&self, level: u8) -> u8 {
        self.0.swap(level, Ordering::Relaxed)
    }

    #[task(name = "off")]
    fn put_out(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Cannot leave its thread.
#[derive(Debug, Default)]
pub(super) struct Panel(Rc<u8>);

#[module(pinned, implements(Dimmer))]
impl Panel {
    #[task]
    async fn set_level(&mut self, level: u8) -> u8 {
        tokio::task::yield_now().await;
        *std::mem::replace(&mut self.0, Rc::new(level))
    }

    #[task]
    fn off(&mut self) {
        self.0 = Rc::new(0);
    }
}

/// Blocks.
#[derive(Debug, Default)]
pub(super) struct Motor(u8);

#[module(implements(Dimmer))]
impl Motor {
    #[task(blocking)]
    fn set_level(&mut self, level: u8) -> u8 {
        std::mem::replace(&mut self.0, level)
    }

    #[task]
    fn off(&mut self) {
        self.0 = 0;
    }
}

/// Is one of many.
#[derive(Debug, Default)]
pub(super) struct Meter<T>(pub(super) T);

#[module(implements(Dimmer, contract::Probe))]
impl<T: Copy + Default + Serialize + Send + Sync + 'static> Meter<T> {
    #[task]
    fn set_level(&mut self, level: u8) -> u8 {
        level
    }

    #[task]
    fn off(&mut self) {
        self.0 = T::default();
    }

    #[task]
    fn read(&self) -> T {
        self.0
    }
}

/// Implements nothing.
#[derive(Debug, Default)]
pub(super) struct Door;

#[module]
impl Door {
    #[task]
    fn off(&self) {}

    #[task]
    fn set_level(&self, level: u8) -> u8 {
        level
    }
}
