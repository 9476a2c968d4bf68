//! The typed stub of a module.
//!
//! The attribute does not see how visible the module's type is, and a public type must not name a private
//! one. So the stub is a public struct over any module, `LampStub<__Module = Lamp>`. That of a generic
//! module has another name, and an alias gives it the parameters of the module: `MeterStub<S>`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{GenericParam, Generics};

use super::header::{constrained, scope};
use super::place::index;
use crate::model::{Module, Target, Task};

/// The stub and what it can do.
pub(super) fn stub(module: &Module) -> TokenStream {
    let types = types(module);
    let (methods, bind) = (methods(module), bind(&module.target));
    let (clone, debug) = (clone(&module.target), debug(&module.target));
    let scope = scope(&module.runtime, &module.conditions, &quote!(#methods #bind #clone #debug));
    quote!(#types #scope)
}

/// `LampStub<Lamp>`
pub(super) fn bound(target: &Target) -> TokenStream {
    let (stub, path) = (struct_name(target), &target.path);
    quote!(#stub<#path>)
}

fn types(module: &Module) -> TokenStream {
    let Module { runtime, target, conditions, .. } = module;
    let (path, stub, lints) = (&target.path, struct_name(target), lints());
    let summary = format!("The typed stub of `{}`: each task is a method.", target.name());
    let (default, alias) = match bare_parameters(&target.generics) {
        None => (Some(quote!(= #path)), None),
        Some(parameters) => {
            let alias = name("", target);
            let alias = quote!(#[doc = #summary] #lints pub type #alias #parameters = #stub<#path>;);
            (None, Some(quote!(#(#conditions)* #alias)))
        }
    };
    quote! {
        #alias
        #(#conditions)*
        #[doc = #summary]
        #lints
        pub struct #stub<__Module #default>(#runtime::__private::Address<__Module>);
    }
}

fn lints() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            non_camel_case_types,
            private_bounds,
            private_interfaces,
            type_alias_bounds,
            unreachable_pub,
            reason = "the stub is as visible as possible, since its module's visibility is not known"
        )]
    }
}

fn methods(module: &Module) -> TokenStream {
    let Module { target, tasks, .. } = module;
    let bound = bound(target);
    let generics = constrained(target);
    let (parameters, _, constraints) = generics.split_for_impl();
    let methods = tasks.iter().map(|task| method(task, target));
    quote! {
        impl #parameters #bound #constraints {
            #(#methods)*
        }
    }
}

fn method(task: &Task, target: &Target) -> TokenStream {
    let surroundings = &task.callable.surroundings;
    let (conditions, lints, deprecation) =
        (&surroundings.conditions, &surroundings.lints, &surroundings.deprecation);
    let documentation = surroundings.documented_call(&task.name);
    let (method, path, index) = (&task.callable.ident, &target.path, index(&task.position));
    let names: Vec<_> = task.parameters.iter().map(|parameter| &parameter.ident).collect();
    let types = task.parameters.iter().map(|parameter| &parameter.ty);
    quote! {
        #(#conditions)* #(#lints)* #deprecation
        #[doc = #documentation]
        pub fn #method(&self #(, #names: #types)*) -> __lc::Call<__lc::Nth<#path, #index>> {
            __lc::Call::new(::core::clone::Clone::clone(&self.0), (#(#names,)*))
        }
    }
}

fn bind(target: &Target) -> TokenStream {
    let bound = bound(target);
    let generics = constrained(target);
    let (parameters, _, constraints) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters __lc::Stub for #bound #constraints {
            fn bind(__found: __lc::Found<'_>) -> ::core::result::Result<Self, __lc::CallError> {
                __found.module().map(Self)
            }
        }
    }
}

fn clone(target: &Target) -> TokenStream {
    let stub = struct_name(target);
    quote! {
        #[automatically_derived]
        impl<__Module> ::core::clone::Clone for #stub<__Module> {
            fn clone(&self) -> Self {
                Self(::core::clone::Clone::clone(&self.0))
            }
        }
    }
}

fn debug(target: &Target) -> TokenStream {
    let (stub, shown) = (struct_name(target), name("", target).to_string());
    quote! {
        #[automatically_derived]
        impl<__Module> ::core::fmt::Debug for #stub<__Module> {
            fn fmt(&self, __formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                __formatter.debug_tuple(#shown).field(&self.0).finish()
            }
        }
    }
}

/// `LampStub`, or `__MeterStub` behind the alias of a generic module.
fn struct_name(target: &Target) -> Ident {
    name(if target.is_generic() { "__" } else { "" }, target)
}

fn name(prefix: &str, target: &Target) -> Ident {
    // The call site, so that lints know the name to be generated, but shown at the type.
    let span = Span::call_site().located_at(target.ident.span());
    Ident::new(&format!("{prefix}{}Stub", target.name()), span)
}

/// The block's parameters without their bounds, which an alias does not check.
fn bare_parameters(generics: &Generics) -> Option<TokenStream> {
    let bare = generics.params.iter().map(|parameter| match parameter {
        GenericParam::Lifetime(lifetime) => {
            let lifetime = &lifetime.lifetime;
            quote!(#lifetime)
        }
        GenericParam::Type(ty) => {
            let ident = &ty.ident;
            quote!(#ident)
        }
        GenericParam::Const(constant) => {
            let (ident, ty) = (&constant.ident, &constant.ty);
            quote!(const #ident: #ty)
        }
    });
    (!generics.params.is_empty()).then(|| quote!(<#(#bare),*>))
}
