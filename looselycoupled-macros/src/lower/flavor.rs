//! The options that choose a runtime.

use syn::{Ident, LitInt, LitStr};

use crate::diagnostics::{Sink, near_miss};
use crate::model::Flavor;
use crate::syntax::{Form, Options};

pub(super) const FLAVOR: (&str, Form) = ("flavor", Form::Value("flavor = \"current_thread\""));
pub(super) const WORKER_THREADS: (&str, Form) = ("worker_threads", Form::Value("worker_threads = 2"));

/// The runtime that the options want; `usual` where they name none.
pub(super) fn flavor(options: &Options, usual: &str, sink: &Sink) -> Flavor {
    let worker_threads = worker_threads(options, sink);
    let literal: Option<LitStr> =
        options.value("flavor", "a text: `\"current_thread\"` or `\"multi_thread\"`", sink);
    let wanted = literal.as_ref().map_or_else(|| usual.to_owned(), LitStr::value);
    match wanted.as_str() {
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
