//! `exec!(ctx, "hall_lamp.set_level", level = 40)` and its like.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token};

/// What stands in the parentheses of `exec!`, `enqueue!` and `emit!`.
pub(crate) struct CheckedVerb {
    /// Through what it is sent.
    pub(crate) context: Expr,
    /// The address, or the event's name.
    pub(crate) name: LitStr,
    /// The values, each under its name.
    pub(crate) given: Vec<Given>,
    /// `crate = path`, as an option.
    pub(crate) options: TokenStream,
}

/// `level = 40`, or `level` for a variable of this name.
pub(crate) struct Given {
    /// The name.
    pub(crate) name: Ident,
    /// The value.
    pub(crate) value: TokenStream,
}

const USAGE: &str =
    "expected a context, a name in quotes and values; write `(ctx, \"hall_lamp.set_level\", level = 40)`";

impl Parse for CheckedVerb {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let usage = |error: syn::Error| syn::Error::new(error.span(), USAGE);
        let context = input.parse().map_err(usage)?;
        input.parse::<Token![,]>().map_err(usage)?;
        let name = literal(&context, input)?;
        let mut verb = Self { context, name, given: Vec::new(), options: TokenStream::new() };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.peek(Token![crate]) {
                verb.options = option(input)?;
            } else if !input.is_empty() {
                verb.given.push(input.parse()?);
            }
        }
        Ok(verb)
    }
}

fn literal(context: &Expr, input: ParseStream<'_>) -> syn::Result<LitStr> {
    if input.peek(LitStr) {
        return input.parse();
    }
    if let Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) = context {
        let message = format!("through what it is sent comes first; write `(ctx, {:?}, …)`", name.value());
        return Err(syn::Error::new_spanned(name, message));
    }
    let computed: Expr = input.parse()?;
    Err(syn::Error::new_spanned(
        computed,
        "the compiler checks names in quotes only; where one is made at run time, write `ctx.exec_task(…)`, \
         `ctx.enqueue_task(…)` or `ctx.trigger_event(…)`",
    ))
}

fn option(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let keyword: Token![crate] = input.parse()?;
    let equals: Token![=] = input.parse()?;
    let path: syn::Path = input.parse()?;
    let mut option = keyword.into_token_stream();
    equals.to_tokens(&mut option);
    path.to_tokens(&mut option);
    Ok(option)
}

impl Parse for Given {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = name(input)?;
        if input.peek(Token![:]) {
            return Err(input.error("values are written `name = value` here, not `name: value`"));
        }
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => input.parse::<Expr>()?.into_token_stream(),
            None => name.to_token_stream(),
        };
        Ok(Self { name, value })
    }
}

/// `level`, or the number of a field, `0`.
fn name(input: ParseStream<'_>) -> syn::Result<Ident> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("values have names here; write `level = 40`"));
    }
    input.call(Ident::parse_any)
}
