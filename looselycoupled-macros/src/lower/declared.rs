//! A method of an interface.

use quote::ToTokens;
use syn::{FnArg, PatType, ReceiverKind, ReturnType, Signature, TraitItemFn, Type};

use super::inputs::{Input, bare, context};
use super::owned::{check_no_self, check_owned};
use super::parameter::parameters;
use super::returned::result_arguments;
use super::source::source;
use super::surroundings::surroundings;
use crate::diagnostics::Sink;
use crate::model::{Answer, InterfaceMethod, Parameter, Position};

/// Checks a method; nothing where it is unsound.
pub(super) fn method(written: &TraitItemFn, position: Position, sink: &Sink) -> Option<InterfaceMethod> {
    let signature = &written.sig;
    sink.sound(|| {
        check_form(signature, sink);
        check_receiver(signature, sink);
        if let Some(body) = &written.default {
            sink.at(body, "an interface says what there is, not how it is done; write `;` instead of a body");
        }
        let parameters = given(signature, sink);
        let answer = answer(signature, sink)?;
        let surroundings = surroundings(&written.attrs, signature.ident.span());
        Some(InterfaceMethod { position, ident: signature.ident.clone(), surroundings, parameters, answer })
    })
}

/// Refuses everything but a plain `async fn`.
fn check_form(signature: &Signature, sink: &Sink) {
    if signature.asyncness.is_none() {
        let name = &signature.ident;
        sink.at(&signature.fn_token, format!("whoever calls another module waits; write `async fn {name}`"));
    }
    if let syn::Safety::Unsafe(unsafety) = &signature.safety {
        sink.at(unsafety, "a method of an interface is safe to call; remove `unsafe`");
    }
    if !signature.generics.params.is_empty() {
        let advice = "remove the parameters and write the types themselves";
        sink.at(
            &signature.generics,
            format!("a method of an interface is one method for all callers; {advice}"),
        );
    }
    if let Some(clause) = &signature.generics.where_clause {
        sink.at(clause, "a method of an interface asks nothing of its types; remove the `where` clause");
    }
}

fn check_receiver(signature: &Signature, sink: &Sink) {
    let name = &signature.ident;
    match signature.receiver() {
        None => sink.at(name, format!("a method of an interface has a receiver; write `fn {name}(&self)`")),
        Some(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(_, None, None)) => {
            sink.at(
                receiver,
                "whoever calls another module does not have it for himself; write `&self`, whatever the task takes",
            );
        }
        Some(_) => {}
    }
}

/// The parameters behind the receiver.
fn given(signature: &Signature, sink: &Sink) -> Vec<Parameter> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let inputs: Vec<_> = typed.filter(|typed| is_given(typed, sink)).map(plain).collect();
    parameters(&inputs, "a method's parameter", sink)
}

fn plain(typed: &PatType) -> Input<'_> {
    Input { typed, default: None }
}

fn is_given(typed: &PatType, sink: &Sink) -> bool {
    for attribute in &typed.attrs {
        sink.at(attribute, "a parameter of an interface stands for itself; remove the attribute");
    }
    let is_context = context(&typed.ty).is_some();
    if is_context {
        sink.at(typed, "a task has a context of its own, callers give none; remove this parameter");
    }
    !is_context
}

/// What it returns: the task's value, or why the call has none. Every call can fail on its way, and the stub implements the
/// trait as it is written: so that has to stand there.
fn answer(signature: &Signature, sink: &Sink) -> Option<Answer> {
    let ReturnType::Type(_, ty) = &signature.output else {
        sink.at(&signature.ident, "every call can fail on its way; write `-> Result<(), CallError>`");
        return None;
    };
    match result_arguments(ty).as_deref() {
        Some([value, error]) if is_call_error(error) => {
            check_owned(value, "a method's result", sink);
            check_no_self(value, "a method's result", sink);
            Some(Answer { ty: (**ty).clone(), type_name: source(ty), value: (*value).clone() })
        }
        Some([value, error]) => {
            let value = source(value);
            let advice =
                format!("write `Result<{value}, CallError>`: its `Failed` holds the task's own error");
            sink.at(error, format!("callers do not know the task's error; {advice}"));
            None
        }
        arguments => {
            let value =
                arguments.and_then(<[&Type]>::first).map_or_else(|| source(ty), |value| source(value));
            sink.at(ty, format!("every call can fail on its way; write `Result<{value}, CallError>`"));
            None
        }
    }
}

/// `CallError`, under whatever path, or `CallError<TaskFailure>`.
fn is_call_error(error: &Type) -> bool {
    let Type::Path(path) = bare(error) else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "CallError") else { return false };
    let arguments = last.arguments.to_token_stream().to_string();
    arguments.is_empty() || arguments.contains("TaskFailure")
}
