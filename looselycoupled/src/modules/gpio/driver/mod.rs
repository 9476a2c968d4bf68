//! The ways to a chip: what a driver has to do, and which there are.

#[cfg(target_os = "linux")]
mod chip;
mod debounce;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod gpio_cdev;
#[cfg(target_os = "linux")]
mod gpiocdev;
#[cfg(target_os = "linux")]
mod readable;
mod simulator;

use std::fmt;
use std::task::{Context as Waking, Poll};

use tokio::time::Instant;

use super::outputs::Outputs;
use super::plan::Plan;
use super::{Driver, GpioConfig, GpioError};

/// Who uses a line, as others see it.
#[cfg(target_os = "linux")]
const CONSUMER: &str = "looselycoupled";

/// A chip with the lines that a section lists. Levels are logical: `true` is active, whatever voltage that is.
pub(super) trait Device: Send + fmt::Debug {
    /// Sets all outputs together.
    fn write(&mut self, levels: &[(u32, bool)]) -> Result<(), GpioError>;

    /// The level of an input as it is now.
    fn read(&mut self, offset: u32) -> Result<bool, GpioError>;

    /// Whether the chip is still there. Not every kernel tells those who wait for its lines.
    fn check(&mut self) -> Result<(), GpioError>;

    /// Makes an input change.
    fn simulate(&mut self, offset: u32, active: bool) -> Result<(), GpioError>;
}

/// A change of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) offset: u32,
    pub(super) rising: bool,
    pub(super) timestamp_ns: u64,
    /// Its number among those of its line, if the kernel counts.
    pub(super) number: Option<u32>,
}

/// Where the changes come from. Cancel safe: what has not been returned is still there.
pub(super) trait EdgeSource: Send + fmt::Debug {
    /// The next change in its turn. What it needs of a runtime it takes from the one on which it is polled first.
    fn poll_edge(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Edge, GpioError>>;

    /// The level of a line as it is now, where that can be had: what is told of changes may end before the last one.
    fn level(&self, offset: u32) -> Option<bool> {
        let _unknown = offset;
        None
    }
}

/// Where nothing ever changes.
#[derive(Debug)]
pub(super) struct Silence;

impl EdgeSource for Silence {
    fn poll_edge(&mut self, _waking: &mut Waking<'_>) -> Poll<Result<Edge, GpioError>> {
        Poll::Pending
    }
}

/// A chip that is ready.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) plan: Plan,
    pub(super) outputs: Outputs,
    pub(super) device: Box<dyn Device>,
    pub(super) edges: Box<dyn EdgeSource>,
}

/// Finds the lines of a section and takes hold of them.
pub(super) fn open(config: &GpioConfig, now: Instant) -> Result<Opened, GpioError> {
    match config.driver {
        Driver::Simulator => simulator::open(config, now),
        _ => open_device(config, now),
    }
}

#[cfg(not(target_os = "linux"))]
use elsewhere::open_device;

#[cfg(target_os = "linux")]
fn open_device(config: &GpioConfig, now: Instant) -> Result<Opened, GpioError> {
    match config.driver {
        Driver::GpioCdev => gpio_cdev::open(config, now),
        Driver::Gpiocdev => gpiocdev::open(config, now),
        _ => match gpiocdev::open(config, now) {
            Err(GpioError::NoSecondVersion) => gpio_cdev::open(config, now),
            opened => opened,
        },
    }
}
