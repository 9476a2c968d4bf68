//! Places: in the source, and among the tasks.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::model::Position;

/// An index, as a constant or as a const argument.
pub(super) fn index(position: &Position) -> TokenStream {
    let certain = Literal::usize_unsuffixed(position.certain);
    if position.conditional.is_empty() {
        return certain.to_token_stream();
    }
    let conditional = &position.conditional;
    quote!({ #certain #(+ ::core::cfg!(#conditional) as usize)* })
}

/// `Location { … }`
pub(super) fn location(line: u32) -> TokenStream {
    let line = Literal::u32_unsuffixed(line);
    quote!(__lc::Location { file: ::core::file!(), line: #line })
}

/// Generated paths and types that the compiler shows where `source` stands.
pub(super) fn shown_at(source: &TokenStream, tokens: TokenStream) -> TokenStream {
    respan(source, tokens, |span| span)
}

/// Generated local names that the compiler shows where `source` stands.
///
/// They resolve with the other generated names, also where the user's code comes from a `macro_rules!`.
pub(super) fn local_at(source: &TokenStream, tokens: TokenStream) -> TokenStream {
    respan(source, tokens, |span| Span::call_site().located_at(span))
}

/// Generated tokens that the compiler shows at one place, down to the innermost.
pub(super) fn throughout(place: Span, tokens: TokenStream) -> TokenStream {
    let span = Span::call_site().located_at(place);
    let show = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), throughout(place, group.stream())).into();
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(show).collect()
}

/// Stable Rust cannot join two spans. So the first token begins where `source` begins, the last one ends
/// where it ends, and the compiler joins what lies between.
fn respan(source: &TokenStream, tokens: TokenStream, adapt: fn(Span) -> Span) -> TokenStream {
    let mut spans = source.clone().into_iter().map(|token| token.span());
    let Some(first) = spans.next() else { return tokens };
    let last = spans.last().unwrap_or(first);
    let is_alone = tokens.clone().into_iter().nth(1).is_none();
    let respan = |(place, mut token): (usize, TokenTree)| {
        token.set_span(adapt(if place == 0 && !is_alone { first } else { last }));
        token
    };
    tokens.into_iter().enumerate().map(respan).collect()
}

/// Whether such a word occurs anywhere.
pub(super) fn mentions(tokens: &TokenStream, is_wanted: &dyn Fn(&Ident) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), is_wanted),
        TokenTree::Ident(ident) => is_wanted(&ident),
        _ => false,
    })
}
