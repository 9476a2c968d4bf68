//! Where the runtime lives.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

use crate::diagnostics::Sink;
use crate::syntax::{Form, Options};

/// The `crate = path` option, which every macro has.
///
/// There is no search in `Cargo.toml` for a renamed dependency: it would cost a TOML parser in every
/// build for the sake of a line that is easily written.
pub(super) const CRATE: (&str, Form) = ("crate", Form::Value("crate = ::looselycoupled"));

/// The path of the runtime.
pub(super) fn runtime(options: &Options, sink: &Sink) -> TokenStream {
    let path: Option<Path> = options.value("crate", "a path, such as `crate = ::looselycoupled`", sink);
    match path {
        Some(path) => path.to_token_stream(),
        None => quote!(::looselycoupled),
    }
}
