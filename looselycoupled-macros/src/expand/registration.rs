//! The entry of a generic module.

use proc_macro2::TokenStream;

use super::entry::entry;
use super::header::scope;
use crate::model::Registration;

/// What becomes of `register!`.
pub(crate) fn registration(registration: &Registration) -> TokenStream {
    let entry = entry(&registration.module, &registration.name, false);
    scope(&registration.runtime, &[], &entry)
}
