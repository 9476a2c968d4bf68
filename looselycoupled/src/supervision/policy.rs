//! What a panic means.

use serde::{Deserialize, Serialize};

/// What happens when a handler of a module panics, or its run hook fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Policy {
    /// The module goes on, with the state as the panic left it. For modules whose state must always hold together
    /// this is the wrong choice.
    #[default]
    Report,
    /// The application ends, in order.
    Exit,
}
