//! `calls("garage.open", hall_lamp: dyn Dimmer, "cellar.pump", external = "it has a controller of its own")`.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Token};

use super::name::check_word;
use super::reason::{Excused, Reason};
use super::surroundings::line_of;
use crate::diagnostics::Sink;
use crate::model::Promise;

const EXTERNAL: Reason = Reason { key: "external", example: "it has a controller of its own" };
const ALONE: &str =
    "`external` belongs to the address before it; write `calls(\"garage.open\", external = \"…\")`";

/// Checks what a module says it calls; why an address leads out of the application stands behind it.
pub(super) fn calls(pieces: Vec<TokenStream>, sink: &Sink) -> Vec<Promise> {
    let mut promises: Vec<Promise> = Vec::new();
    for piece in pieces {
        if EXTERNAL.is_in(&piece) {
            let before = promises.last_mut();
            let before =
                before.map(|Promise { address, external, .. }| Excused { name: address, reason: external });
            EXTERNAL.qualify(before, &piece, ALONE, sink);
            continue;
        }
        match syn::parse2::<Written>(piece.clone()) {
            Ok(written) => promises.extend(written.promise(&promises, sink)),
            Err(_) => sink.at(
                &piece,
                "this is no address; write `\"garage.open\"`, or `hall_lamp: dyn Dimmer` for a module and its interface",
            ),
        }
    }
    promises
}

struct Written {
    address: LitStr,
    interface: Option<Path>,
}

impl Written {
    fn promise(self, known: &[Promise], sink: &Sink) -> Option<Promise> {
        let Self { address: literal, interface } = self;
        let address = literal.value();
        let (module, task) = match address.split_once('.') {
            Some((module, task)) => (module, Some(task)),
            None => (&*address, None),
        };
        let word = |text: &str, what| check_word(&LitStr::new(text, literal.span()), what, sink);
        let is_sound = word(module, "a module") && task.is_none_or(|task| word(task, "a task"));
        let complaint = if known.iter().any(|promise| promise.address == address) {
            format!("`{address}` is listed twice; remove one")
        } else if let (Some(_), Some(task)) = (&interface, task) {
            format!("an interface belongs to a module; remove `.{task}`, or the interface")
        } else {
            let line = line_of(&literal);
            return is_sound.then_some(Promise { address, interface, external: None, line });
        };
        sink.at(&literal, complaint);
        None
    }
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let address = if input.peek(LitStr) {
            input.parse()?
        } else {
            let ident = input.call(Ident::parse_any)?;
            LitStr::new(&ident.unraw().to_string(), ident.span())
        };
        if input.is_empty() {
            return Ok(Self { address, interface: None });
        }
        input.parse::<Token![:]>()?;
        input.parse::<Token![dyn]>()?;
        Ok(Self { address, interface: Some(input.parse()?) })
    }
}
