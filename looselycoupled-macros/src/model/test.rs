//! An async test.

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, Visibility};

use super::Flavor;

/// The function under `#[looselycoupled::test]`.
pub(crate) struct Test {
    /// The path of the runtime.
    pub(crate) runtime: TokenStream,
    /// Its attributes, apart from those about lints.
    pub(crate) attributes: Vec<Attribute>,
    /// Its attributes about lints, which belong to its body.
    pub(crate) lints: Vec<Attribute>,
    /// `pub` and the like.
    pub(crate) visibility: Visibility,
    /// Its name.
    pub(crate) ident: Ident,
    /// Its return type, with the arrow, or nothing.
    pub(crate) output: TokenStream,
    /// Its body.
    pub(crate) body: TokenStream,
    /// The runtime that it wants.
    pub(crate) flavor: Flavor,
    /// The first seed, unless its name decides.
    pub(crate) seed: Option<u64>,
    /// How many seeds it runs with, unless with one.
    pub(crate) seeds: Option<u64>,
}
