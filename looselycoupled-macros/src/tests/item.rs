//! What the user wrote survives.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::entry;
use crate::syntax::Block;

fn printed(block: TokenStream) -> String {
    syn::parse2::<Block>(block).expect("the block is Rust").to_token_stream().to_string()
}

#[test]
fn a_block_comes_out_without_our_attributes() {
    let typed = quote! {
        /// A lamp.
        #[allow(dead_code)]
        impl<S: Sensor> Lamp<S> where S: Clone {
            #![allow(unused)]
            pub const MAX: u8 = 100;
            /// The level.
            #[inline]
            #[task(name = "level")]
            pub(crate) async fn level(
                #[default] &mut self,
                #[default(3)] #[allow(unused)] level: u8
            ) -> u8 { level }
            #[looselycoupled::on_event(Motion)]
            const unsafe extern "C" fn odd(&self, ...) { half typed let }
            some_macro!(a b c);
            #[task]
            type Odd = u8;
        }
    };
    let expected = quote! {
        /// A lamp.
        #[allow(dead_code)]
        impl<S: Sensor> Lamp<S> where S: Clone {
            #![allow(unused)]
            pub const MAX: u8 = 100;
            #[allow(
                clippy::missing_const_for_fn,
                clippy::needless_pass_by_ref_mut,
                clippy::trivially_copy_pass_by_ref,
                clippy::unused_self,
                clippy::large_types_passed_by_value,
                clippy::needless_pass_by_value,
                clippy::use_self,
                reason = "the signature is what `#[module]` asks for"
            )]
            /// The level.
            #[inline]
            pub(crate) async fn level(&mut self, #[allow(unused)] level: u8) -> u8 { level }
            #[allow(
                clippy::missing_const_for_fn,
                clippy::needless_pass_by_ref_mut,
                clippy::trivially_copy_pass_by_ref,
                clippy::unused_self,
                clippy::large_types_passed_by_value,
                clippy::needless_pass_by_value,
                clippy::use_self,
                reason = "the signature is what `#[module]` asks for"
            )]
            const unsafe extern "C" fn odd(&self, ...) { half typed let }
            some_macro!(a b c);
            type Odd = u8;
        }
    };
    assert_eq!(printed(typed), expected.to_string());
}

#[test]
fn attributes_of_others_stay() {
    let typed = quote!(impl Lamp { #[tokio::test] #[a::b::task] #[task::inner] fn level(&self) {} });
    assert_eq!(printed(typed.clone()), typed.to_string());
}

#[test]
fn what_is_no_block_comes_out_as_it_is() {
    let typed: TokenStream = "struct Lamp;".parse().expect("the item is Rust");
    let expanded = entry::module(quote!(), &typed).to_string();
    assert!(expanded.starts_with("struct Lamp ;"), "{expanded}");
    assert_eq!(expanded.matches("compile_error").count(), 1);
}

#[test]
fn a_program_beyond_repair_stays_in_sight() {
    let typed: TokenStream = "async fn main(arguments: Vec<String>) {}".parse().expect("the item is Rust");
    let expanded = entry::main(quote!(), &typed).to_string();
    assert!(expanded.contains("async fn main (arguments : Vec < String >)"), "{expanded}");
    assert_eq!(expanded.matches("compile_error").count(), 1);
}

#[test]
fn an_attribute_outside_a_block_returns_its_method() {
    let expanded = entry::misplaced(
        "task",
        &quote!(),
        &quote!(
            fn level() {}
        ),
    )
    .to_string();
    assert!(expanded.ends_with("fn level () { }"), "{expanded}");
    assert!(expanded.contains("belongs inside a `#[module] impl` block"), "{expanded}");
}

#[test]
fn an_attribute_that_the_module_names_says_nothing() {
    let item = quote!(
        const _: () = ();
    );
    assert_eq!(entry::misplaced("task", &quote!(__known), &item).to_string(), item.to_string());
}

#[test]
fn the_methods_around_one_that_is_no_rust_survive() {
    let typed = quote! {
        impl Lamp {
            #[task] fn level(&self) -> u8 { 0 }
            /// Bad.
            #[task] #[inline] fn bad(&mut self, level u8, #[default] rooms: u8) { half typed }
            #[on_event] fn on_motion(&mut self) {}
        }
    };
    let (module, complaints) = super::understand(quote!(), typed.clone());
    assert_eq!(complaints, ["expected `:`"]);
    let module = module.expect("the block is a module");
    assert_eq!((module.tasks.len(), module.handlers.len()), (1, 1));
    let printed = printed(typed);
    let bad = quote! {
        /// Bad.
        #[inline] fn bad(&mut self, level u8, rooms: u8) { half typed }
    };
    assert!(printed.contains(&bad.to_string()), "{printed}");
    assert!(!printed.contains("task") && !printed.contains("on_event"), "{printed}");
}

#[test]
fn what_cannot_be_read_at_all_comes_out_without_our_attributes() {
    let typed = quote!(
        trait Lamp {
            #[task]
            fn level(&self) -> u8;
            #[other]
            fn other(&self);
        }
    );
    let expanded = entry::module(quote!(), &typed).to_string();
    let expected = quote!(
        trait Lamp {
            fn level(&self) -> u8;
            #[other]
            fn other(&self);
        }
    );
    assert!(expanded.starts_with(&expected.to_string()), "{expanded}");
    assert_eq!(expanded.matches("compile_error").count(), 1);
}
