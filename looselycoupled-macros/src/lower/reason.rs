//! Why something need not be told of: `external = "the weather station sends it"`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token};

use crate::diagnostics::{Sink, near_miss};

/// An option that is a reason.
pub(super) struct Reason {
    pub(super) key: &'static str,
    /// One that somebody could give.
    pub(super) example: &'static str,
}

impl Reason {
    /// Whether a piece is meant to be this option.
    pub(super) fn is_in(&self, piece: &TokenStream) -> bool {
        let Ok(Written { key, equals, .. }) = syn::parse2(piece.clone()) else { return false };
        let key = key.unraw().to_string();
        key == self.key || (equals.is_some() && near_miss(&key, [self.key]).is_some())
    }

    /// The reason that a piece gives.
    pub(super) fn read(&self, piece: &TokenStream, sink: &Sink) -> Option<String> {
        let Written { key, value, .. } = sink.keep(syn::parse2(piece.clone()))?;
        if key.unraw() != self.key {
            sink.at(&key, format!("unknown option `{key}`; did you mean `{}`?", self.key));
            return None;
        }
        let literal = syn::parse2::<LitStr>(value.clone());
        match literal.map(|literal| literal.value()) {
            Ok(reason) if !reason.trim().is_empty() => Some(reason),
            _ => {
                let place = if value.is_empty() { key.to_token_stream() } else { value };
                let Self { key, example } = self;
                sink.at(&place, format!("`{key}` needs a reason in words; write `{key} = \"{example}\"`"));
                None
            }
        }
    }
}

/// What a reason may stand behind.
pub(super) struct Excused<'a> {
    /// What it is called in messages.
    pub(super) name: &'a str,
    pub(super) reason: &'a mut Option<String>,
}

impl Reason {
    /// Gives what stands before it the reason that a piece is. `alone` is said where nothing does.
    pub(super) fn qualify(&self, before: Option<Excused<'_>>, piece: &TokenStream, alone: &str, sink: &Sink) {
        let Some(given) = self.read(piece, sink) else { return };
        match before {
            None => sink.at(piece, alone),
            Some(Excused { name, reason: Some(_) }) => {
                sink.at(piece, format!("`{}` of `{name}` is given twice; remove one", self.key));
            }
            Some(Excused { reason, .. }) => *reason = Some(given),
        }
    }
}

struct Written {
    key: Ident,
    equals: Option<Token![=]>,
    value: TokenStream,
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        if input.is_empty() {
            return Ok(Self { key, equals: None, value: TokenStream::new() });
        }
        Ok(Self { key, equals: Some(input.parse()?), value: input.parse()? })
    }
}
