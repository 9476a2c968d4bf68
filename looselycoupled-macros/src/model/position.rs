//! The index of a task or a handler.

use proc_macro2::TokenStream;

/// An index that stays right when a `#[cfg]` takes something before it away.
///
/// Indices are the places in the module's table. What is configured away leaves no gap there, so an index
/// behind it counts how many of the conditional ones before it exist.
#[derive(Clone, Default)]
pub(crate) struct Position {
    /// How many unconditional ones stand before it.
    pub(crate) certain: usize,
    /// The predicates of the conditional ones before it.
    pub(crate) conditional: Vec<TokenStream>,
}
