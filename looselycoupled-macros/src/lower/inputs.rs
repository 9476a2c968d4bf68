//! The parameters behind the receiver: is there a context, and what else.

use syn::{Attribute, FnArg, PatType, Type};

use super::role::Role;
use crate::diagnostics::Sink;
use crate::syntax::Method;

/// The parameters of a method.
#[derive(Default)]
pub(super) struct Inputs<'a> {
    /// The type of `ctx: &Context`, if it is there.
    pub(super) context: Option<&'a Type>,
    /// The others.
    pub(super) others: Vec<Input<'a>>,
}

/// A parameter other than `ctx`.
pub(super) struct Input<'a> {
    /// As written, without `#[default]`.
    pub(super) typed: &'a PatType,
    /// Its `#[default]`.
    pub(super) default: Option<&'a Attribute>,
}

/// Sorts the parameters of a method; `ctx` is known by its type.
pub(super) fn inputs<'a>(method: &'a Method, role: Role, sink: &Sink) -> Inputs<'a> {
    let mut inputs = Inputs::default();
    let mut is_first = true;
    for (position, input) in method.signature.inputs.iter().enumerate() {
        let default = default_at(method, position, sink);
        let FnArg::Typed(typed) = input else {
            refuse_default(default, "a receiver", sink);
            continue;
        };
        refuse_conditions(typed, sink);
        match context(&typed.ty) {
            None => inputs.others.push(Input { typed, default }),
            Some(passing) => {
                refuse_default(default, "`ctx`", sink);
                inputs.context = Some(&typed.ty);
                if passing != Passing::Shared {
                    let noun = role.noun();
                    sink.at(&typed.ty, format!("{noun} borrows its context; write `ctx: &Context`"));
                } else if !is_first {
                    sink.at(typed, "the context comes first; put `ctx: &Context` right behind the receiver");
                }
            }
        }
        is_first = false;
    }
    inputs
}

fn default_at<'a>(method: &'a Method, position: usize, sink: &Sink) -> Option<&'a Attribute> {
    let mut marks =
        method.defaults.iter().filter(|mark| mark.position == position).map(|mark| &mark.attribute);
    let first = marks.next();
    marks.for_each(|second| sink.at(second, "`#[default]` is given twice; remove one"));
    first
}

/// Complains about a `#[default]` where nobody can leave anything out.
pub(super) fn refuse_default(default: Option<&Attribute>, what: &str, sink: &Sink) {
    if let Some(default) = default {
        sink.at(default, format!("{what} has no default; remove `#[default]`"));
    }
}

fn refuse_conditions(typed: &PatType, sink: &Sink) {
    for condition in typed.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
        sink.at(
            condition,
            "a parameter has no `#[cfg]`; put it on the method and write one method for each case",
        );
    }
}

/// How a `Context` is passed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Passing {
    /// `Context`
    Owned,
    /// `&Context`
    Shared,
    /// `&mut Context`
    Exclusive,
}

/// Whether a type is a `Context`, and how it is passed.
pub(super) fn context(ty: &Type) -> Option<Passing> {
    let (named, passing) = match bare(ty) {
        Type::Reference(reference) if reference.mutability.is_some() => {
            (bare(&reference.elem), Passing::Exclusive)
        }
        Type::Reference(reference) => (bare(&reference.elem), Passing::Shared),
        other => (other, Passing::Owned),
    };
    ends_in(named, "Context").then_some(passing)
}

/// Whether a type is a path whose last segment is `name`, without arguments.
fn ends_in(ty: &Type, name: &str) -> bool {
    let Type::Path(path) = ty else { return false };
    path.qself.is_none()
        && path.path.segments.last().is_some_and(|last| last.ident == name && last.arguments.is_none())
}

/// The type inside parentheses and the invisible brackets of `macro_rules!`.
pub(super) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}
