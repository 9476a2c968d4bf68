//! An async function that starts a runtime for itself.

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, Visibility};

use super::Flavor;

/// The function under `#[looselycoupled::main]`, or what a test runs.
pub(crate) struct Program {
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
}
