//! The real `main`.

use proc_macro2::TokenStream;
use quote::quote;

use super::place::shown_at;
use crate::model::{Flavor, Program};

/// What becomes of `async fn main`.
pub(crate) fn program(program: &Program) -> TokenStream {
    let Program { runtime, attributes, lints, visibility, ident, output, body, flavor } = program;
    let flavor = self::flavor(*flavor);
    let started = shown_at(output, quote!(__main()));
    quote! {
        #(#attributes)*
        #visibility fn #ident() -> ::std::process::ExitCode {
            #(#lints)*
            async fn __main() #output #body
            #runtime::__private::Main::new() #flavor.run(#started)
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
