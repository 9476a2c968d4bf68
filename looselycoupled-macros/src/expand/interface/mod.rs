//! What becomes of a trait under `#[interface]`.

mod declaration;
mod facts;
mod stub;

use proc_macro2::TokenStream;
use quote::quote;

use super::header::scope;
use crate::model::Interface;

pub(crate) use declaration::declaration;

/// What stands beside the trait: its stub, and everything else out of the documentation's sight.
pub(crate) fn interface(interface: &Interface<'_>) -> TokenStream {
    let (stub, facts) = (stub::stub(interface), facts::facts(interface));
    let hidden = scope(&interface.runtime, &interface.conditions, &facts);
    quote!(#stub #[doc(hidden)] #hidden)
}
