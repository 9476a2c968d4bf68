//! `exec!`, `enqueue!` and `emit!`: names become indices, indices types.
//!
//! Everything generated is shown at the name that it checks, since the message of a constant evaluation that panics stands where
//! its call stands.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::place::throughout;
use crate::model::{CheckedCall, CheckedEvent, Given};

/// The type that `app!` makes. Where there is none the compiler's message names it.
pub(super) fn root() -> TokenStream {
    quote!(__AppMacroAtTheCrateRoot)
}

/// A call of a task.
pub(crate) fn checked_call(call: &CheckedCall) -> TokenStream {
    let CheckedCall { runtime, context, module, task, span, given, .. } = call;
    let (lc, root, address) = (quote!(#runtime::__private), root(), format!("{module}.{task}"));
    let names = given.iter().map(|given| &given.name);
    let head = throughout(
        *span,
        quote! {
            type __Instance = #lc::InstanceOf<
                crate::#root,
                { #lc::instance::<crate::#root>(#module) },
            >;
            type __Task = #lc::Nth<
                <__Instance as #lc::Instance>::Module,
                {
                    #lc::called::<__Instance, _>(#module, #task, #address, [#(#names),*])
                },
            >;
            #[allow(unused_mut, reason = "a task may take nothing")]
            let mut __given = #lc::Filling::<<__Task as #lc::Task>::Arguments>::begin();
        },
    );
    let puts = given.iter().map(|one| put(one, |name| quote!(#lc::argument::<__Task>(#address, #name))));
    let verb = Ident::new(call.verb, Span::call_site());
    let send = throughout(*span, quote!(.#verb::<__Instance, __Task>(__given)));
    quote!({
        #head
        #(#puts)*
        (#context)#send
    })
}

/// An event.
pub(crate) fn checked_event(event: &CheckedEvent) -> TokenStream {
    let CheckedEvent { runtime, context, event, span, given } = event;
    let (lc, root) = (quote!(#runtime::__private), root());
    let names = given.iter().map(|given| &given.name);
    let of = quote!(<__Emitter as #lc::Module>::DESCRIPTOR);
    let index = quote!({ #lc::emission(#of, #event) });
    let takes = quote!(#lc::Names::Fields(#lc::fields(#of, #index)));
    let head = throughout(
        *span,
        quote! {
            type __Emitter = <#lc::InstanceOf<
                crate::#root,
                { #lc::emitter(<crate::#root as #lc::ListsInstances>::MODULES, #event) },
            > as #lc::Instance>::Module;
            const _: () = #lc::complete(#takes, #event, &[#(#names),*]);
            #[allow(unused_mut, reason = "an event may have no fields")]
            let mut __given = #lc::announced::<__Emitter, _, #index>();
        },
    );
    let puts = given.iter().map(|one| put(one, |name| quote!(#lc::place(#takes, #event, #name))));
    let send = throughout(*span, quote!(.emit_checked::<__Emitter, _, #index>(__given)));
    quote!({
        #head
        #(#puts)*
        (#context)#send
    })
}

/// `__given.put::<{ … }>(value);`, where the name is shown at the name and the value keeps its own place.
fn put(given: &Given, place: impl Fn(&str) -> TokenStream) -> TokenStream {
    let Given { name, span, value } = given;
    let place = place(name);
    let head = throughout(*span, quote!(__given.put::<{ #place }>));
    quote!(#head(#value);)
}
