//! A parameter that callers give by name.

use syn::{Expr, Ident, Type};

/// A parameter of a task, or a field that a handler takes.
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) ident: Ident,
    /// Its type, whose tokens carry the obligation to be decodable.
    pub(crate) ty: Type,
    /// Its type, as written.
    pub(crate) type_name: String,
    /// What a caller gets who leaves it out.
    pub(crate) fallback: Fallback,
    /// The same as text, for people.
    pub(crate) default: Option<String>,
}

/// What stands in for a missing argument.
pub(crate) enum Fallback {
    /// Nothing: it is an error.
    Required,
    /// The type is an `Option`, or `#[default]` is given.
    Default,
    /// `#[default(expr)]`
    Expression(Box<Expr>),
}

impl Parameter {
    /// The name as callers write it, without `r#`.
    pub(crate) fn name(&self) -> String {
        syn::ext::IdentExt::unraw(&self.ident).to_string()
    }
}
