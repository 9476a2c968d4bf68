//! What an output can be told to do.

use std::fmt;

use crate::prelude::*;

/// What an output does: nothing, all the time, or in one of five rhythms.
///
/// All outputs of one rhythm change in the same moment. One that begins to blink changes at once, so that whoever told it sees that it
/// has understood, and falls in with the rhythm at its next change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OutputState {
    /// Inactive.
    #[default]
    Off,
    /// 2 s active, 2 s inactive.
    BlinkVerySlow,
    /// 1.6 s active, 1.6 s inactive.
    BlinkSlow,
    /// 1.2 s active, 1.2 s inactive.
    Blink,
    /// 0.8 s active, 0.8 s inactive.
    BlinkFast,
    /// 0.4 s active, 0.4 s inactive.
    BlinkVeryFast,
    /// Active.
    On,
}

impl OutputState {
    /// For how long a blinking output stays as it is; `None` for those that do not blink.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use looselycoupled::modules::gpio::OutputState;
    ///
    /// assert_eq!(OutputState::BlinkFast.half_period(), Some(Duration::from_millis(800)));
    /// assert_eq!(OutputState::On.half_period(), None);
    /// ```
    #[must_use]
    pub const fn half_period(self) -> Option<Duration> {
        match self {
            Self::Off | Self::On => None,
            Self::BlinkVerySlow => Some(Duration::from_millis(2000)),
            Self::BlinkSlow => Some(Duration::from_millis(1600)),
            Self::Blink => Some(Duration::from_millis(1200)),
            Self::BlinkFast => Some(Duration::from_millis(800)),
            Self::BlinkVeryFast => Some(Duration::from_millis(400)),
        }
    }
}

impl fmt::Display for OutputState {
    /// As the configuration writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::BlinkVerySlow => "blink_very_slow",
            Self::BlinkSlow => "blink_slow",
            Self::Blink => "blink",
            Self::BlinkFast => "blink_fast",
            Self::BlinkVeryFast => "blink_very_fast",
            Self::On => "on",
        })
    }
}
