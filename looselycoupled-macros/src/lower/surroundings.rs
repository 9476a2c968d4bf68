//! The attributes of a method that come along to everything that is generated for it.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, parse_quote};

use crate::model::Surroundings;

/// What comes along.
pub(super) fn surroundings(attributes: &[Attribute], span: Span) -> Surroundings {
    Surroundings {
        conditions: conditions(attributes),
        lints: attributes.iter().filter_map(leniency).collect(),
        deprecation: attributes.iter().find(|attribute| attribute.path().is_ident("deprecated")).cloned(),
        documentation: documentation(attributes),
        line: line(span),
    }
}

/// The `#[cfg]`s.
pub(super) fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

/// Whether an attribute is about lints.
pub(super) fn is_lint(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level))
}

/// `#[allow]` as it is and `#[expect]` as an `#[allow]`.
fn leniency(attribute: &Attribute) -> Option<Attribute> {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("allow") => Some(attribute.clone()),
        Meta::List(list) if list.path.is_ident("expect") => {
            let lints = &list.tokens;
            Some(parse_quote!(#[allow(#lints)]))
        }
        _ => None,
    }
}

/// The text of the doc comments.
pub(super) fn documentation(attributes: &[Attribute]) -> String {
    let lines: Vec<_> = attributes.iter().filter_map(documentation_line).collect();
    lines.join("\n").trim().to_owned()
}

fn documentation_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    let text = text.value();
    let line = text.strip_prefix(' ').unwrap_or(&text).trim_end();
    pair.path.is_ident("doc").then(|| line.to_owned())
}

/// The predicate of `#[cfg(predicate)]`, or of several at once.
pub(super) fn predicate(conditions: &[Attribute]) -> proc_macro2::TokenStream {
    let predicates = conditions.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(list.tokens.clone()),
        _ => None,
    });
    let mut predicates: Vec<_> = predicates.collect();
    match predicates.len() {
        1 => predicates.remove(0),
        _ => quote::quote!(all(#(#predicates),*)),
    }
}

/// The line of a span, or 0 where no compiler is running.
pub(super) fn line(span: Span) -> u32 {
    if proc_macro::is_available() { u32::try_from(span.unwrap().line()).unwrap_or(0) } else { 0 }
}

/// The line where some tokens begin.
pub(super) fn line_of(tokens: &dyn ToTokens) -> u32 {
    tokens.to_token_stream().into_iter().next().map_or(0, |first| line(first.span()))
}
