//! The events of the house that have a Rust type. Others, such as `level_changed`, only have a name.

use looselycoupled::prelude::*;

/// Somebody pressed the button of a door.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pressed {
    /// How often since the start.
    pub(crate) times: u32,
}

/// Somebody moved.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Motion {
    pub(crate) room: String,
}

/// The figures of the machine, as far as it has them.
#[event]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Processes that run or want to, over the last minute.
    pub(crate) load: Option<f64>,
    /// Memory in use, in percent.
    pub(crate) memory: Option<f64>,
    /// The hottest part.
    pub(crate) celsius: Option<f64>,
}
