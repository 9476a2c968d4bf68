//! Names as fields of a struct, by which the compiler finds their places without evaluating anything.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Attribute;

/// A struct, each of whose fields is named like something and has the type of its place.
pub(super) struct Names {
    ident: Ident,
    declared: Vec<TokenStream>,
    made: Vec<TokenStream>,
}

impl Names {
    /// One that has none yet.
    pub(super) fn new(ident: Ident) -> Self {
        Self { ident, declared: Vec::new(), made: Vec::new() }
    }

    /// Adds a name, which may exist on conditions.
    pub(super) fn add(&mut self, conditions: &[Attribute], name: &str, place: &TokenStream) {
        let field = field(name, Span::call_site());
        self.declared.push(quote!(#(#conditions)* pub #field: __lc::Place<#place>));
        self.made.push(quote!(#(#conditions)* #field: __lc::Place));
    }

    /// The struct itself.
    pub(super) fn declaration(&self) -> TokenStream {
        let Self { ident, declared, .. } = self;
        quote! {
            #[allow(non_snake_case, reason = "the names are the user's")]
            pub struct #ident { #(#declared),* }
        }
    }

    /// As a type and as a value, under the names that a trait has for both.
    pub(super) fn members(&self, of_type: &str, of_value: &str) -> TokenStream {
        let Self { ident, made, .. } = self;
        let (of_type, of_value) = (format_ident!("{of_type}"), format_ident!("{of_value}"));
        quote! {
            type #of_type = #ident;
            const #of_value: #ident = #ident { #(#made),* };
        }
    }
}

/// The field of a name. Keywords and numbers are no identifiers, nor is what has a `-`.
pub(super) fn field(name: &str, span: Span) -> Ident {
    let mut text = String::from("_");
    for letter in name.chars() {
        match letter {
            '_' => text.push('_'),
            letter if letter.is_ascii_alphanumeric() => text.push(letter),
            other => text.push_str(&format!("_{:x}_", u32::from(other))),
        }
    }
    Ident::new(&text, span)
}
