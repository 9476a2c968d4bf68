//! How a method takes its module.
//!
//! In syn 3 the `mut` of `&mut self` is found in [`ReceiverKind::Reference`] only; `Receiver::mutability`
//! is that of `mut self`.

use quote::ToTokens;
use syn::{ReceiverKind, Signature};

use super::role::Role;
use crate::diagnostics::Sink;
use crate::model::Receiver;

/// Checks the receiver of a method that borrows its module.
pub(super) fn receiver(signature: &Signature, role: Role, concurrent: bool, sink: &Sink) -> Receiver {
    let noun = role.noun();
    let Some(receiver) = signature.receiver() else {
        let name = &signature.ident;
        sink.at(name, format!("{noun} has a receiver; write `fn {name}(&self)` or `fn {name}(&mut self)`"));
        return Receiver::Absent;
    };
    let exclusive = match &receiver.kind {
        ReceiverKind::Reference(_, None, exclusive) => exclusive,
        ReceiverKind::Reference(_, Some(lifetime), _) => {
            if !signature.generics.lifetimes().any(|declared| declared.lifetime == *lifetime) {
                sink.at(receiver, format!("{noun} borrows its module for one call; leave out `{lifetime}`"));
            }
            &None
        }
        _ => {
            sink.at(receiver, format!("{noun} borrows its module; write `&self` or `&mut self`"));
            &None
        }
    };
    match exclusive {
        Some(_) if concurrent && role.overlaps() => sink.at(receiver, overlapping(role)),
        Some(_) => return Receiver::Exclusive,
        None => {}
    }
    Receiver::Shared(receiver.to_token_stream())
}

fn overlapping(role: Role) -> String {
    let noun = role.noun();
    let advice = "write `&self` and keep the state in a `Mutex` or an atomic";
    format!("{noun} of a concurrent module overlaps with others; {advice}")
}

/// Complains where a method that has no module yet takes one.
pub(super) fn none(signature: &Signature, role: Role, instead: &str, sink: &Sink) {
    if let Some(receiver) = signature.receiver() {
        sink.at(receiver, format!("{} has no receiver; {instead}", role.noun()));
    }
}
