//! The trait itself.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, ItemTrait, Pat, ReturnType, TraitItem, TraitItemFn, parse_quote};

/// The trait as it is written, but for two things that a user would have to write otherwise: futures can be sent, so that
/// generic code may spawn what it calls, and methods ask for `Self: Sized`, so that `dyn Dimmer` names the interface.
pub(crate) fn declaration(written: &ItemTrait) -> TokenStream {
    let mut declaration = written.clone();
    // Before the user's own, which have the last word.
    declaration
        .attrs
        .insert(0, parse_quote!(#[allow(dead_code, reason = "callers use the methods of the stub")]));
    for item in &mut declaration.items {
        if let TraitItem::Fn(method) = item {
            declare(method);
        }
    }
    declaration.to_token_stream()
}

fn declare(method: &mut TraitItemFn) {
    // Taken apart it is refused already; rustc would say so again.
    for input in &mut method.sig.inputs {
        if let FnArg::Typed(typed) = input
            && !matches!(*typed.pat, Pat::Ident(_))
        {
            *typed.pat = parse_quote!(_);
        }
    }
    method.sig.generics.make_where_clause().predicates.push(parse_quote!(Self: ::core::marker::Sized));
    // A body, which is refused, stays in sight as it is.
    if method.default.is_none() && method.sig.asyncness.take().is_some() {
        let output = match &method.sig.output {
            ReturnType::Default => quote!(()),
            ReturnType::Type(_, ty) => ty.to_token_stream(),
        };
        method.sig.output = ReturnType::Type(
            <syn::Token![->]>::default(),
            parse_quote!(impl ::core::future::Future<Output = #output> + ::core::marker::Send),
        );
    }
}
