//! Types that can leave the caller: they borrow nothing.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Lifetime, Type, TypeFnPtr, TypeImplTrait, TypePath, TypeReference, TypeTraitObject};

use super::inputs::bare;
use super::source::source;
use crate::diagnostics::Sink;

/// Complains about the first thing in `ty` that is not owned; `subject` is what the type is for.
pub(super) fn check_owned(ty: &Type, subject: &str, sink: &Sink) {
    let mut search = Search { subject, found: None };
    search.visit_type(ty);
    if let Some((tokens, complaint)) = search.found {
        sink.at(&tokens, complaint);
    }
}

/// Complains about `Self`, which would be another type on the stub.
pub(super) fn check_no_self(ty: &Type, subject: &str, sink: &Sink) {
    let mut search = SelfSearch(None);
    search.visit_type(ty);
    if let Some(tokens) = search.0 {
        sink.at(
            &tokens,
            format!("{subject} is named by its type; write the module's name instead of `Self`"),
        );
    }
}

struct Search<'a> {
    subject: &'a str,
    found: Option<(TokenStream, String)>,
}

impl Search<'_> {
    fn complain(&mut self, tokens: &dyn ToTokens, advice: &str) {
        let subject = self.subject;
        self.found.get_or_insert_with(|| (tokens.to_token_stream(), format!("{subject} {advice}")));
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        self.complain(reference, &format!("is owned; write `{}`", owned(&reference.elem)));
    }

    fn visit_type_impl_trait(&mut self, opaque: &'ast TypeImplTrait) {
        self.complain(opaque, "has one type for all callers; write that type instead of `impl ..`");
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident != "static" {
            self.complain(lifetime, "is owned; write a type without a lifetime");
        }
    }

    fn visit_type_fn_ptr(&mut self, _: &'ast TypeFnPtr) {}

    fn visit_type_trait_object(&mut self, _: &'ast TypeTraitObject) {}
}

struct SelfSearch(Option<TokenStream>);

impl<'ast> Visit<'ast> for SelfSearch {
    fn visit_type_path(&mut self, path: &'ast TypePath) {
        match path.path.segments.first() {
            Some(first) if first.ident == "Self" => {
                self.0.get_or_insert_with(|| first.ident.to_token_stream());
            }
            _ => visit::visit_type_path(self, path),
        }
    }
}

/// What one would write to own a borrowed type.
fn owned(borrowed: &Type) -> String {
    match bare(borrowed) {
        Type::Slice(slice) => format!("Vec<{}>", source(&slice.elem)),
        other => match source(other).as_str() {
            "str" => "String".to_owned(),
            "Path" | "std::path::Path" => "std::path::PathBuf".to_owned(),
            name => name.to_owned(),
        },
    }
}
