//! What a task returns.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound, TypePath, TypeTraitObject};

use super::inputs::bare;
use super::owned::check_owned;
use super::source::source;
use crate::diagnostics::Sink;
use crate::model::{Halves, Returned};

/// Checks the result of a task.
///
/// Whether it can fail is told by the name `Result`; the expansion asks the compiler about other names.
pub(super) fn returned(output: &ReturnType, sink: &Sink) -> Returned {
    let ReturnType::Type(_, ty) = output else {
        let nothing = "()".to_owned();
        return Returned { ty: quote!(()), type_name: nothing.clone(), value_name: nothing, fallible: None };
    };
    check_owned(ty, "a task's result", sink);
    let arguments = result_arguments(ty);
    if let Some(error) = arguments.as_ref().and_then(|arguments| arguments.get(1)) {
        check_error(error, sink);
    }
    let value = arguments.as_ref().and_then(|arguments| arguments.first().copied());
    let value_name = source(value.unwrap_or(ty));
    let fallible = arguments.map(|arguments| halves(ty, &arguments));
    Returned { ty: ty.to_token_stream(), type_name: source(ty), value_name, fallible }
}

fn halves(ty: &Type, arguments: &[&Type]) -> Halves {
    let half = |place: usize| -> TokenStream {
        arguments.get(place).map_or_else(|| ty.to_token_stream(), ToTokens::to_token_stream)
    };
    Halves { value: half(0), error: half(1) }
}

/// The type arguments of a path that ends in `Result`.
pub(super) fn result_arguments(ty: &Type) -> Option<Vec<&Type>> {
    let Type::Path(TypePath { qself: None, path, .. }) = bare(ty) else { return None };
    let last = path.segments.last().filter(|last| last.ident == "Result")?;
    let PathArguments::AngleBracketed(brackets) = &last.arguments else { return Some(Vec::new()) };
    let types = brackets.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some(types.collect())
}

/// `Box<dyn Error>` cannot leave its thread, which rustc would say in many more words.
fn check_error(error: &Type, sink: &Sink) {
    let Type::Path(TypePath { path, .. }) = bare(error) else { return };
    let Some(PathArguments::AngleBracketed(brackets)) = path.segments.last().map(|last| &last.arguments)
    else {
        return;
    };
    for argument in &brackets.args {
        if let GenericArgument::Type(Type::TraitObject(object)) = argument
            && has_bound(object, "Error")
            && !(has_bound(object, "Send") && has_bound(object, "Sync"))
        {
            sink.at(error, "a task's error goes to other threads; write `Box<dyn Error + Send + Sync>`");
        }
    }
}

fn has_bound(object: &TypeTraitObject, name: &str) -> bool {
    object.bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| last.ident == name),
        _ => false,
    })
}
