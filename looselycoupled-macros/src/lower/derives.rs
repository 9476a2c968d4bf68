//! The derives of serde below `#[event]`.

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token, parse_quote};

use super::source::source;

/// Tells the derives that serde is in the runtime, so that users need no dependency on it.
///
/// Not where no derive would know the attribute, nor where the user says it himself.
pub(super) fn lead_to_serde(attributes: &mut Vec<Attribute>, runtime: &TokenStream) {
    let derived = attributes.iter().any(derives_serde);
    let stated = attributes.iter().any(states_serde);
    // What a `macro_rules!` calls its crate cannot be written as text.
    let is_text = runtime.clone().into_iter().all(|token| !token.to_string().starts_with('$'));
    if derived && !stated && is_text {
        let path = format!("{}::__private::serde", source(runtime));
        // The last one, since a derive must stand above its own attributes.
        attributes.push(parse_quote!(#[serde(crate = #path)]));
    }
}

fn derives_serde(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    if !list.path.is_ident("derive") {
        return false;
    }
    let derives = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
    derives.is_ok_and(|paths| paths.iter().any(is_serde))
}

/// `Serialize`, `serde::Serialize`; other crates have derives of that name, but nobody imports both.
fn is_serde(path: &Path) -> bool {
    let named = |name: &str| path.segments.last().is_some_and(|last| last.ident == name);
    let place = path.segments.iter().rev().nth(1).map(|parent| parent.ident.to_string());
    let ours = place.is_none_or(|place| matches!(&*place, "serde" | "serde_derive" | "prelude"));
    ours && (named("Serialize") || named("Deserialize"))
}

/// Whether it is `#[serde(crate = "…")]`.
fn states_serde(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let mut tokens = list.tokens.clone().into_iter();
    list.path.is_ident("serde")
        && tokens.any(|token| matches!(token, TokenTree::Ident(word) if word == "crate"))
}
