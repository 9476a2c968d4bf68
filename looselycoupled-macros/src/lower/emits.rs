//! `emits(level_changed(lamp: String), "door.opened"(door: u8), bare, unheard = "for the log")`.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, Type, parenthesized, token};

use super::name::check_event;
use super::reason::{Excused, Reason};
use super::source::source;
use crate::diagnostics::Sink;
use crate::model::{Emission, Field};

const UNHEARD: Reason = Reason { key: "unheard", example: "only the log is to have it" };
const ALONE: &str = "`unheard` belongs to the event before it; write `emits(level_changed, unheard = \"…\")`";

/// Checks what a module says it sends; why nobody hears an event stands behind it.
pub(super) fn emits(pieces: Vec<TokenStream>, sink: &Sink) -> Vec<Emission> {
    let mut emissions: Vec<Emission> = Vec::new();
    for piece in pieces {
        if UNHEARD.is_in(&piece) {
            let before = emissions.last_mut();
            let before = before.map(|Emission { name, unheard, .. }| Excused { name, reason: unheard });
            UNHEARD.qualify(before, &piece, ALONE, sink);
            continue;
        }
        let Ok(written) = syn::parse2::<Written>(piece.clone()) else {
            sink.at(
                &piece,
                "this is no event; write `level_changed(lamp: String, level: u8)`, or only a name",
            );
            continue;
        };
        if emissions.iter().any(|known| known.name == written.name.value()) {
            sink.at(&written.name, format!("`{}` is listed twice; remove one", written.name.value()));
        } else if check_event(&written.name, sink) {
            emissions.push(written.emission(sink));
        }
    }
    emissions
}

struct Written {
    name: LitStr,
    fields: Vec<WrittenField>,
}

struct WrittenField {
    ident: Ident,
    ty: Type,
}

impl Written {
    fn emission(self, sink: &Sink) -> Emission {
        let mut emission = Emission { name: self.name.value(), ..Emission::default() };
        for WrittenField { ident, ty } in self.fields {
            let name = ident.unraw().to_string();
            if emission.fields.iter().any(|known| known.name == name) {
                sink.at(&ident, format!("the field `{name}` is listed twice; remove one"));
                continue;
            }
            emission.fields.push(Field { name, type_name: source(&ty) });
            emission.types.push(ty);
        }
        emission
    }
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = if input.peek(LitStr) {
            input.parse()?
        } else {
            let ident = input.call(Ident::parse_any)?;
            LitStr::new(&ident.unraw().to_string(), ident.span())
        };
        if !input.peek(token::Paren) {
            return Ok(Self { name, fields: Vec::new() });
        }
        let content;
        parenthesized!(content in input);
        let fields = Punctuated::<WrittenField, Token![,]>::parse_terminated(&content)?;
        Ok(Self { name, fields: fields.into_iter().collect() })
    }
}

impl Parse for WrittenField {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ident = input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        Ok(Self { ident, ty: input.parse()? })
    }
}
