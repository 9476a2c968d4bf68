//! What buttons have done.

use crate::prelude::*;

/// A button was pushed for a short time. It comes when the button is released, so before [`DoubleClick`] as well.
#[event]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedShort {
    /// The line's number.
    pub line: u32,
    /// Its name, if it has one.
    pub line_name: Option<String>,
    /// The number of the change by which it was released, as `changed_gpio_input` had it.
    pub line_seq: u32,
}

/// A button was pushed for a longer time. It comes when the button is released.
#[event]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedLong {
    /// The line's number.
    pub line: u32,
    /// Its name, if it has one.
    pub line_name: Option<String>,
    /// The number of the change by which it was released, as `changed_gpio_input` had it.
    pub line_seq: u32,
}

/// A button was pushed a second time soon after a short push, for a short time as well. It comes when it is released.
#[event(name = "doubleclick")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubleClick {
    /// The line's number.
    pub line: u32,
    /// Its name, if it has one.
    pub line_name: Option<String>,
    /// The number of the change by which it was released, as `changed_gpio_input` had it.
    pub line_seq: u32,
}

/// A button is still pushed. When it is released, [`PushedLong`] follows.
#[event]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The line's number.
    pub line: u32,
    /// Its name, if it has one.
    pub line_name: Option<String>,
    /// The number of the change by which it was pushed, as `changed_gpio_input` had it.
    pub line_seq: u32,
}
