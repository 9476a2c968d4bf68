//! The `#[new]` of a module, where `register!` finds it.

use proc_macro2::TokenStream;
use quote::quote;

use super::header::constrained;
use super::place::shown_at;
use crate::model::{Constructor, Module};

/// An inherent constant of the module's type; a module without `#[new]` has none.
pub(super) fn constructors(module: &Module) -> Option<TokenStream> {
    let generics = constrained(&module.target);
    let (parameters, _, constraints) = generics.split_for_impl();
    let path = &module.target.path;
    let constants = module.constructors.iter().map(constant);
    (!module.constructors.is_empty()).then(|| {
        quote! {
            impl #parameters #path #constraints {
                #(#constants)*
            }
        }
    })
}

fn constant(constructor: &Constructor) -> TokenStream {
    let conditions = &constructor.surroundings.conditions;
    let (ty, made) = (constructor_type(), made(constructor));
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        pub const __CONSTRUCTOR: #ty = ::core::option::Option::Some(|__settings| #made);
    }
}

/// What a constructor, or the lack of one, is.
pub(super) fn constructor_type() -> TokenStream {
    quote! {
        ::core::option::Option<fn(__lc::Settings<'_>) -> ::core::result::Result<Self, __lc::BoxError>>
    }
}

fn made(constructor: &Constructor) -> TokenStream {
    let method = &constructor.ident;
    let config = constructor.config.as_ref().map(|config| quote!(__settings.read::<#config>()?));
    if !constructor.fallible {
        return quote!(::core::result::Result::Ok(Self::#method(#config)));
    }
    let convert = shown_at(&constructor.output, quote!(::core::convert::Into::into));
    quote!(Self::#method(#config).map_err(#convert))
}
