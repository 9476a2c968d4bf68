//! `exec!`, `enqueue!` and `emit!`: names become indices, indices types.
//!
//! Everything generated is shown at the name that it checks, since the message of a constant evaluation that panics stands where
//! its call stands.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use super::names::field;
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
    let called = throughout(*span, quote!(#lc::called::<crate::#root>(#module, #task, #address)));
    let place = place(&lc, called, *span, given);
    let (before, behind) = (quote!(let __instance = #lc::instance::<crate::#root,), quote!(>();));
    let (before, behind) = (throughout(*span, before), throughout(*span, behind));
    let task = field(task, *span);
    let task = throughout(*span, quote!(let __task = __instance.task(__instance.tasks().#task);));
    let begin = begin(&quote!(__task), *span, given);
    let puts = given.iter().map(put);
    let verb = Ident::new(call.verb, Span::call_site());
    let send = throughout(*span, quote!(.#verb(&__instance, &__task, __given)));
    quote!({
        #before #place #behind
        #task
        #begin
        #(#puts)*
        (#context)#send
    })
}

/// An event.
pub(crate) fn checked_event(event: &CheckedEvent) -> TokenStream {
    let CheckedEvent { runtime, context, event, span, given } = event;
    let (lc, root) = (quote!(#runtime::__private), root());
    let known = throughout(*span, quote!(#lc::known::<crate::#root>(#event)));
    let place = place(&lc, known, *span, given);
    let before = throughout(*span, quote!(type __Emitter = <#lc::InstanceOf<crate::#root,));
    let behind = throughout(
        *span,
        quote! {
            > as #lc::Instance>::Module;
            let __event = #lc::announced::<__Emitter, _, { #lc::emission::<__Emitter>(#event) }>();
        },
    );
    let begin = begin(&quote!(__event), *span, given);
    let puts = given.iter().map(put);
    let send = throughout(*span, quote!(.emit_checked(&__event, __given)));
    quote!({
        #before #place #behind
        #begin
        #(#puts)*
        (#context)#send
    })
}

/// `{ complete(given(given(found, "level"), "fade")) }`: each name is shown where it stands, and all of them are one constant, since each
/// constant costs the compiler as much as the rest of a call. What it refuses makes a type that is in error, of which nothing more is said.
fn place(lc: &TokenStream, found: TokenStream, span: Span, given: &[Given]) -> TokenStream {
    let given = given.iter().fold(found, |found, Given { name, span, .. }| {
        let name = throughout(*span, quote!(, #name));
        applied(&throughout(*span, quote!(#lc::given)), quote!(#found #name), *span)
    });
    let complete = applied(&throughout(span, quote!(#lc::complete)), given, span);
    grouped(Delimiter::Brace, complete, span)
}

/// `function(arguments)`
fn applied(function: &TokenStream, arguments: TokenStream, span: Span) -> TokenStream {
    let arguments = grouped(Delimiter::Parenthesis, arguments, span);
    quote!(#function #arguments)
}

fn grouped(delimiter: Delimiter, tokens: TokenStream, span: Span) -> TokenStream {
    let mut group = Group::new(delimiter, tokens);
    group.set_span(Span::call_site().located_at(span));
    TokenTree::from(group).into()
}

/// The names that may be given, and nothing that is given.
fn begin(of: &TokenStream, span: Span, given: &[Given]) -> TokenStream {
    let names = if given.is_empty() { quote!((_, __given)) } else { quote!((__names, mut __given)) };
    throughout(span, quote!(let #names = #of.begin();))
}

/// `__given.at(__names._level).put(value);`, where the name is shown at the name and the value keeps its own place.
fn put(given: &Given) -> TokenStream {
    let Given { name, span, value } = given;
    let name = field(name, *span);
    let head = throughout(*span, quote!(__given.at(__names.#name).put));
    quote!(#head(#value);)
}
