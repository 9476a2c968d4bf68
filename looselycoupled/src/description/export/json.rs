//! A description as it is.

use crate::description::Description;

impl Description {
    /// The description itself as JSON; serde reads it again.
    #[must_use]
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "texts, numbers and lists under names: none of them can fail to be written"
    )]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a description is plain data")
    }
}
