//! `#[new]`.

use syn::{FnArg, Ident, ReturnType, Type};

use super::callable::{output, qualifiers};
use super::inputs::{bare, context, refuse_default};
use super::owned::check_owned;
use super::receiver;
use super::returned::result_arguments;
use super::role::Marked;
use super::surroundings::surroundings;
use crate::diagnostics::Sink;
use crate::model::Constructor;
use crate::syntax::{Marker, Method, arguments_of};

/// Checks the constructor of a module; nothing where it is unsound.
pub(super) fn constructor(marked: Marked<'_>, module: &Ident, sink: &Sink) -> Option<Constructor> {
    let Marked { method, marker, .. } = marked;
    let (signature, role) = (&method.signature, marked.role());
    sink.sound(|| {
        qualifiers(signature, role, sink);
        receiver::none(signature, role, "remove it and return `Self`", sink);
        refuse_options(marker, sink);
        if let Some(asyncness) = &signature.asyncness {
            sink.at(asyncness, "a constructor is a plain `fn`; do what awaits in `#[initialize]`");
        }
        Some(Constructor {
            ident: signature.ident.clone(),
            config: config(method, sink),
            fallible: fallible(method, module, sink),
            output: output(&signature.output),
            surroundings: surroundings(&method.attributes, signature.ident.span()),
        })
    })
}

fn refuse_options(marker: &Marker, sink: &Sink) {
    let arguments = arguments_of(&marker.attribute, sink);
    if !arguments.is_empty() {
        sink.at(&arguments, "`#[new]` has no options; write only `#[new]`");
    }
}

fn config(method: &Method, sink: &Sink) -> Option<Type> {
    method.defaults.iter().for_each(|mark| refuse_default(Some(&mark.attribute), "a configuration", sink));
    let mut typed = method.signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let config = typed.next()?;
    if context(&config.ty).is_some() {
        sink.at(config, "a constructor has no context yet; use it in `#[initialize]`");
    } else {
        check_owned(&config.ty, "a configuration", sink);
    }
    for second in typed {
        sink.at(
            second,
            "a constructor takes one parameter at most, its configuration; put both into one struct",
        );
    }
    Some((*config.ty).clone())
}

/// Whether it returns a `Result`.
fn fallible(method: &Method, module: &Ident, sink: &Sink) -> bool {
    const ADVICE: &str = "a constructor returns the module; write `Self` or `Result<Self, E>`";
    let ReturnType::Type(_, ty) = &method.signature.output else {
        sink.at(&method.signature.ident, ADVICE);
        return false;
    };
    let is_result = result_arguments(ty).is_some();
    let is_module = matches!(bare(ty), Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Self" || last.ident == *module));
    if !is_result && !is_module {
        sink.at(ty, ADVICE);
    }
    is_result
}
