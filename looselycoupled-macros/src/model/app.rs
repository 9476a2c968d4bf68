//! The instances of an application.

use proc_macro2::TokenStream;
use syn::{Expr, Type};

/// What `app!` names.
pub(crate) struct AppList {
    /// The path of the runtime.
    pub(crate) runtime: TokenStream,
    /// Each name with its type.
    pub(crate) instances: Vec<(String, Type)>,
    /// What makes the application that a test checks.
    pub(crate) check: Option<Expr>,
    /// The line of the first instance in the source.
    pub(crate) line: u32,
}
