//! What providers and consumers share; in a program this is a crate.

use std::sync::Arc;

use looselycoupled::prelude::*;

/// What can be made brighter and darker.
#[interface]
pub trait Dimmer {
    /// Sets the brightness in percent and returns the one before.
    async fn set_level(&self, level: u8) -> Result<u8, CallError>;
    /// Turns it off.
    async fn off(&self) -> Result<(), CallError>;
}

/// What can be asked for its name, and keeps somebody waiting.
#[interface(version = 3)]
pub trait Named {
    async fn whereabouts(&self, r#type: String, loud: Option<bool>) -> Result<String, CallError>;
    async fn hold(&self) -> Result<(), CallError>;
}

/// What never leaves the process.
#[derive(Debug)]
pub struct Secret(pub u8);

/// What takes and gives the very same thing.
#[interface(name = "Safe")]
pub trait Keeper {
    async fn exchange(&self, secret: Arc<Secret>) -> Result<Arc<Secret>, CallError>;
}

/// What measures in some unit.
#[interface]
pub trait Probe {
    async fn read(&self) -> Result<u8, CallError>;
}

/// A later crate with the same names.
pub mod later {
    use looselycoupled::prelude::*;

    #[interface(version = 2)]
    pub trait Dimmer {
        async fn set_level(&self, level: u8) -> Result<u8, CallError>;
    }
}

/// A crate of somebody else, who thought of the same name.
pub mod foreign {
    use looselycoupled::prelude::*;

    #[interface]
    pub trait Dimmer {
        async fn off(&self) -> Result<(), CallError>;
    }
}
