//! The test that the test harness sees.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::place::shown_at;
use crate::model::{Flavor, Test};

/// What becomes of an async test.
pub(crate) fn test(test: &Test) -> TokenStream {
    let Test { runtime, attributes, lints, visibility, ident, output, body, .. } = test;
    let options = options(test);
    let started = shown_at(output, quote!(run(__test)));
    quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility fn #ident() {
            #(#lints)*
            async fn __test() #output #body
            #runtime::__private::Test::new(::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident)))
                #options . #started
        }
    }
}

fn options(test: &Test) -> TokenStream {
    let seed = test.seed.map(Literal::u64_unsuffixed).map(|seed| quote!(.seed(#seed)));
    let seeds = test.seeds.map(Literal::u64_unsuffixed).map(|seeds| quote!(.seeds(#seeds)));
    let threads = match test.flavor {
        Flavor::CurrentThread => None,
        Flavor::MultiThread { worker_threads } => Some(worker_threads.unwrap_or(0)),
    };
    let threads = threads.map(Literal::usize_unsuffixed).map(|threads| quote!(.multi_thread(#threads)));
    quote!(#seed #seeds #threads)
}
