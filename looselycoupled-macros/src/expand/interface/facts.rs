//! What modules and stubs need to know of an interface.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::super::describe;
use super::super::place::{index, local_at, location};
use crate::model::{Interface, InterfaceMethod};

/// The interface in words, and each of its types in a place of its own.
pub(super) fn facts(interface: &Interface<'_>) -> TokenStream {
    let name = &interface.declaration.ident;
    let information = information(interface);
    let types = interface.methods.iter().map(|method| types(method, interface));
    quote! {
        #[automatically_derived]
        impl __lc::Interface for dyn #name {
            const INFO: &'static __lc::InterfaceInfo = &#information;
        }
        #(#types)*
        __lc::inventory::submit! { __lc::ListedInterface::of::<dyn #name>() }
    }
}

fn information(interface: &Interface<'_>) -> TokenStream {
    let Interface { name, version, documentation, methods, .. } = interface;
    let version = Literal::u32_unsuffixed(*version);
    let location = location(interface.line);
    let methods = methods.iter().map(method);
    quote! {
        __lc::InterfaceInfo {
            name: #name,
            version: #version,
            module_path: ::core::module_path!(),
            location: #location,
            documentation: #documentation,
            methods: &[#(#methods),*],
            type_id: ::core::any::TypeId::of::<Self>,
        }
    }
}

fn method(method: &InterfaceMethod) -> TokenStream {
    let conditions = &method.surroundings.conditions;
    let name = method.name();
    let documentation = &method.surroundings.documentation;
    let parameters = method.parameters.iter().map(describe::parameter);
    let result = &method.answer.type_name;
    let location = location(method.surroundings.line);
    quote! {
        #(#conditions)*
        __lc::MethodInfo {
            name: #name,
            documentation: #documentation,
            parameters: &[#(#parameters),*],
            result: #result,
            location: #location,
        }
    }
}

/// A type that is less visible than the trait is reported at the whole of these.
fn types(method: &InterfaceMethod, interface: &Interface<'_>) -> TokenStream {
    let (conditions, name) = (&method.surroundings.conditions, &interface.declaration.ident);
    let number = index(&method.position);
    let places = (0..method.parameters.len()).map(Literal::usize_unsuffixed);
    let places = places.map(|place| quote!(#place)).chain([quote!({ __lc::RESULT })]);
    let types = method.parameters.iter().map(|parameter| &parameter.ty).chain([&method.answer.value]);
    let implementations = places.zip(types).map(|(place, ty)| {
        let source = ty.to_token_stream();
        let (head, end) = (local_at(&source, quote!(type Type =)), local_at(&source, quote!(;)));
        quote! {
            #(#conditions)*
            #[automatically_derived]
            impl __lc::TypeAt<#number, #place> for dyn #name {
                #head #ty #end
            }
        }
    });
    quote!(#(#implementations)*)
}
