//! `exec!`, `enqueue!` and `emit!`: names become indices, indices types.
//!
//! Everything generated is shown at the name that it checks, since the message of a constant evaluation that panics stands where
//! its call stands.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::names::field;
use super::place::throughout;
use crate::model::{CheckedCall, CheckedEvent, Given};

/// The type that `app!` makes. Where there is none the compiler's message names it.
const ROOT: &str = "__AppMacroAtTheCrateRoot";

pub(super) fn root(at: Span) -> Ident {
    Ident::new(ROOT, at)
}

/// Where generated tokens are made that the compiler shows at one place. Each gets its span as it is made: to make them and set it then costs
/// the compiler several times as much.
struct Place {
    at: Span,
    /// The path of what generated code names.
    lc: TokenStream,
}

impl Place {
    fn of(span: Span, runtime: &TokenStream) -> Self {
        let at = Span::call_site().located_at(span);
        let runtime = throughout(span, runtime.clone());
        Self { at, lc: quote_spanned!(at=> #runtime::__private) }
    }

    fn literal(&self, text: &str) -> Literal {
        let mut literal = Literal::string(text);
        literal.set_span(self.at);
        literal
    }

    fn ident(&self, text: &str) -> Ident {
        Ident::new(text, self.at)
    }
}

/// A call of a task.
pub(crate) fn checked_call(call: &CheckedCall) -> TokenStream {
    let CheckedCall { runtime, context, module, task, span, given, .. } = call;
    let place = Place::of(*span, runtime);
    let (at, lc, root) = (place.at, &place.lc, root(place.at));
    let (module, address) = (place.literal(module), place.literal(&format!("{module}.{task}")));
    let (field, task, verb) = (field(task, at), place.literal(task), place.ident(call.verb));
    let called = quote_spanned!(at=> #lc::called::<crate::#root>(#module, #task, #address));
    let number = number(&place, (called, "given", "complete"), runtime, given);
    let begin = quote_spanned! {at=>
        let __instance = #lc::instance::<crate::#root, #number>();
        let __task = __instance.task(__instance.tasks().#field);
    };
    let fill = fill(&place, &place.ident("__task"), given);
    let send = quote_spanned!(at=> .#verb(&__instance, &__task, __given));
    quote!({ #begin #fill (#context)#send })
}

/// An event.
pub(crate) fn checked_event(event: &CheckedEvent) -> TokenStream {
    let CheckedEvent { runtime, context, event, span, given } = event;
    let place = Place::of(*span, runtime);
    let (at, lc, root) = (place.at, &place.lc, root(place.at));
    let event = place.literal(event);
    let known = quote_spanned!(at=> #lc::known::<crate::#root>(#event));
    let number = number(&place, (known, "with", "whole"), runtime, given);
    let begin = quote_spanned! {at=>
        let __event =
            #lc::announced::<crate::#root, _, #number, { #lc::emission::<crate::#root>(#event) }>();
    };
    let fill = fill(&place, &place.ident("__event"), given);
    let send = quote_spanned!(at=> .emit_checked(&__event, __given));
    quote!({ #begin #fill (#context)#send })
}

/// `{ complete(given(given(called, "level"), "fade")) }`, or the same of an event: each name is shown where it stands, and all of them are one
/// constant, since each constant costs the compiler as much as the rest of a call. What it refuses makes a type that is in error, of which nothing more is said.
fn number(
    place: &Place,
    (found, more, end): (TokenStream, &str, &str),
    runtime: &TokenStream,
    given: &[Given],
) -> TokenStream {
    let given = given.iter().fold(found, |found, Given { name, span, .. }| {
        let place = Place::of(*span, runtime);
        let (at, lc) = (place.at, &place.lc);
        let (more, name) = (place.ident(more), place.literal(name));
        quote_spanned!(at=> #lc::#more(#found, #name))
    });
    let (at, lc, end) = (place.at, &place.lc, place.ident(end));
    quote_spanned!(at=> { #lc::#end(#given) })
}

/// What is given: `__given.at(__names._level).put(value);`, where the name is shown at the name and the value keeps its own place.
fn fill(place: &Place, of: &Ident, given: &[Given]) -> TokenStream {
    let at = place.at;
    if given.is_empty() {
        return quote_spanned!(at=> let (_, __given) = #of.begin(););
    }
    let puts = given.iter().map(|Given { name, span, value }| {
        let at = Span::call_site().located_at(*span);
        let name = field(name, at);
        let head = quote_spanned!(at=> __given.at(__names.#name).put);
        quote!(#head(#value);)
    });
    quote_spanned!(at=> let (__names, mut __given) = #of.begin(); #(#puts)*)
}
