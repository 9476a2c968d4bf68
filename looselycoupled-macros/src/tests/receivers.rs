//! The receivers of syn 3, where `&mut self` keeps its `mut` in another place than in syn 2.

use quote::quote;

use super::{complaints, understand};
use crate::model::Receiver;

fn receiver(receiver: &proc_macro2::TokenStream) -> Receiver {
    let (module, complaints) = understand(quote!(), quote!(impl Lamp { #[task] fn level(#receiver) {} }));
    assert_eq!(complaints, [""; 0]);
    let mut module = module.expect("the block is a module");
    module.tasks.remove(0).callable.receiver
}

fn complaint(receiver: &proc_macro2::TokenStream) -> String {
    complaints(quote!(), quote!(impl Lamp { #[task] fn level(#receiver) {} })).join("\n")
}

#[test]
fn a_shared_receiver_is_shared() {
    assert!(matches!(receiver(&quote!(&self)), Receiver::Shared(_)));
}

#[test]
fn an_exclusive_receiver_is_exclusive() {
    assert!(matches!(receiver(&quote!(&mut self)), Receiver::Exclusive));
}

#[test]
fn receivers_that_own_the_module_are_refused() {
    let expected = "a task borrows its module; write `&self` or `&mut self`";
    let owning = [
        quote!(self),
        quote!(mut self),
        quote!(self: Box<Self>),
        quote!(self: Arc<Self>),
        quote!(self: &Self),
    ];
    for receiver in &owning {
        assert_eq!(complaint(receiver), expected);
    }
}

#[test]
fn a_named_lifetime_is_refused_once() {
    assert_eq!(
        complaint(&quote!(&'static self)),
        "a task borrows its module for one call; leave out `'static`"
    );
    let declared = complaints(quote!(), quote!(impl Lamp { #[task] fn level<'a>(&'a self) {} }));
    assert_eq!(declared.len(), 1, "{declared:?}");
}

#[test]
fn a_missing_receiver_is_refused() {
    let expected = "a task has a receiver; write `fn level(&self)` or `fn level(&mut self)`";
    assert_eq!(complaint(&quote!()), expected);
}

#[test]
fn only_what_overlaps_must_share_a_concurrent_module() {
    let block = quote! {
        impl Lamp {
            #[task] fn set(&mut self) {}
            #[on_event] fn on_motion(&mut self) {}
            #[on_idle] fn rest(&mut self) {}
            #[initialize] fn begin(&mut self) {}
            #[finalize] fn end(&mut self) {}
        }
    };
    let complaints = complaints(quote!(concurrent), block);
    assert_eq!(complaints.len(), 3, "{complaints:?}");
    assert!(complaints.iter().all(|complaint| complaint.contains("write `&self`")), "{complaints:?}");
}
