//! The version of an interface.

use proc_macro2::TokenStream;
use syn::LitInt;

use crate::diagnostics::Sink;
use crate::model::Version;

/// Checks a version.
pub(super) fn version(written: &TokenStream, sink: &Sink) -> Option<Version> {
    let number = syn::parse2::<LitInt>(written.clone()).and_then(|literal| literal.base10_parse());
    match number {
        Ok(number) if number > 0 => Some(Version { number, written: written.clone() }),
        _ => {
            sink.at(written, "a version is a whole number, from 1 on; write `version = 2`");
            None
        }
    }
}
