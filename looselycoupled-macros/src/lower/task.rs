//! `#[task]`.

use syn::LitStr;
use syn::ext::IdentExt;

use super::callable::borrowing;
use super::inputs::{Input, refuse_default};
use super::name::check_word;
use super::parameter::parameters;
use super::returned::returned;
use super::role::Marked;
use crate::diagnostics::Sink;
use crate::model::{Position, Task, TaskKind};
use crate::syntax::{Form, Grammar, Method, Options, arguments_of};

const TASK: Grammar = Grammar {
    attribute: "task",
    options: &[
        ("name", Form::Value("name = \"set_level\"")),
        ("timeout", Form::Value("timeout = \"2s\"")),
        ("local", Form::Flag),
        ("blocking", Form::Flag),
    ],
};

/// Checks a task; nothing where it is unsound.
pub(super) fn task(marked: Marked<'_>, position: Position, sink: &Sink) -> Option<Task> {
    let Marked { method, marker, .. } = marked;
    sink.sound(|| {
        let options = Options::read(arguments_of(&marker.attribute, sink), &TASK, sink);
        let (callable, inputs) = borrowing(marked, sink);
        let local = options.flag("local").is_some();
        refuse_local_defaults(local, &inputs.others, sink);
        let timeout: Option<LitStr> = options.value("timeout", "a text, such as `timeout = \"2s\"`", sink);
        Some(Task {
            position,
            name: name(&options, method, sink),
            kind: kind(&options, marked, sink),
            local,
            timeout: timeout.and_then(|text| super::timeout::timeout(&text, sink)),
            parameters: parameters(&inputs.others, "a task's parameter", sink),
            returned: returned(&method.signature.output, sink),
            callable,
        })
    })
}

/// The name by which the task is called.
fn name(options: &Options, method: &Method, sink: &Sink) -> String {
    let given: Option<LitStr> = options.value("name", "a text, such as `name = \"set_level\"`", sink);
    match given {
        Some(literal) => {
            check_word(&literal, "a task", sink);
            literal.value()
        }
        None => method.signature.ident.unraw().to_string(),
    }
}

fn kind(options: &Options, marked: Marked<'_>, sink: &Sink) -> TaskKind {
    let blocking = options.flag("blocking");
    if let Some(blocking) = blocking.filter(|_| marked.pinned) {
        sink.at(
            blocking,
            "a pinned module stays on its thread, which it may keep as long as it likes; remove `blocking`",
        );
    }
    match (blocking, &marked.method.signature.asyncness) {
        (Some(_), Some(asyncness)) => {
            sink.at(asyncness, "a blocking task is a plain `fn`; remove `async`, or `blocking`");
            TaskKind::Blocking
        }
        (Some(_), None) => TaskKind::Blocking,
        (None, Some(_)) => TaskKind::Async,
        (None, None) => TaskKind::Sync,
    }
}

fn refuse_local_defaults(local: bool, inputs: &[Input<'_>], sink: &Sink) {
    if local {
        inputs.iter().for_each(|input| refuse_default(input.default, "a parameter of a local task", sink));
    }
}
