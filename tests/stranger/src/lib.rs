//! A library as a stranger writes it: nothing but looselycoupled to depend on, and every lint turned on.
//!
//! That it compiles is one test; that clippy, which makes errors of warnings in the gate, has nothing to say about it is
//! the other. No method below has an `#[allow]`: what the framework asks for, it answers for.

#![forbid(unsafe_code)]
#![warn(
    clippy::nursery,
    clippy::pedantic,
    future_incompatible,
    keyword_idents,
    let_underscore,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    nonstandard_style,
    redundant_imports,
    redundant_lifetimes,
    rust_2018_idioms,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused,
    unused_crate_dependencies,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![warn(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::expect_used,
    clippy::panic,
    clippy::str_to_string,
    clippy::unwrap_used,
    reason = "strangers like these of the restrictions, too"
)]

use looselycoupled::prelude::*;

mod house;
pub mod meter;

pub use house::{Door, DoorStub};

/// Somebody moved.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Motion {
    /// Where.
    pub room: String,
}

/// A second went by.
#[event]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Tick;

/// What happens to a door.
#[event(name = "door.moved")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoorMoved {
    /// It stands open.
    Opened,
    /// It is shut, and so tight.
    Shut(u8),
    /// It cannot be moved.
    Stuck {
        /// Who tells.
        by: String,
    },
}

/// What can be made brighter and darker.
#[interface(version = 2)]
pub trait Dimmer {
    /// The level.
    async fn level(&self) -> Result<u8, CallError>;

    /// Sets the level and returns the one before.
    async fn set_level(&self, level: u8) -> Result<u8, CallError>;

    /// How long texts are together.
    async fn length(&self, text: String, more: Vec<String>) -> Result<usize, CallError>;
}

/// A lamp.
#[derive(Debug, Default, Clone, Copy)]
pub struct Lamp {
    level: u8,
}

#[module(
    emits(level_changed(lamp: String, level: u8), unheard = "consoles listen to it"),
    calls("door.pass", lamp: dyn Dimmer, "cellar.pump", external = "it has a program of its own"),
    implements(Dimmer, version = 2)
)]
impl Lamp {
    #[initialize]
    fn initialize(&mut self, ctx: &Context) -> Result<()> {
        self.level = ctx.setting("level")?.unwrap_or_default();
        Ok(())
    }

    #[run_passively]
    async fn listen(_: Context) {}

    #[run]
    async fn run(ctx: Context) {
        ctx.no_longer_active().await;
    }

    #[on_idle]
    fn rest(&mut self) {}

    #[finalize]
    fn finalize(&mut self) {}

    /// The level.
    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    /// Sets the level and returns the one before.
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8) -> Result<u8> {
        let _heard_by = ctx.trigger_event("level_changed", args! { lamp: ctx.name(), level }).await?;
        Ok(std::mem::replace(&mut self.level, level))
    }

    /// Needs nothing of what it is given.
    #[task]
    fn names(&self, first: String, second: Option<String>) -> usize {
        first.len() + second.map_or(0, |second| second.len())
    }

    /// Owns its texts, since they come from afar.
    #[task]
    fn length(&self, text: String, #[default] more: Vec<String>) -> usize {
        text.len() + more.iter().map(String::len).sum::<usize>()
    }

    /// Takes its time.
    #[task(blocking, timeout = "2s")]
    fn count(&mut self) -> u64 {
        1
    }

    /// Stays within the program.
    #[task(local)]
    fn compare(&self, other: Lamp) -> bool {
        self.level == other.level
    }

    #[on_event(Motion, external = "the program sends it")]
    fn light_up(&mut self, motion: &Motion) {
        self.level = u8::try_from(motion.room.len()).unwrap_or(u8::MAX);
    }

    #[on_event(Tick)]
    fn tick(&mut self, _: &Tick) {}

    #[on_event]
    fn on_sunset(&mut self, place: String) {
        self.level = u8::try_from(place.len()).unwrap_or(u8::MAX);
    }

    #[on_event("sensor.*")]
    fn watch(&mut self, event: &EventRecord) {
        self.level = u8::try_from(event.name().len()).unwrap_or(u8::MAX);
    }
}
