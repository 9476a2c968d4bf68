//! An async test.

use super::Program;

/// The function under `#[looselycoupled::test]`.
pub(crate) struct Test {
    /// The function itself, and the runtime that it wants.
    pub(crate) program: Program,
    /// The first seed, unless its name decides.
    pub(crate) seed: Option<u64>,
    /// How many seeds it runs with, unless with one.
    pub(crate) seeds: Option<u64>,
}
