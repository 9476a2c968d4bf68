//! `register!(Meter<Bme> as "MeterBme")`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token, Type};

/// What stands in the parentheses of `register!`.
pub(crate) struct Registration {
    /// The module's type, with its arguments.
    pub(crate) module: Type,
    /// The name under which configuration lists it.
    pub(crate) name: LitStr,
    /// Options behind the name.
    pub(crate) options: TokenStream,
}

const USAGE: &str = "`register!` takes a type and its name; write `register!(Meter<Bme> as \"MeterBme\")`";

impl Parse for Registration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let usage = |error: syn::Error| syn::Error::new(error.span(), USAGE);
        let module = input.parse().map_err(usage)?;
        if input.is_empty() {
            return Err(syn::Error::new_spanned(&module, nameless(&module)));
        }
        input.parse::<Token![as]>().map_err(usage)?;
        let name = input.parse().map_err(usage)?;
        let options = match input.parse::<Option<Token![,]>>()? {
            Some(_) => input.parse()?,
            None => TokenStream::new(),
        };
        if !input.is_empty() {
            return Err(usage(input.error("")));
        }
        Ok(Self { module, name, options })
    }
}

/// `Meter<Bme>` could be called `MeterBme`.
fn nameless(module: &Type) -> String {
    let text = module.to_token_stream().to_string();
    let name: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    format!("a registered type has a name; write `as \"{name}\"` behind it")
}
