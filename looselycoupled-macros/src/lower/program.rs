//! `#[looselycoupled::main]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ReturnType;

use super::flavor::{FLAVOR, WORKER_THREADS, flavor};
use super::runtime::{CRATE, runtime};
use super::surroundings::is_lint;
use crate::diagnostics::Sink;
use crate::model::{Flavor, Program};
use crate::syntax::{Grammar, Method, Options};

const MAIN: Grammar =
    Grammar { attribute: "looselycoupled::main", options: &[FLAVOR, WORKER_THREADS, CRATE] };

/// Checks a program; nothing where the function cannot be one.
pub(crate) fn program(arguments: TokenStream, function: &Method, sink: &Sink) -> Option<Program> {
    let options = Options::read(arguments, &MAIN, sink);
    let flavor = flavor(&options, "multi_thread", sink);
    let clean = sink.clean(|| check_signature(function, sink));
    clean.then(|| understood(function, flavor, &options, sink))
}

/// What a function says that starts a runtime, once nothing is wrong with it.
pub(super) fn understood(function: &Method, flavor: Flavor, options: &Options, sink: &Sink) -> Program {
    let (lints, attributes) = function.attributes.iter().cloned().partition(is_lint);
    Program {
        runtime: runtime(options, sink),
        attributes,
        lints,
        visibility: function.visibility.clone(),
        ident: function.signature.ident.clone(),
        output: output(&function.signature.output),
        body: function.body.to_token_stream(),
        flavor,
    }
}

/// A return type with its arrow, or nothing.
fn output(output: &ReturnType) -> TokenStream {
    match output {
        ReturnType::Default => quote!(),
        output @ ReturnType::Type(..) => output.to_token_stream(),
    }
}

fn check_signature(function: &Method, sink: &Sink) {
    let signature = &function.signature;
    if signature.ident != "main" {
        let advice = "start an application elsewhere by `App::builder()..start().await`";
        sink.at(&signature.ident, format!("`#[looselycoupled::main]` stands on `async fn main`; {advice}"));
    } else if signature.asyncness.is_none() {
        sink.at(
            &signature.fn_token,
            "`#[looselycoupled::main]` starts the runtime for `main`; write `async fn main`",
        );
    }
    refuse_parameters(function, "`main`", "read `std::env::args()` in its body", sink);
}

/// Nobody calls what starts a runtime, so nobody gives it anything.
pub(super) fn refuse_parameters(function: &Method, who: &str, advice: &str, sink: &Sink) {
    let signature = &function.signature;
    if !signature.inputs.is_empty() {
        sink.at(&signature.inputs, format!("{who} has no parameters; {advice}"));
    }
    if !signature.generics.params.is_empty() {
        sink.at(&signature.generics, format!("{who} has no parameters; remove them"));
    }
}
