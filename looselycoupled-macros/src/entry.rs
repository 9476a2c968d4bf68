//! The whole way from tokens to tokens, for each macro.
//!
//! What the user wrote always comes out again, whatever is wrong with it: without our attributes, and
//! with its bodies untouched.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Item;
use syn::parse::Parser;

use crate::diagnostics::Sink;
use crate::syntax::{AppList, Block, CheckedVerb, Method, Registration, without_markers_inside};
use crate::{expand, lower};

/// `#[module]`
pub(crate) fn module(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let sink = Sink::default();
    let Some(block) = sink.keep(syn::parse2::<Block>(item.clone())) else {
        return with_errors(&without_markers_inside(item.clone()), None, &sink);
    };
    let module = lower::module(arguments, &block, &sink);
    with_errors(&block, module.as_ref().map(expand::module).as_ref(), &sink)
}

/// `#[event]`
pub(crate) fn event(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let sink = Sink::default();
    let Some(mut item) = sink.keep(syn::parse2::<Item>(item.clone())) else {
        return with_errors(item, None, &sink);
    };
    let event = lower::event(arguments, &mut item, &sink);
    with_errors(&item, event.as_ref().map(expand::event).as_ref(), &sink)
}

/// `#[interface]`
pub(crate) fn interface(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let sink = Sink::default();
    let declaration = match sink.keep(syn::parse2::<Item>(item.clone())) {
        Some(Item::Trait(declaration)) => declaration,
        Some(other) => {
            sink.at(
                &lower::keyword(&other),
                "an interface is a trait; write `#[interface] pub trait Dimmer { .. }`",
            );
            return with_errors(item, None, &sink);
        }
        None => return with_errors(item, None, &sink),
    };
    let interface = lower::interface(arguments, &declaration, &sink);
    with_errors(&expand::declaration(&declaration), interface.as_ref().map(expand::interface).as_ref(), &sink)
}

/// `#[looselycoupled::main]`
pub(crate) fn main(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let sink = Sink::default();
    let Ok(function) = Method::parse_whole.parse2(item.clone()) else {
        sink.at(item, "`#[looselycoupled::main]` stands on a function; write `async fn main`");
        return with_errors(item, None, &sink);
    };
    let program = lower::program(arguments, &function, &sink);
    match program {
        Some(program) => with_errors(&expand::program(&program), None, &sink),
        // rustc has its own opinion on an `async fn main`, which would be a second message.
        None if function.signature.asyncness.is_some() && function.signature.ident == "main" => {
            with_errors(&expand::fallback(item), None, &sink)
        }
        None => with_errors(item, None, &sink),
    }
}

/// `#[looselycoupled::test]`
pub(crate) fn test(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let sink = Sink::default();
    let Ok(function) = Method::parse_whole.parse2(item.clone()) else {
        sink.at(item, "`#[looselycoupled::test]` stands on a function; write `async fn`");
        return with_errors(item, None, &sink);
    };
    match lower::test(arguments, &function, &sink) {
        Some(test) => with_errors(&expand::test(&test), None, &sink),
        None => with_errors(item, None, &sink),
    }
}

/// `register!`
pub(crate) fn register(input: TokenStream) -> TokenStream {
    let sink = Sink::default();
    let written = sink.keep(syn::parse2::<Registration>(input));
    let registration = written.and_then(|written| lower::registration(written, &sink));
    with_errors(&registration.as_ref().map(expand::registration), None, &sink)
}

/// `app!`
pub(crate) fn app(input: TokenStream) -> TokenStream {
    let sink = Sink::default();
    let list = sink.keep(syn::parse2::<AppList>(input)).map(|written| lower::app_list(written, &sink));
    with_errors(&list.as_ref().map(expand::app_list), None, &sink)
}

/// `exec!` and `enqueue!`, which differ in the method that sends.
pub(crate) fn checked_call(input: TokenStream, verb: &'static str) -> TokenStream {
    let sink = Sink::default();
    let written = sink.keep(syn::parse2::<CheckedVerb>(input));
    let call = written.and_then(|written| lower::checked_call(written, verb, &sink));
    call.map_or_else(|| instead_of_an_expression(&sink), |call| expand::checked_call(&call))
}

/// `emit!`
pub(crate) fn emit(input: TokenStream) -> TokenStream {
    let sink = Sink::default();
    let written = sink.keep(syn::parse2::<CheckedVerb>(input));
    let event = written.and_then(|written| lower::checked_event(written, &sink));
    event.map_or_else(|| instead_of_an_expression(&sink), |event| expand::checked_event(&event))
}

/// All complaints as one expression, of which the compiler expects nothing more.
fn instead_of_an_expression(sink: &Sink) -> TokenStream {
    let errors = sink.finish();
    quote!({ #errors })
}

/// An attribute for methods of a `#[module]` block that stands elsewhere.
///
/// The expansion of `#[module]` itself puts them on an empty constant, with the argument `__known`.
pub(crate) fn misplaced(name: &str, arguments: &TokenStream, item: &TokenStream) -> TokenStream {
    if arguments.to_string() == "__known" {
        return item.clone();
    }
    let message = format!(
        "`#[{name}]` belongs inside a `#[module] impl` block; put `#[module]` on the block around it"
    );
    let error = syn::Error::new(proc_macro2::Span::call_site(), message).into_compile_error();
    quote!(#error #item)
}

fn with_errors(item: &dyn ToTokens, expansion: Option<&TokenStream>, sink: &Sink) -> TokenStream {
    let errors = sink.finish();
    quote!(#item #expansion #errors)
}
