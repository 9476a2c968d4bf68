//! The test that the test harness sees.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::place::shown_at;
use super::program::around;
use crate::model::{Flavor, Program, Test};

/// What becomes of an async test.
pub(crate) fn test(test: &Test) -> TokenStream {
    let Program { runtime, ident, output, .. } = &test.program;
    let options = options(test);
    let started = shown_at(output, quote!(run(__test)));
    let name = quote!(::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident)));
    let start = quote!(#runtime::__private::Test::new(#name) #options . #started);
    let function = around(&test.program, &quote!(__test), &TokenStream::new(), &start);
    quote!(#[::core::prelude::v1::test] #function)
}

fn options(test: &Test) -> TokenStream {
    let seed = test.seed.map(Literal::u64_unsuffixed).map(|seed| quote!(.seed(#seed)));
    let seeds = test.seeds.map(Literal::u64_unsuffixed).map(|seeds| quote!(.seeds(#seeds)));
    let threads = match test.program.flavor {
        Flavor::CurrentThread => None,
        Flavor::MultiThread { worker_threads } => Some(worker_threads.unwrap_or(0)),
    };
    let threads = threads.map(Literal::usize_unsuffixed).map(|threads| quote!(.multi_thread(#threads)));
    quote!(#seed #seeds #threads)
}
