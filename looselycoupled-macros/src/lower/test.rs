//! `#[looselycoupled::test]`.

use proc_macro2::TokenStream;
use syn::LitInt;

use super::flavor::{FLAVOR, WORKER_THREADS, flavor};
use super::program::{refuse_parameters, understood};
use super::runtime::CRATE;
use crate::diagnostics::Sink;
use crate::model::{Flavor, Test};
use crate::syntax::{Form, Grammar, Method, Options};

const TEST: Grammar = Grammar {
    attribute: "looselycoupled::test",
    options: &[
        ("seed", Form::Value("seed = 42")),
        ("seeds", Form::Value("seeds = 100")),
        FLAVOR,
        WORKER_THREADS,
        CRATE,
    ],
};

/// Checks a test; nothing where the function cannot be one.
pub(crate) fn test(arguments: TokenStream, function: &Method, sink: &Sink) -> Option<Test> {
    let options = Options::read(arguments, &TEST, sink);
    let flavor = flavor(&options, "current_thread", sink);
    if flavor != Flavor::CurrentThread {
        refuse_seeds(&options, sink);
    }
    let (seed, seeds) = (number("seed", &options, sink), seeds(&options, sink));
    let clean = sink.clean(|| check(function, sink));
    clean.then(|| Test { program: understood(function, flavor, &options, sink), seed, seeds })
}

fn check(function: &Method, sink: &Sink) {
    let signature = &function.signature;
    if signature.asyncness.is_none() {
        let advice = "write `async fn`, or `#[test]` for a test that awaits nothing";
        sink.at(&signature.fn_token, format!("`#[looselycoupled::test]` starts a runtime; {advice}"));
    }
    refuse_parameters(function, "a test", "make what it needs in its body", sink);
    let is_test = |path: &syn::Path| path.segments.last().is_some_and(|last| last.ident == "test");
    for second in function.attributes.iter().filter(|attribute| is_test(attribute.path())) {
        sink.at(second, "`#[looselycoupled::test]` makes a test of the function already; remove this");
    }
}

fn refuse_seeds(options: &Options, sink: &Sink) {
    for key in ["seed", "seeds"].into_iter().filter_map(|key| options.flag(key)) {
        sink.at(key, "real threads follow no seed; remove this, or leave `flavor` out");
    }
}

fn number(key: &str, options: &Options, sink: &Sink) -> Option<u64> {
    let literal: LitInt = options.value(key, &format!("a number, such as `{key} = 42`"), sink)?;
    let number = literal.base10_parse().ok();
    if number.is_none() {
        sink.at(&literal, format!("`{key}` takes a number from 0 to {}", u64::MAX));
    }
    number
}

fn seeds(options: &Options, sink: &Sink) -> Option<u64> {
    let number = number("seeds", options, sink)?;
    if number == 0 {
        let key = options.flag("seeds");
        sink.at(&key, "a test runs at least once; write 1 or more, or leave `seeds` out");
    }
    Some(number)
}
