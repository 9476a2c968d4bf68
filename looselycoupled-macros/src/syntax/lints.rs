//! Lints that blame a method for the signature that we ask for.
//!
//! Whoever turns them on means methods that he could write otherwise. What the framework leaves to the
//! user, such as a `Result` that is always `Ok`, stays under his lints.

use proc_macro2::TokenStream;
use quote::quote;

use super::attribute::{Marker, MarkerKind};

/// `#[allow(…)]` for a method with an attribute of ours, or nothing for one without.
pub(super) fn allowed(markers: &[Marker]) -> Option<TokenStream> {
    let forced = forced(markers.first()?.kind);
    Some(quote! {
        #[allow(
            clippy::missing_const_for_fn,
            #forced
            reason = "the signature is what `#[module]` asks for"
        )]
    })
}

fn forced(kind: MarkerKind) -> TokenStream {
    match kind {
        MarkerKind::Task | MarkerKind::OnEvent => {
            let (borrows, owns) = (borrows(), owns());
            quote!(#borrows #owns clippy::use_self,)
        }
        MarkerKind::Initialize | MarkerKind::OnIdle | MarkerKind::Finalize => borrows(),
        // A task of its own is an `async fn`, even one that awaits nothing.
        MarkerKind::Run | MarkerKind::RunPassively => {
            let owns = owns();
            quote!(#owns clippy::unused_async,)
        }
        MarkerKind::New => owns(),
    }
}

/// A receiver, also where nothing is read; a `&mut self` also where the state is not `Sync`.
fn borrows() -> TokenStream {
    quote! {
        clippy::needless_pass_by_ref_mut,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self,
    }
}

/// Parameters that come from afar, so that nobody is there to lend them.
fn owns() -> TokenStream {
    quote! {
        clippy::large_types_passed_by_value,
        clippy::needless_pass_by_value,
    }
}
