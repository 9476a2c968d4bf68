//! What becomes of a `#[module]` block, beside the block itself.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::announce::announced;
use super::entry::entry;
use super::header::{implement, scope};
use super::place::shown_at;
use super::{constructor, describe, handler, hook, implements, stub, task};
use crate::model::Module;

/// The stub beside the block, and everything else out of the documentation's sight.
pub(crate) fn module(module: &Module) -> TokenStream {
    let stub = stub::stub(module);
    let itself = itself(module);
    let configured = configured(module);
    let tasks = module.tasks.iter().map(|task| task::task(task, module));
    let handlers = module.handlers.iter().map(|handler| handler::handler(handler, module));
    let (hooks, constructors) = (hook::hooks(module), constructor::constructors(module));
    let announced = announced(module);
    let implemented = implements::implements(module);
    let named = named(module);
    let name = module.target.name();
    let path = &module.target.path;
    let entry = (!module.target.is_generic()).then(|| entry(path, &name, module.target.asks_for_send()));
    let sent = module.target.asks_for_send().then(|| quote!(const _: () = __lc::require_send::<#path>();));
    let items = quote!(#sent #itself #configured #(#tasks)* #(#handlers)* #hooks #constructors #announced #implemented #named #entry);
    let hidden = scope(&module.runtime, &module.conditions, &items);
    quote!(#stub #[doc(hidden)] #hidden)
}

fn itself(module: &Module) -> TokenStream {
    let stub = stub::bound(&module.target);
    let mode = match &module.concurrent {
        Some(flag) => shown_at(&flag.to_token_stream(), quote!(__lc::Concurrent)),
        None if module.target.pinned => quote!(__lc::Pinned),
        None => quote!(__lc::Sequential),
    };
    let information = describe::module(module);
    let tasks = module.tasks.iter().map(|task| task::row(task, module));
    let handlers = module.handlers.iter().map(handler::row);
    let implementing = implements::named(module);
    let names = task::names(module);
    let (declaration, members) = (names.declaration(), names.members("Tasks", "TASKS"));
    let body = quote! {
        type Stub = #stub;
        type Mode = #mode;
        const DESCRIPTOR: &'static __lc::ModuleDescriptor = &__lc::ModuleDescriptor::new::<Self>(
            #information,
            const { &[#(#tasks),*] },
            const { &[#(#handlers),*] },
        )#implementing;
        #members
    };
    let itself = implement(&module.target, &[], &quote!(__lc::Module), &body);
    quote!(#declaration #itself)
}

fn configured(module: &Module) -> Option<TokenStream> {
    let config = module.config.as_ref()?;
    let body = quote!(type Config = #config;);
    Some(implement(&module.target, &[], &quote!(__lc::Configured), &body))
}

/// Names our attributes once more where they exist, so that editors show their documentation.
fn named(module: &Module) -> TokenStream {
    let Module { runtime, markers, .. } = module;
    quote!(#(#[#runtime::#markers(__known)])* const _: () = ();)
}
