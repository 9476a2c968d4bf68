//! `emits(level_changed(lamp: String), "door.opened"(door: u8), bare, unheard = "for the log")`.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, Type, parenthesized, token};

use super::name::check_event;
use super::reason::Reason;
use super::source::source;
use crate::diagnostics::Sink;
use crate::model::{Emission, Field};

const UNHEARD: Reason = Reason { key: "unheard", example: "only the log is to have it" };

/// Checks what a module says it sends; why nobody hears an event stands behind it.
pub(super) fn emits(pieces: Vec<TokenStream>, sink: &Sink) -> Vec<Emission> {
    let mut emissions: Vec<Emission> = Vec::new();
    for piece in pieces {
        if UNHEARD.is_in(&piece) {
            qualify(emissions.last_mut(), &piece, sink);
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

fn qualify(emission: Option<&mut Emission>, piece: &TokenStream, sink: &Sink) {
    let Some(reason) = UNHEARD.read(piece, sink) else { return };
    let complaint = match emission {
        None => "`unheard` belongs to the event before it; write `emits(level_changed, unheard = \"…\")`"
            .to_owned(),
        Some(Emission { unheard: Some(_), name, .. }) => {
            format!("`unheard` of `{name}` is given twice; remove one")
        }
        Some(emission) => {
            emission.unheard = Some(reason);
            return;
        }
    };
    sink.at(piece, complaint);
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
