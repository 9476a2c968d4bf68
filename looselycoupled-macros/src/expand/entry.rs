//! The entry by which configuration finds a module.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::constructor::constructor_type;

/// `impl Entry` and its submission to the registry. `asks_for_send` says whether somebody else complains of a type that is
/// not `Send`.
pub(super) fn entry(module: &dyn ToTokens, name: &str, asks_for_send: bool) -> TokenStream {
    let constraint = asks_for_send.then(|| quote!(where for<'__always> #module: ::core::marker::Send));
    let factory = factory(module);
    quote! {
        struct __Entry;
        #[automatically_derived]
        impl __lc::Entry for __Entry #constraint {
            type Module = #module;
            const NAME: &'static str = #name;
            const FACTORY: ::core::option::Option<
                fn(__lc::Settings<'_>) -> ::core::result::Result<Self::Module, __lc::BoxError>
            > = { #factory };
        }
        __lc::inventory::submit! { __lc::Registration::of::<__Entry>() }
    }
}

/// The type's `#[new]`, or its `Default`, or nothing.
///
/// Each question is answered by an inherent constant beside the constant of a trait that all types have.
fn factory(module: &dyn ToTokens) -> TokenStream {
    let ty = constructor_type();
    quote! {
        trait __NoConstructor: ::core::marker::Sized {
            const __CONSTRUCTOR: #ty = ::core::option::Option::None;
        }
        impl<__Type> __NoConstructor for __Type {}
        use __lc::NoDefault as _;
        match <#module>::__CONSTRUCTOR {
            ::core::option::Option::Some(__factory) => ::core::option::Option::Some(__factory),
            ::core::option::Option::None => __lc::Probe::<#module>::FACTORY,
        }
    }
}
