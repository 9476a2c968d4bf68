//! A method of the block: its signature read, its body not.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Signature, Token, Visibility, token};

use super::attribute::{Marker, is_ours, take_markers};
use super::lints::allowed;

/// A method of a `#[module]` block.
///
/// Printed, it is what the user wrote without our attributes, and without blame for what these ask for.
pub(crate) struct Method {
    /// The user's own attributes, documentation included.
    pub(crate) attributes: Vec<Attribute>,
    /// Our attributes, which are not printed.
    pub(crate) markers: Vec<Marker>,
    /// `pub` and the like.
    pub(crate) visibility: Visibility,
    /// `default`, which no compiler accepts here, but its message is better than ours.
    pub(crate) defaultness: Option<Token![default]>,
    /// The signature, without `#[default]` on its parameters.
    pub(crate) signature: Signature,
    /// The `#[default]`s that stood on parameters.
    pub(crate) defaults: Vec<DefaultMark>,
    /// `{ … }`, or `;` where the body is missing.
    pub(crate) body: TokenTree,
}

/// A `#[default]` or `#[default(expr)]` on a parameter.
pub(crate) struct DefaultMark {
    /// The parameter's place in the signature, receiver included.
    pub(crate) position: usize,
    /// As written.
    pub(crate) attribute: Attribute,
}

impl Method {
    /// Whether a method begins here, behind its attributes and its visibility.
    pub(crate) fn begins(input: ParseStream<'_>) -> bool {
        let constant = input.peek(Token![const])
            && (input.peek2(Token![fn])
                || input.peek2(Token![async])
                || input.peek2(Token![unsafe])
                || input.peek2(Token![extern]));
        constant
            || input.peek(Token![fn])
            || input.peek(Token![async])
            || input.peek(Token![unsafe])
            || input.peek(Token![extern])
    }

    /// Reads a function with its attributes.
    pub(crate) fn parse_whole(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        Self::parse(attributes, input)
    }

    /// Reads the rest of a method whose attributes have been read.
    pub(crate) fn parse(mut attributes: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Self> {
        let markers = take_markers(&mut attributes);
        let visibility = input.parse()?;
        let defaultness = input.parse()?;
        let mut signature: Signature = input.parse()?;
        let defaults = take_defaults(&mut signature);
        if !input.peek(token::Brace) && !input.peek(Token![;]) {
            return Err(input.error("expected the method's body"));
        }
        let body = TokenTree::parse(input)?;
        Ok(Self { attributes, markers, visibility, defaultness, signature, defaults, body })
    }
}

fn take_defaults(signature: &mut Signature) -> Vec<DefaultMark> {
    let mut defaults = Vec::new();
    for (position, input) in signature.inputs.iter_mut().enumerate() {
        let attributes = match input {
            FnArg::Receiver(receiver) => &mut receiver.attrs,
            FnArg::Typed(typed) => &mut typed.attrs,
        };
        attributes.retain(|attribute| {
            let ours = is_ours(attribute.path(), "default");
            defaults.extend(ours.then(|| DefaultMark { position, attribute: attribute.clone() }));
            !ours
        });
    }
    defaults
}

impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        // Before the user's own, which have the last word.
        allowed(&self.markers).to_tokens(tokens);
        self.attributes.iter().for_each(|attribute| attribute.to_tokens(tokens));
        self.visibility.to_tokens(tokens);
        self.defaultness.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}
