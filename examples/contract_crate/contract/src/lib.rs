//! What providers promise and consumers rely on. Neither knows the other; both know this crate.

use looselycoupled::prelude::*;

/// What can be made brighter and darker.
#[interface]
pub trait Dimmer {
    /// Sets the brightness in percent and returns the one before.
    async fn set_level(&self, level: u8) -> Result<u8, CallError>;

    /// Turns it off.
    async fn off(&self) -> Result<(), CallError>;
}
