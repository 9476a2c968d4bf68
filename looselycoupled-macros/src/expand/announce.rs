//! What lets `emit!` find the events of a module, with the types of their fields.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::header::implement;
use super::names::Names;
use super::place::index;
use crate::model::{Emission, Event, Field, Handler, Module, Subscription};

/// As many values may be given by name where the compiler checks the names.
pub(super) const MOST_BY_NAME: usize = 12;

/// `impl Announces` for everything that a module lists in `emits(…)` or hears by its type, in this order.
pub(super) fn announced(module: &Module) -> TokenStream {
    let listed = module.emits.iter().enumerate().map(|(place, emission)| listed(place, emission, module));
    let heard = module.handlers.iter().map(|handler| heard(handler, module));
    quote!(#(#listed)* #(#heard)*)
}

fn listed(place: usize, emission: &Emission, module: &Module) -> Option<TokenStream> {
    let types = &emission.types;
    let names = names(format_ident!("__Emitted{place}"), &emission.fields);
    let (declaration, members) = (names.declaration(), names.members("Fields", "FIELDS"));
    let place = Literal::usize_unsuffixed(place);
    let body = quote! {
        #members
        fn announce(__handle: &__lc::Handle, __fields: (#(#types,)*)) -> __lc::Trigger {
            __lc::announce_by_name::<Self, _>(__handle, #place, __fields)
        }
    };
    let of_trait = quote!(__lc::Announces<#place, (#(#types,)*)>);
    (types.len() <= MOST_BY_NAME).then(|| {
        let announces = implement(&module.target, &[], &of_trait, &body);
        quote!(#declaration #announces)
    })
}

fn names(ident: Ident, fields: &[Field]) -> Names {
    let mut names = Names::new(ident);
    for (place, field) in fields.iter().enumerate() {
        names.add(&[], &field.name, &Literal::usize_unsuffixed(place).to_token_stream());
    }
    names
}

/// The types of the fields are whatever the event's type says: they are a parameter here.
fn heard(handler: &Handler, module: &Module) -> Option<TokenStream> {
    let Subscription::Typed { event, .. } = &handler.subscription else { return None };
    let (first, own) = (Literal::usize_unsuffixed(module.emits.len()), index(&handler.position));
    let mut target = module.target.clone();
    target.generics.params.push(syn::parse_quote!(__Fields: __lc::Slots));
    target
        .generics
        .make_where_clause()
        .predicates
        .push(syn::parse_quote!(#event: __lc::EventFields<__Fields>));
    let body = quote! {
        type Fields = <#event as __lc::EventFields<__Fields>>::Fields;
        const FIELDS: Self::Fields = <#event as __lc::EventFields<__Fields>>::FIELDS;
        fn announce(__handle: &__lc::Handle, __fields: __Fields) -> __lc::Trigger {
            <#event as __lc::EventFields<__Fields>>::send(__handle, __fields)
        }
    };
    let of_trait = quote!(__lc::Announces<{ #first + #own }, __Fields>);
    Some(implement(&target, &handler.callable.surroundings.conditions, &of_trait, &body))
}

/// `impl EventFields` for a struct of events.
pub(super) fn buildable(event: &Event) -> Option<TokenStream> {
    let parts = event.parts.as_ref().filter(|parts| parts.len() <= MOST_BY_NAME)?;
    let (ident, members) = (&event.ident, parts.iter().map(|(member, _)| member));
    let types: Vec<_> = parts.iter().map(|(_, ty)| ty).collect();
    let places = (0..parts.len()).map(Literal::usize_unsuffixed);
    let names = names(format_ident!("__Fields"), &event.fields);
    let (declaration, names) = (names.declaration(), names.members("Fields", "FIELDS"));
    Some(quote! {
        #declaration
        #[automatically_derived]
        impl __lc::EventFields<(#(#types,)*)> for #ident {
            #names
            fn send(__handle: &__lc::Handle, __fields: (#(#types,)*)) -> __lc::Trigger {
                __handle.trigger(Self { #(#members: __fields.#places),* })
            }
        }
    })
}
