//! Parameters that callers give by name.

use syn::{Attribute, Expr, Ident, Meta, Pat, Type};

use super::inputs::{Input, bare};
use super::owned::{check_no_self, check_owned};
use super::source::source;
use crate::diagnostics::Sink;
use crate::model::{Fallback, Parameter};

/// Checks the parameters of a task or of a handler by name.
pub(super) fn parameters(inputs: &[Input<'_>], subject: &str, sink: &Sink) -> Vec<Parameter> {
    inputs.iter().filter_map(|input| parameter(input, subject, sink)).collect()
}

fn parameter(input: &Input<'_>, subject: &str, sink: &Sink) -> Option<Parameter> {
    let ty = &input.typed.ty;
    check_owned(ty, subject, sink);
    check_no_self(ty, subject, sink);
    let fallback = fallback(input.default, ty, sink);
    let ident = ident(&input.typed.pat, subject, sink)?.clone();
    let default = written(&fallback, ty);
    Some(Parameter { ident, ty: (**ty).clone(), type_name: source(ty), fallback, default })
}

/// A default the way a person would have typed it.
fn written(fallback: &Fallback, ty: &Type) -> Option<String> {
    match fallback {
        Fallback::Required => None,
        Fallback::Default if is_option(ty) => Some("None".to_owned()),
        Fallback::Default => Some("Default::default()".to_owned()),
        Fallback::Expression(expression) => Some(source(expression)),
    }
}

fn ident<'a>(pattern: &'a Pat, subject: &str, sink: &Sink) -> Option<&'a Ident> {
    match pattern {
        Pat::Ident(plain) if plain.by_ref.is_none() && plain.subpat.is_none() => Some(&plain.ident),
        Pat::Wild(wild) => {
            sink.at(wild, format!("{subject} is given by name; write one instead of `_`"));
            None
        }
        other => {
            sink.at(
                other,
                format!("{subject} is given by name; write a plain name and take it apart in the body"),
            );
            None
        }
    }
}

fn fallback(default: Option<&Attribute>, ty: &Type, sink: &Sink) -> Fallback {
    match default.map(|attribute| &attribute.meta) {
        None if is_option(ty) => Fallback::Default,
        None => Fallback::Required,
        Some(Meta::Path(_)) => Fallback::Default,
        Some(Meta::List(list)) => match syn::parse2::<Expr>(list.tokens.clone()) {
            Ok(expression) => Fallback::Expression(Box::new(expression)),
            Err(_) => {
                sink.at(
                    list,
                    "`#[default(..)]` holds one expression; write `#[default(20)]` or `#[default]`",
                );
                Fallback::Default
            }
        },
        Some(Meta::NameValue(pair)) => {
            let value = source(&pair.value);
            sink.at(pair, format!("the default stands in parentheses; write `#[default({value})]`"));
            Fallback::Default
        }
    }
}

fn is_option(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Option" && !last.arguments.is_none())
}
