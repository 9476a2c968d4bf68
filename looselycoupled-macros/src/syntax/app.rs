//! `app! { hall_lamp: Lamp, door: Door }`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token, Type};

/// What stands in the braces of `app!`.
pub(crate) struct AppList {
    /// The instances.
    pub(crate) instances: Vec<Listed>,
    /// `key = value`, separated by commas.
    pub(crate) options: TokenStream,
}

/// `hall_lamp: Lamp`
pub(crate) struct Listed {
    /// The name, with the place where it stands.
    pub(crate) name: LitStr,
    /// The type.
    pub(crate) module: Type,
}

impl Parse for AppList {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut list = Self { instances: Vec::new(), options: TokenStream::new() };
        while !input.is_empty() {
            if is_option(input) {
                option(input, &mut list.options)?;
            } else {
                list.instances.push(input.parse()?);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(list)
    }
}

fn is_option(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    Ident::parse_any(&ahead).is_ok() && ahead.peek(Token![=])
}

fn option(input: ParseStream<'_>, options: &mut TokenStream) -> syn::Result<()> {
    if !options.is_empty() {
        <Token![,]>::default().to_tokens(options);
    }
    Ident::parse_any(input)?.to_tokens(options);
    input.parse::<Token![=]>()?.to_tokens(options);
    input.parse::<syn::Expr>()?.to_tokens(options);
    Ok(())
}

impl Parse for Listed {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let usage = |error: syn::Error| {
            syn::Error::new(error.span(), "`app!` takes instances with their types; write `hall_lamp: Lamp`")
        };
        let name = if input.peek(LitStr) {
            input.parse()?
        } else {
            let ident = input.call(Ident::parse_any).map_err(usage)?;
            LitStr::new(&ident.unraw().to_string(), ident.span())
        };
        input.parse::<Token![:]>().map_err(usage)?;
        Ok(Self { name, module: input.parse().map_err(usage)? })
    }
}
