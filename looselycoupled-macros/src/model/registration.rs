//! A module that configuration can list under a name.

use proc_macro2::TokenStream;
use syn::Type;

/// What `register!` registers.
pub(crate) struct Registration {
    /// The path of the runtime.
    pub(crate) runtime: TokenStream,
    /// The module's type.
    pub(crate) module: Type,
    /// The name under which it is listed.
    pub(crate) name: String,
}
