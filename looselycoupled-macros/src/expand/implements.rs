//! What a module says that it implements, compared with what it has.
//!
//! Nothing is known here of the methods of an interface. Every task asks whether it is one, in constants that the compiler
//! evaluates, and each question stands at the tokens that its answer may blame.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{GenericParam, Path};

use super::place::{index, mentions, shown_at};
use crate::model::{Implementation, Module, Parameter, Task};

/// The interfaces as constants, and the questions about each.
pub(super) fn implements(module: &Module) -> TokenStream {
    if module.implements.is_empty() {
        return TokenStream::new();
    }
    let all = (0..module.implements.len()).map(constant);
    let each = module.implements.iter().enumerate().map(|(place, implementation)| {
        let comparison = Comparison { interface: constant(place), implementation, module };
        comparison.whole()
    });
    quote! {
        #(#each)*
        const __INTERFACES: &[&__lc::InterfaceInfo] = &[#(#all),*];
    }
}

/// Lets stubs of the interfaces into a task of the table.
pub(super) fn opened(task: &Task, module: &Module) -> Option<TokenStream> {
    let index = index(&task.position);
    (!module.implements.is_empty()).then(|| quote!(.open::<Self, #index>(__INTERFACES)))
}

/// Names the interfaces in the module's descriptor.
pub(super) fn named(module: &Module) -> Option<TokenStream> {
    (!module.implements.is_empty()).then(|| quote!(.implementing(__INTERFACES)))
}

fn constant(place: usize) -> Ident {
    format_ident!("__INTERFACE_{place}")
}

/// `dyn Dimmer`, shown as `Dimmer`.
pub(super) fn as_type(path: &Path) -> TokenStream {
    let first = path.to_token_stream().into_iter().next().map_or_else(Span::call_site, |first| first.span());
    let keyword = Ident::new("dyn", Span::call_site().located_at(first));
    quote!(#keyword #path)
}

/// One interface and the module.
struct Comparison<'a> {
    interface: Ident,
    implementation: &'a Implementation,
    module: &'a Module,
}

impl Comparison<'_> {
    fn whole(&self) -> TokenStream {
        let (interface, ty) = (&self.interface, as_type(&self.implementation.path));
        let (complete, version) = (self.complete(), self.version());
        let tasks = self.module.tasks.iter().map(|task| self.task(task));
        quote! {
            const #interface: &__lc::InterfaceInfo = <#ty as __lc::Interface>::INFO;
            #complete
            #version
            #(#tasks)*
        }
    }

    fn complete(&self) -> TokenStream {
        let (interface, module) = (&self.interface, self.module.target.name());
        let tasks = self.module.tasks.iter().map(|task| {
            let (conditions, name) = (&task.callable.surroundings.conditions, &task.name);
            quote!(#(#conditions)* #name)
        });
        let question = quote!(__lc::has_all(#interface, #module, &[#(#tasks),*]));
        constant_at(&self.implementation.path.to_token_stream(), question)
    }

    fn version(&self) -> Option<TokenStream> {
        let version = self.implementation.version.as_ref()?;
        let (interface, number) = (&self.interface, Literal::u32_unsuffixed(version.number));
        Some(constant_at(&version.written, quote!(__lc::same_version(#interface, #number))))
    }

    fn task(&self, task: &Task) -> TokenStream {
        let (interface, name) = (&self.interface, &task.name);
        let conditions = &task.callable.surroundings.conditions;
        let number = Literal::usize_unsuffixed(task.parameters.len());
        let takes = quote!(__lc::takes(#interface, #name, #number));
        let takes = constant_at(&task.callable.ident.to_token_stream(), takes);
        let names = task.parameters.iter().enumerate().map(|(place, parameter)| {
            let (names, place) = (names(task), Literal::usize_unsuffixed(place));
            let question = quote!(__lc::same_name(#interface, #name, #names, #place));
            constant_at(&parameter.ident.to_token_stream(), question)
        });
        let types = self.types(task);
        quote! {
            #(#conditions)*
            const _: () = {
                #takes
                #(#names)*
                const _: fn() = || {
                    use __lc::Elsewhere as _;
                    #(#types)*
                };
            };
        }
    }

    /// The questions about the types of a task, without those that stand for many: these are compared when a stub is bound.
    fn types(&self, task: &Task) -> Vec<TokenStream> {
        let (interface, name) = (&self.interface, &task.name);
        let of_parameters = task.parameters.iter().enumerate().map(|(place, Parameter { ty, .. })| {
            let (names, place) = (names(task), Literal::usize_unsuffixed(place));
            (ty.to_token_stream(), quote!(__lc::parameter_place(#interface, #name, #names, #place)))
        });
        let of_value = (self.value(task), quote!(__lc::value_place(#interface, #name)));
        let certain = of_parameters.chain([of_value]).filter(|(ty, _)| !self.is_one_of_many(ty));
        certain.map(|(ty, place)| self.same_type(task, &ty, &place)).collect()
    }

    /// The type of a task's value, where the compiler shows it.
    fn value(&self, task: &Task) -> TokenStream {
        let ty = &task.returned.ty;
        let Some(halves) = &task.returned.fallible else { return ty.clone() };
        if self.module.target.is_generic() {
            // As it is written, so that a parameter of the module is seen wherever it occurs.
            return quote!(<#ty as __lc::Fallible>::Ok);
        }
        let (path, index) = (&self.module.target.path, index(&task.position));
        shown_at(&halves.value, quote!(<#path as __lc::TaskAt<#index>>::Output))
    }

    /// Whether a type depends on the parameters of a generic module.
    fn is_one_of_many(&self, ty: &TokenStream) -> bool {
        let target = &self.module.target;
        let is_parameter = |word: &Ident| {
            let mut names = target.generics.params.iter().filter_map(|parameter| match parameter {
                GenericParam::Type(ty) => Some(&ty.ident),
                GenericParam::Const(constant) => Some(&constant.ident),
                GenericParam::Lifetime(_) => None,
            });
            word == "Self" || names.any(|name| name == word)
        };
        target.is_generic() && mentions(ty, &is_parameter)
    }

    fn same_type(&self, task: &Task, ty: &TokenStream, place: &TokenStream) -> TokenStream {
        let (interface, name, dimmer) = (&self.interface, &task.name, as_type(&self.implementation.path));
        quote!(__lc::TypeProbe::<#dimmer, { __lc::method_number(#interface, #name) }, { #place }>::is::<#ty>();)
    }
}

/// `&["level", "fade"]`
fn names(task: &Task) -> TokenStream {
    let names = task.parameters.iter().map(Parameter::name);
    quote!(&[#(#names),*])
}

/// A question that the compiler shows where `source` stands if it has no answer.
fn constant_at(source: &TokenStream, question: TokenStream) -> TokenStream {
    let question = shown_at(source, question);
    quote!(const _: () = #question;)
}
