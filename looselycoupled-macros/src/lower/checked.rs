//! `exec!`, `enqueue!` and `emit!`.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use super::runtime::{CRATE, runtime};
use crate::diagnostics::Sink;
use crate::model::{CheckedCall, CheckedEvent, Given};
use crate::syntax::{self, Grammar, Options};

const EXEC: Grammar = Grammar { attribute: "exec!", options: &[CRATE] };

/// Checks a call; nothing where its address is none.
pub(crate) fn checked_call(
    written: syntax::CheckedVerb,
    verb: &'static str,
    sink: &Sink,
) -> Option<CheckedCall> {
    let runtime = runtime(&Options::read(written.options, &EXEC, sink), sink);
    sink.sound(|| {
        let (module, task) = address(&written.name, sink)?;
        Some(CheckedCall {
            runtime,
            verb,
            context: written.context.into_token_stream(),
            module,
            task,
            span: written.name.span(),
            given: given(written.given, "argument", sink),
        })
    })
}

/// Checks an event; nothing where a field is given twice.
pub(crate) fn checked_event(written: syntax::CheckedVerb, sink: &Sink) -> Option<CheckedEvent> {
    let runtime = runtime(&Options::read(written.options, &EXEC, sink), sink);
    sink.sound(|| {
        Some(CheckedEvent {
            runtime,
            context: written.context.into_token_stream(),
            event: written.name.value(),
            span: written.name.span(),
            given: given(written.given, "field", sink),
        })
    })
}

fn address(literal: &LitStr, sink: &Sink) -> Option<(String, String)> {
    let address = literal.value();
    match address.split_once('.') {
        Some((module, task)) if !module.is_empty() && !task.is_empty() && !task.contains('.') => {
            Some((module.to_owned(), task.to_owned()))
        }
        Some(_) => {
            sink.at(literal, "an address has one dot, between module and task; write `hall_lamp.set_level`");
            None
        }
        None if syn::parse_str::<Ident>(&address).is_ok() => {
            sink.at(
                literal,
                format!(
                    "an address is `module.task`, and {address:?} is one of the two; write `{address}.<task>` or \
                     `<module>.{address}`, and for a task of the own module `ctx.me::<Self>()?.{address}(…)`"
                ),
            );
            None
        }
        None => {
            sink.at(
                literal,
                format!("{address:?} is no address; write `hall_lamp.set_level`, a module and its task"),
            );
            None
        }
    }
}

fn given(written: Vec<syntax::Given>, what: &str, sink: &Sink) -> Vec<Given> {
    let mut all: Vec<Given> = Vec::with_capacity(written.len());
    for one in written {
        let name = one.name.unraw().to_string();
        if all.iter().any(|known| known.name == name) {
            sink.at(&one.name, format!("the {what} `{name}` is given twice; remove one"));
        } else {
            all.push(Given { name, span: one.name.span(), value: one.value });
        }
    }
    all
}
