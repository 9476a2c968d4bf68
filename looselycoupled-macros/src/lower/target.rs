//! The type that a block makes a module.

use syn::{GenericArgument, GenericParam, PathArguments, PathSegment, Type, TypePath};

use super::inputs::bare;
use crate::diagnostics::Sink;
use crate::model::Target;
use crate::syntax::Block;

/// Checks the head of the block; nothing where it cannot be a module at all.
pub(super) fn target(block: &Block, pinned: bool, sink: &Sink) -> Option<Target> {
    sink.sound(|| {
        if let Some((of_trait, _)) = &block.of_trait {
            let advice = "move the tasks into one without a trait";
            sink.at(of_trait, format!("a module is an `impl` block of its own type; {advice}"));
        }
        if let Some(unsafety) = &block.unsafety {
            sink.at(unsafety, "a module is safe to call; remove `unsafe`");
        }
        refuse_lifetimes(block, sink);
        let last = named(&block.self_type, sink)?;
        Some(Target {
            ident: last.ident.clone(),
            path: bare(&block.self_type).clone(),
            generics: block.generics.clone(),
            pinned,
        })
    })
}

const OWNED: &str =
    "a module owns its data and lives as long as the program; write a type without a lifetime";

fn refuse_lifetimes(block: &Block, sink: &Sink) {
    let own = block.generics.params.iter().find_map(|parameter| match parameter {
        GenericParam::Lifetime(lifetime) => Some(&lifetime.lifetime),
        _ => None,
    });
    if let Some(lifetime) = own {
        sink.at(lifetime, OWNED);
    } else if let Type::Path(TypePath { path, .. }) = bare(&block.self_type) {
        path.segments.iter().for_each(|segment| refuse_lifetime_arguments(segment, sink));
    }
}

fn refuse_lifetime_arguments(segment: &PathSegment, sink: &Sink) {
    let PathArguments::AngleBracketed(brackets) = &segment.arguments else { return };
    for argument in &brackets.args {
        if let GenericArgument::Lifetime(lifetime) = argument
            && lifetime.ident != "static"
        {
            sink.at(lifetime, OWNED);
        }
    }
}

fn named<'a>(ty: &'a Type, sink: &Sink) -> Option<&'a PathSegment> {
    let named = match bare(ty) {
        Type::Path(TypePath { qself: None, path, .. }) => path.segments.last(),
        _ => None,
    };
    if named.is_none() {
        sink.at(ty, "a module is a struct or an enum of this crate; write its name");
    }
    named
}
