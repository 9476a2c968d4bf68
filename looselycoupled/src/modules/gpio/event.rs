//! What a GPIO module tells others.

use crate::prelude::*;

/// An input has changed, and stayed so for as long as it is debounced.
///
/// Those who do not know the type hear it by name, `changed_gpio_input`, with the fields that they ask for.
#[event(name = "changed_gpio_input")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedGpioInput {
    /// The line's offset on its chip.
    pub line: u32,
    /// The name that the configuration gives it.
    pub line_name: String,
    /// Counts the changes of this line, from 1 on. A number that is left out is a change that the kernel had no room to keep.
    pub line_seq: u32,
    /// Whether it became active.
    pub rising_edge: bool,
    /// When, in nanoseconds of the monotonic clock (`CLOCK_MONOTONIC`; of a simulated line since its module was made). Differences tell how long a
    /// button was held, however late the event is heard.
    pub timestamp_ns: u64,
}
