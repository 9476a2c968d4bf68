//! Systems without the character device of Linux.

use tokio::time::Instant;

use super::Opened;
use crate::modules::gpio::{GpioConfig, GpioError};

pub(super) fn open_device(config: &GpioConfig, _now: Instant) -> Result<Opened, GpioError> {
    let there =
        "only Linux has GPIO chips that this module can use; `driver: simulator` does without".to_owned();
    Err(GpioError::NoChip { chip: config.chip.clone(), there })
}
