//! Our attributes taken off what is no Rust, so that the one mistake in it is not followed by others.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Meta, Path};

use super::attribute::{MarkerKind, is_ours};

/// A method without our attributes, those on its parameters included.
pub(crate) fn without_markers(method: TokenStream) -> TokenStream {
    let is_default = |path: &Path| is_ours(path, "default");
    let stripped = strip(method, MarkerKind::is_meant);
    inside(stripped, Delimiter::Parenthesis, |parameters| strip(parameters, is_default))
}

/// An item without our attributes on what stands in its braces.
pub(crate) fn without_markers_inside(item: TokenStream) -> TokenStream {
    inside(item, Delimiter::Brace, |content| strip(content, MarkerKind::is_meant))
}

/// Changes what stands in the delimiters; where nothing is to be changed even the spans stay.
fn inside(
    tokens: TokenStream,
    delimiter: Delimiter,
    change: impl Fn(TokenStream) -> TokenStream,
) -> TokenStream {
    let changed = |token| match token {
        TokenTree::Group(group) if group.delimiter() == delimiter => {
            let content = change(group.stream());
            if content.clone().into_iter().count() == group.stream().into_iter().count() {
                return TokenTree::Group(group);
            }
            let mut changed = Group::new(delimiter, content);
            changed.set_span(group.span());
            TokenTree::Group(changed)
        }
        other => other,
    };
    tokens.into_iter().map(changed).collect()
}

fn strip(tokens: TokenStream, is_ours: impl Fn(&Path) -> bool) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let behind_hash = matches!(kept.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#');
        if behind_hash && attribute(&token).is_some_and(|meta| is_ours(meta.path())) {
            kept.pop();
        } else {
            kept.push(token);
        }
    }
    kept.into_iter().collect()
}

/// What stands in the brackets of an attribute.
fn attribute(token: &TokenTree) -> Option<Meta> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            syn::parse2(group.stream()).ok()
        }
        _ => None,
    }
}
