//! `impl Hooks`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::call::{future, nothing, on_its_thread, outcome, receiver, sharing};
use super::header::implement;
use crate::model::{Hook, HookKind, Module};

/// What the block has of hooks; the rest stays as the trait has it.
pub(super) fn hooks(module: &Module) -> TokenStream {
    let hooks = module.hooks.iter().map(|hook| self::hook(hook, module));
    implement(&module.target, &[], &quote!(__lc::Hooks), &quote!(#(#hooks)*))
}

fn hook(hook: &Hook, module: &Module) -> TokenStream {
    match hook.kind {
        HookKind::Initialize => borrowing("initialize", hook, &receiver(false), module),
        HookKind::Finalize => borrowing("finalize", hook, &receiver(false), module),
        HookKind::OnIdle => borrowing("on_idle", hook, &receiver(module.is_concurrent()), module),
        HookKind::Run { thread } => running("run", hook, thread),
        HookKind::RunPassively { thread } => running("run_passively", hook, thread),
    }
}

fn names(method: &str) -> (Ident, Ident) {
    (format_ident!("{}", method.to_uppercase()), format_ident!("{method}"))
}

fn borrowing(method: &str, hook: &Hook, receiver: &TokenStream, module: &Module) -> TokenStream {
    let (flag, method) = names(method);
    let (conditions, lints) = (&hook.callable.surroundings.conditions, &hook.callable.surroundings.lints);
    let future = future(&hook.callable, &nothing(), &quote!('a));
    let (sharing, body) = (sharing(&hook.callable, module), on_its_thread(body(hook), module));
    quote! {
        #(#conditions)*
        const #flag: bool = true;
        #(#conditions)* #(#lints)*
        fn #method<'a>(__module: #receiver, __context: &'a __lc::Context) -> #future {
            #sharing
            #body
        }
    }
}

fn running(method: &str, hook: &Hook, thread: bool) -> TokenStream {
    let (flag, method) = names(method);
    let (conditions, lints) = (&hook.callable.surroundings.conditions, &hook.callable.surroundings.lints);
    let kind = if thread { quote!(Thread) } else { quote!(Task) };
    let future = future(&hook.callable, &nothing(), &quote!('static));
    let body = body(hook);
    quote! {
        #(#conditions)*
        const #flag: ::core::option::Option<__lc::RunKind> = ::core::option::Option::Some(__lc::RunKind::#kind);
        #(#conditions)* #(#lints)*
        fn #method(__context: __lc::Context) -> #future {
            #body
        }
    }
}

fn body(hook: &Hook) -> TokenStream {
    let outcome = outcome(&hook.callable, &[]);
    if hook.callable.is_async {
        quote!(async move { #outcome })
    } else {
        quote!(::core::future::ready(#outcome))
    }
}
