//! `implements(Dimmer, version = 2, Switchable)`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Path, Token};

use super::source::source;
use super::version::version;
use crate::diagnostics::{Sink, near_miss};
use crate::model::Implementation;

/// Checks what a module says it implements; a version belongs to the interface before it.
pub(super) fn implements(pieces: Vec<TokenStream>, sink: &Sink) -> Vec<Implementation> {
    let mut implementations: Vec<Implementation> = Vec::new();
    for piece in pieces {
        match syn::parse2::<Written>(piece.clone()) {
            Ok(Written::Interface(path)) => admit(&mut implementations, path, sink),
            Ok(Written::Option { key, value }) => qualify(implementations.last_mut(), &key, &value, sink),
            Err(_) => sink.at(&piece, "this is no interface; write the name of its trait, such as `Dimmer`"),
        }
    }
    implementations
}

fn admit(implementations: &mut Vec<Implementation>, path: Path, sink: &Sink) {
    if implementations.iter().any(|known| source(&known.path) == source(&path)) {
        sink.at(&path, format!("`{}` is listed twice; remove one", source(&path)));
    } else {
        implementations.push(Implementation { path, version: None });
    }
}

fn qualify(interface: Option<&mut Implementation>, key: &Ident, value: &TokenStream, sink: &Sink) {
    let word = key.unraw().to_string();
    let complaint = match interface {
        _ if word != "version" => unknown(&word),
        None => {
            "a version belongs to the interface before it; write `implements(Dimmer, version = 2)`".to_owned()
        }
        Some(Implementation { version: Some(_), path }) => {
            format!("`version` of `{}` is given twice; remove one", source(path))
        }
        Some(interface) => {
            interface.version = version(value, sink);
            return;
        }
    };
    sink.at(key, complaint);
}

fn unknown(word: &str) -> String {
    let advice = match near_miss(word, ["version"]) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "an interface takes `version`".to_owned(),
    };
    format!("unknown option `{word}`; {advice}")
}

enum Written {
    Interface(Path),
    Option { key: Ident, value: TokenStream },
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Ident::peek_any) && input.peek2(Token![=]) {
            let key = input.call(Ident::parse_any)?;
            let equals: Token![=] = input.parse()?;
            let value: TokenStream = input.parse()?;
            let value = if value.is_empty() { equals.to_token_stream() } else { value };
            return Ok(Self::Option { key, value });
        }
        input.parse().map(Self::Interface)
    }
}
