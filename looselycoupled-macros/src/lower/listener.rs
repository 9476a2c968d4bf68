//! How a handler shares events with other processes: `name = "…"`, `group = "…"`, `per_process`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Ident, LitStr};

use super::name::check_word;
use crate::diagnostics::{Sink, near_miss};
use crate::model::Listener;
use crate::syntax::{Form, Grammar, Options};

const LISTENER: Grammar = Grammar {
    attribute: "on_event",
    options: &[
        ("name", Form::Value("name = \"bookkeeper\"")),
        ("group", Form::Value("group = \"billing\"")),
        ("per_process", Form::Flag),
    ],
};

/// Whether a piece is meant to be one of these options.
pub(super) fn is_option(piece: &TokenStream) -> bool {
    let parser = |input: syn::parse::ParseStream<'_>| {
        let key = input.call(Ident::parse_any)?.unraw().to_string();
        let is_alone = input.is_empty();
        let has_value = input.peek(syn::Token![=]);
        let _rest: TokenStream = input.parse()?;
        Ok((key, is_alone, has_value))
    };
    let Ok((key, is_alone, has_value)) = parser.parse2(piece.clone()) else { return false };
    let keys = LISTENER.options.iter().map(|(key, _)| *key);
    let is_known = keys.clone().any(|known| known == key);
    (is_known && (is_alone || has_value)) || (has_value && near_miss(&key, keys).is_some())
}

/// Reads the pieces that are.
pub(super) fn listener(pieces: &[TokenStream], sink: &Sink) -> Listener {
    let options = Options::read(quote!(#(#pieces),*), &LISTENER, sink);
    let text = |key: &str, what: &str, expected: &str| {
        let literal: LitStr = options.value(key, expected, sink)?;
        check_word(&literal, what, sink);
        Some(literal)
    };
    let name = text("name", "a listener", "a text, such as `name = \"bookkeeper\"`");
    let group = text("group", "a group", "a text, such as `group = \"billing\"`");
    let per_process = options.flag("per_process");
    if let (Some(_), Some(flag)) = (&group, per_process) {
        let advice = "write one of them";
        sink.at(
            flag,
            format!(
                "of a `group` one process hears each event, and `per_process` means that each does; {advice}"
            ),
        );
    }
    Listener {
        name: name.map(|literal| literal.value()),
        group: group.map(|literal| literal.value()),
        per_process: per_process.is_some(),
    }
}
