//! The constants about names that a module gives to others.

use proc_macro2::TokenStream;
use quote::quote;

use super::describe::option;
use super::implements::as_type;
use super::place::location;
use crate::model::{Mention, Named, Promise};

/// `PromiseInfo { … }`
pub(super) fn promise(promise: &Promise) -> TokenStream {
    let (address, location) = (&promise.address, location(promise.line));
    let interface = option(promise.interface.as_ref().map(|path| {
        let interface = as_type(path);
        quote!(<#interface as __lc::Interface>::INFO)
    }));
    let external = option(promise.external.as_ref().map(|reason| quote!(#reason)));
    quote! {
        __lc::PromiseInfo {
            address: #address,
            interface: #interface,
            external: #external,
            location: #location,
        }
    }
}

/// `MentionInfo { … }`
pub(super) fn mention(mention: &Mention) -> TokenStream {
    let Mention { conditions, named, line } = mention;
    let (named, location) = (self::named(named), location(*line));
    quote! {
        #(#conditions)*
        __lc::MentionInfo { named: __lc::Named::#named, location: #location }
    }
}

fn named(named: &Named) -> TokenStream {
    match named {
        Named::Sent(event) => quote!(Sent(#event)),
        Named::SentType(event) => quote!(SentType(#event)),
        Named::SentOneOf(types) => quote!(SentOneOf(&[#(#types),*])),
        Named::SentOwn => quote!(SentOwn),
        Named::Heard(pattern) => quote!(Heard(#pattern)),
        Named::HeardType(event) => quote!(HeardType(#event)),
        Named::Called(address) => quote!(Called(#address)),
        Named::Stub { module, stub } => {
            let stub = option(stub.as_ref().map(|stub| quote!(#stub)));
            quote!(Stub { module: #module, stub: #stub })
        }
    }
}
