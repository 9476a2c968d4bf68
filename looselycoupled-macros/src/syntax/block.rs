//! The `impl` block under `#[module]`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, ImplItem, Token, Type, Visibility, braced, token};

use super::attribute::{Marker, take_markers};
use super::method::Method;
use super::strip::without_markers;

/// An `impl` block with its methods.
///
/// Printed, it is what the user wrote without our attributes.
pub(crate) struct Block {
    /// The attributes below `#[module]`, inner ones included.
    pub(crate) attributes: Vec<Attribute>,
    /// `unsafe impl`
    pub(crate) unsafety: Option<Token![unsafe]>,
    impl_token: Token![impl],
    /// `<S: Sensor> … where …`
    pub(crate) generics: Generics,
    /// `Trait for`
    pub(crate) of_trait: Option<(Type, Token![for])>,
    /// The module's type.
    pub(crate) self_type: Type,
    brace: token::Brace,
    /// What stands between the braces.
    pub(crate) items: Vec<Item>,
}

/// An item of the block.
pub(crate) enum Item {
    /// A method.
    Method(Box<Method>),
    /// What is no Rust; the methods around it are read all the same.
    Broken {
        /// As written, without our attributes.
        tokens: TokenStream,
        /// Why it is none.
        error: syn::Error,
    },
    /// Anything else, which we keep as it is, with the attributes of ours that have no business there.
    Other {
        /// The user's own attributes.
        attributes: Vec<Attribute>,
        /// Our attributes, which are not printed.
        markers: Vec<Marker>,
        /// The item behind its attributes.
        rest: Box<ImplItem>,
    },
}

impl Item {
    /// Our attributes on it.
    pub(crate) fn markers(&self) -> &[Marker] {
        match self {
            Self::Method(method) => &method.markers,
            Self::Other { markers, .. } => markers,
            Self::Broken { .. } => &[],
        }
    }
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let unsafety = input.parse()?;
        if !input.peek(Token![impl]) {
            return Err(
                input.error("`#[module]` stands on an `impl` block; write `#[module] impl Lamp { .. }`")
            );
        }
        let impl_token = input.parse()?;
        let mut generics = if input.peek(Token![<]) { input.parse()? } else { Generics::default() };
        let first: Type = input.parse()?;
        let (of_trait, self_type) = match input.parse::<Option<Token![for]>>()? {
            Some(for_token) => (Some((first, for_token)), input.parse()?),
            None => (None, first),
        };
        generics.where_clause = input.parse()?;
        let content;
        let brace = braced!(content in input);
        attributes.extend(content.call(Attribute::parse_inner)?);
        let items = items(&content)?;
        Ok(Self { attributes, unsafety, impl_token, generics, of_trait, self_type, brace, items })
    }
}

fn items(content: ParseStream<'_>) -> syn::Result<Vec<Item>> {
    let mut items = Vec::new();
    while !content.is_empty() {
        let begin = content.fork();
        items.push(match sound(&begin) {
            Ok(item) => {
                content.advance_to(&begin);
                item
            }
            Err(error) => Item::Broken { tokens: without_markers(skip(content)?), error },
        });
    }
    Ok(items)
}

/// Up to where the next item begins in all likelihood: behind a body, or behind a semicolon.
fn skip(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut skipped = TokenStream::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let is_last = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        };
        token.to_tokens(&mut skipped);
        if is_last {
            break;
        }
    }
    Ok(skipped)
}

fn sound(input: ParseStream<'_>) -> syn::Result<Item> {
    let mut attributes = input.call(Attribute::parse_outer)?;
    let ahead = input.fork();
    ahead.parse::<Visibility>()?;
    ahead.parse::<Option<Token![default]>>()?;
    if Method::begins(&ahead) {
        return Method::parse(attributes, input).map(|method| Item::Method(Box::new(method)));
    }
    let markers = take_markers(&mut attributes);
    Ok(Item::Other { attributes, markers, rest: input.parse()? })
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Method(method) => method.to_tokens(tokens),
            Self::Broken { tokens: broken, .. } => broken.to_tokens(tokens),
            Self::Other { attributes, rest, .. } => {
                attributes.iter().for_each(|attribute| attribute.to_tokens(tokens));
                rest.to_tokens(tokens);
            }
        }
    }
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let is_outer = |attribute: &&Attribute| matches!(attribute.style, syn::AttrStyle::Outer);
        self.attributes.iter().filter(is_outer).for_each(|attribute| attribute.to_tokens(tokens));
        self.unsafety.to_tokens(tokens);
        self.impl_token.to_tokens(tokens);
        self.generics.to_tokens(tokens);
        if let Some((of_trait, for_token)) = &self.of_trait {
            of_trait.to_tokens(tokens);
            for_token.to_tokens(tokens);
        }
        self.self_type.to_tokens(tokens);
        self.generics.where_clause.to_tokens(tokens);
        self.brace.surround(tokens, |tokens| {
            self.attributes.iter().filter(|a| !is_outer(a)).for_each(|attribute| attribute.to_tokens(tokens));
            self.items.iter().for_each(|item| item.to_tokens(tokens));
        });
    }
}
