//! `app!`: the instances as types, and what the start compares with them.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;

use super::checked::root;
use super::describe::key;
use super::header::scope;
use super::place::location;
use crate::model::AppList;

/// What becomes of `app!`.
pub(crate) fn app_list(list: &AppList) -> TokenStream {
    let root = root(Span::call_site());
    let (names, modules): (Vec<_>, Vec<_>) = list.instances.iter().map(|(name, ty)| (name, ty)).unzip();
    let keys = names.iter().map(|name| key(name));
    let places = (0..names.len()).map(Literal::usize_unsuffixed);
    let location = location(list.line);
    let items = quote! {
        static __TABLE: __lc::AppTable = __lc::AppTable {
            names: <#root as __lc::ListsInstances>::NAMES,
            modules: <#root as __lc::ListsInstances>::MODULES,
            location: #location,
        };
        impl __lc::ListsInstances for #root {
            const NAMES: &'static [&'static str] = &[#(#names),*];
            const KEYS: &'static [__lc::NameKey] = &[#(#keys),*];
            const MODULES: &'static [&'static __lc::ModuleDescriptor] =
                &[#(<#modules as __lc::Module>::DESCRIPTOR),*];
            #[inline]
            fn table() -> &'static __lc::AppTable {
                &__TABLE
            }
        }
        #(
            impl __lc::InstanceAt<#places> for #root {
                type Module = #modules;
            }
        )*
        __lc::inventory::submit! { __lc::ListedApp(&__TABLE) }
    };
    let hidden = scope(&list.runtime, &[], &items);
    let test = test(list);
    quote! {
        #[doc(hidden)]
        #[allow(dead_code, reason = "only uses of `exec!`, `enqueue!` and `emit!` name it")]
        pub(crate) struct #root;
        #hidden
        #test
    }
}

/// The test that checks the whole application, where the list says how it is put together.
fn test(list: &AppList) -> Option<TokenStream> {
    let (runtime, check) = (&list.runtime, list.check.as_ref()?);
    Some(quote! {
        #[cfg(test)]
        #[test]
        fn the_application_is_whole() {
            #runtime::__private::expect_whole(#check);
        }
    })
}
