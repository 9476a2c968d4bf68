//! `#[looselycoupled::main]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, LitInt, LitStr, ReturnType};

use super::runtime::{CRATE, runtime};
use super::surroundings::is_lint;
use crate::diagnostics::{Sink, near_miss};
use crate::model::{Flavor, Program};
use crate::syntax::{Form, Grammar, Method, Options};

const MAIN: Grammar = Grammar {
    attribute: "looselycoupled::main",
    options: &[
        ("flavor", Form::Value("flavor = \"current_thread\"")),
        ("worker_threads", Form::Value("worker_threads = 2")),
        CRATE,
    ],
};

/// Checks a program; nothing where the function cannot be one.
pub(crate) fn program(arguments: TokenStream, function: &Method, sink: &Sink) -> Option<Program> {
    let options = Options::read(arguments, &MAIN, sink);
    let flavor = flavor(&options, sink);
    let clean = sink.clean(|| check_signature(function, sink));
    let (lints, attributes) = function.attributes.iter().cloned().partition(is_lint);
    clean.then(|| Program {
        runtime: runtime(&options, sink),
        attributes,
        lints,
        visibility: function.visibility.clone(),
        ident: function.signature.ident.clone(),
        output: output(&function.signature.output),
        body: function.body.to_token_stream(),
        flavor,
    })
}

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
    if !signature.inputs.is_empty() {
        sink.at(&signature.inputs, "`main` has no parameters; read `std::env::args()` in its body");
    }
    if !signature.generics.params.is_empty() {
        sink.at(&signature.generics, "`main` has no parameters; remove them");
    }
}

fn flavor(options: &Options, sink: &Sink) -> Flavor {
    let worker_threads = worker_threads(options, sink);
    let literal: Option<LitStr> =
        options.value("flavor", "a text: `\"current_thread\"` or `\"multi_thread\"`", sink);
    let Some(literal) = literal else { return Flavor::MultiThread { worker_threads } };
    match literal.value().as_str() {
        "multi_thread" => Flavor::MultiThread { worker_threads },
        "current_thread" => {
            refuse_worker_threads(options.flag("worker_threads"), sink);
            Flavor::CurrentThread
        }
        other => {
            let advice = match near_miss(other, ["current_thread", "multi_thread"]) {
                Some(near) => format!("did you mean {near:?}?"),
                None => "write \"current_thread\" or \"multi_thread\"".to_owned(),
            };
            sink.at(&literal, format!("unknown flavor {other:?}; {advice}"));
            Flavor::MultiThread { worker_threads: None }
        }
    }
}

fn refuse_worker_threads(key: Option<&Ident>, sink: &Sink) {
    if let Some(key) = key {
        sink.at(key, "one thread has no worker threads; remove this, or write `flavor = \"multi_thread\"`");
    }
}

fn worker_threads(options: &Options, sink: &Sink) -> Option<usize> {
    let literal: LitInt = options.value("worker_threads", "a number, such as `worker_threads = 2`", sink)?;
    let number = literal.base10_parse::<usize>().ok().filter(|number| *number > 0);
    if number.is_none() {
        sink.at(
            &literal,
            "a runtime has at least one thread; write 1 or more, or leave `worker_threads` out",
        );
    }
    number
}
