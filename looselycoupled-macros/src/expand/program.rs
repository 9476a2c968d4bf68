//! The real `main`.

use proc_macro2::TokenStream;
use quote::quote;

use super::place::shown_at;
use crate::model::{Flavor, Program};

/// What becomes of `async fn main`.
pub(crate) fn program(program: &Program) -> TokenStream {
    let Program { runtime, output, flavor, .. } = program;
    let flavor = self::flavor(*flavor);
    let started = shown_at(output, quote!(__main()));
    let start = quote!(#runtime::__private::Main::new() #flavor.run(#started));
    around(program, &quote!(__main), &quote!(-> ::std::process::ExitCode), &start)
}

/// A function in the place of the user's, which it holds under the name `inner` and starts.
pub(super) fn around(
    program: &Program,
    inner: &TokenStream,
    result: &TokenStream,
    start: &TokenStream,
) -> TokenStream {
    let Program { attributes, lints, visibility, ident, output, body, .. } = program;
    quote! {
        #(#attributes)*
        #visibility fn #ident() #result {
            #(#lints)*
            async fn #inner() #output #body
            #start
        }
    }
}

fn flavor(flavor: Flavor) -> TokenStream {
    match flavor {
        Flavor::CurrentThread => quote!(.current_thread()),
        Flavor::MultiThread { worker_threads: Some(number) } => {
            let number = proc_macro2::Literal::usize_unsuffixed(number);
            quote!(.worker_threads(#number))
        }
        Flavor::MultiThread { worker_threads: None } => TokenStream::new(),
    }
}

/// A `main` around one that is beyond repair, so that neither its absence nor its form is reported again.
pub(crate) fn fallback(original: &TokenStream) -> TokenStream {
    quote! {
        fn main() {
            #[allow(dead_code, reason = "replaced, since it cannot be called")]
            #original
        }
    }
}
