//! Where the derives of an event find serde.

use proc_macro2::TokenStream;
use quote::quote;

use crate::entry;

/// The attributes about serde on an event, as text.
fn serde_attributes(arguments: TokenStream, attributes: &TokenStream) -> Vec<String> {
    let expanded = entry::event(arguments, &quote!(#attributes struct Motion { room: String }));
    let file: syn::File = syn::parse2(expanded).expect("the expansion is Rust");
    let Some(syn::Item::Struct(event)) = file.items.into_iter().next() else { return Vec::new() };
    let about_serde = event.attrs.into_iter().filter(|attribute| attribute.path().is_ident("serde"));
    about_serde.map(|attribute| quote!(#attribute).to_string()).collect()
}

#[test]
fn derives_of_serde_learn_where_it_is() {
    let expected = ["# [serde (crate = \"::looselycoupled::__private::serde\")]"];
    for derives in [
        quote!(#[derive(Serialize, Deserialize)]),
        quote!(#[derive(Debug, Clone)] #[derive(Deserialize)]),
        quote!(#[derive(serde::Serialize)]),
        quote!(#[derive(looselycoupled::prelude::Serialize)]),
    ] {
        assert_eq!(serde_attributes(quote!(), &derives), expected, "{derives}");
    }
}

#[test]
fn a_renamed_runtime_is_where_serde_is() {
    let attributes = serde_attributes(quote!(crate = ::lc), &quote!(#[derive(Serialize, Deserialize)]));
    assert_eq!(attributes, ["# [serde (crate = \"::lc::__private::serde\")]"]);
}

#[test]
fn the_attribute_stands_where_a_derive_knows_it() {
    for derives in [quote!(), quote!(#[derive(Debug, Clone)]), quote!(#[derive(rkyv::Serialize)])] {
        assert_eq!(serde_attributes(quote!(), &derives), [""; 0], "{derives}");
    }
}

#[test]
fn what_the_user_says_of_serde_stays() {
    let stated = quote!(#[derive(Serialize)] #[serde(rename_all = "camelCase", crate = "mine")]);
    assert_eq!(serde_attributes(quote!(), &stated).len(), 1);
    let other = quote!(#[derive(Serialize)] #[serde(rename_all = "camelCase")]);
    assert_eq!(serde_attributes(quote!(), &other).len(), 2);
}
