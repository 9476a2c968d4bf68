//! The shim of an event handler.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::call::{future, nothing, on_its_thread, outcome, receiver, sharing};
use super::describe;
use super::header::implement;
use super::place::{index, local_at};
use super::task::default;
use crate::model::{Handler, Module, Parameter, Position, Subscription};

/// `impl HandlerAt<I>`
pub(super) fn handler(handler: &Handler, module: &Module) -> TokenStream {
    let callable = &handler.callable;
    let index = index(&handler.position);
    let information = describe::handler(handler);
    let lints = &callable.surroundings.lints;
    let receiver = receiver(module.is_concurrent());
    let future = future(callable, &nothing(), &quote!('a));
    let (sharing, decoded) = (sharing(callable, module), decoded(handler));
    let outcome = outcome(callable, &arguments(handler));
    let handled = on_its_thread(quote!(async move { #decoded #outcome }), module);
    let body = quote! {
        const INFO: __lc::HandlerInfo = #information;
        #(#lints)*
        fn handle<'a>(
            __module: #receiver,
            __context: &'a __lc::Context,
            __event: &'a __lc::EventRecord,
        ) -> #future {
            #sharing
            #handled
        }
    };
    implement(&module.target, &callable.surroundings.conditions, &quote!(__lc::HandlerAt<#index>), &body)
}

/// The handler's row in the table of its module.
pub(super) fn row(handler: &Handler) -> TokenStream {
    let conditions = &handler.callable.surroundings.conditions;
    let index = index(&handler.position);
    quote!(#(#conditions)* __lc::HandlerDescriptor::of::<Self, #index>())
}

/// What the method is given; an event of another type than its parameter is reported there.
fn arguments(handler: &Handler) -> Vec<TokenStream> {
    match &handler.subscription {
        Subscription::Typed { parameter, .. } => {
            vec![local_at(&parameter.to_token_stream(), quote!(__decoded))]
        }
        Subscription::Pattern { parameter, .. } => {
            vec![local_at(&parameter.to_token_stream(), quote!(__event))]
        }
        Subscription::Named { fields, .. } => {
            fields.iter().map(|parameter| field(parameter, &handler.position)).collect()
        }
    }
}

/// The statement that decodes the event for a typed handler.
fn decoded(handler: &Handler) -> Option<TokenStream> {
    match &handler.subscription {
        Subscription::Typed { event, .. } => {
            let read = or_misfit(&quote!(__event.typed::<#event>()), &handler.position);
            Some(quote!(let __decoded = #read;))
        }
        _ => None,
    }
}

fn field(parameter: &Parameter, position: &Position) -> TokenStream {
    let (name, ty) = (parameter.name(), &parameter.ty);
    let read = match default(parameter) {
        None => quote!(__event.field::<#ty>(#name)),
        Some(default) => quote!(__event.field_or::<#ty>(#name, #default)),
    };
    or_misfit(&read, position)
}

/// What was read of an event, or else an error that names event and handler.
fn or_misfit(read: &TokenStream, position: &Position) -> TokenStream {
    let index = index(position);
    quote! {
        #read.map_err(|__cause| {
            __lc::misfit(&<Self as __lc::HandlerAt<#index>>::INFO, __context, __event, __cause)
        })?
    }
}
