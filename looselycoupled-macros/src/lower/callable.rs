//! What all methods that the framework calls have in common.

use quote::{ToTokens, quote};
use syn::{ReturnType, Safety, Signature, Type};

use super::inputs::{Inputs, inputs};
use super::owned::check_owned;
use super::receiver::receiver;
use super::role::{Marked, Role};
use super::surroundings::surroundings;
use crate::diagnostics::Sink;
use crate::model::{Callable, Receiver};
use crate::syntax::Method;

/// A method that borrows its module and may take `ctx`, with its other parameters.
pub(super) fn borrowing<'a>(marked: Marked<'a>, sink: &Sink) -> (Callable, Inputs<'a>) {
    let Marked { method, concurrent, .. } = marked;
    let role = marked.role();
    qualifiers(&method.signature, role, sink);
    let receiver = receiver(&method.signature, role, concurrent, sink);
    let inputs = inputs(method, role, sink);
    (callable(method, receiver, inputs.context), inputs)
}

/// The method as data.
pub(super) fn callable(method: &Method, receiver: Receiver, context: Option<&Type>) -> Callable {
    let signature = &method.signature;
    Callable {
        ident: signature.ident.clone(),
        is_async: signature.asyncness.is_some(),
        receiver,
        context: context.map(ToTokens::to_token_stream),
        output: output(&signature.output),
        surroundings: surroundings(&method.attributes, signature.ident.span()),
    }
}

/// The return type, or nothing.
pub(super) fn output(output: &ReturnType) -> proc_macro2::TokenStream {
    match output {
        ReturnType::Default => quote!(),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    }
}

/// Refuses what a handler or a hook cannot return, as far as one can see; the rest is the compiler's.
pub(super) fn check_output(output: &ReturnType, sink: &Sink) {
    if let ReturnType::Type(_, ty) = output {
        check_owned(ty, "a handler's result", sink);
    }
}

/// Refuses `const`, `unsafe`, `extern` and type parameters.
pub(super) fn qualifiers(signature: &Signature, role: Role, sink: &Sink) {
    let noun = role.noun();
    if let Some(constness) = &signature.constness {
        sink.at(constness, format!("{noun} is called while the program runs; remove `const`"));
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        sink.at(
            unsafety,
            format!("{noun} is called by safe code; remove `unsafe` and use an `unsafe` block inside"),
        );
    }
    if let Some(abi) = &signature.abi {
        sink.at(abi, format!("{noun} is called from Rust; remove `extern`"));
    }
    if !signature.generics.params.is_empty() {
        let advice = "remove the parameters and write the types themselves";
        sink.at(&signature.generics, format!("{noun} is one method for all callers; {advice}"));
    }
}
