//! The life-cycle hooks.

use syn::{FnArg, Signature, Type};

use super::callable::{borrowing, callable, check_output, qualifiers};
use super::inputs::{Inputs, Passing, context, refuse_default};
use super::receiver;
use super::role::{Marked, Role};
use crate::diagnostics::Sink;
use crate::model::{Callable, Hook, HookKind, Receiver};
use crate::syntax::{Form, Grammar, Marker, MarkerKind, Method, Options, arguments_of};

/// Checks a hook; nothing where it is unsound.
pub(super) fn hook(marked: Marked<'_>, sink: &Sink) -> Option<Hook> {
    let Marked { method, marker, .. } = marked;
    sink.sound(|| {
        let mut thread = false;
        if sink.clean(|| thread = options(marker, sink).flag("thread").is_some()) {
            check_asyncness(&method.signature, marker.kind, thread, sink);
        }
        check_output(&method.signature.output, sink);
        let (kind, callable) = match marker.kind {
            MarkerKind::Initialize => (HookKind::Initialize, borrowing_hook(marked, sink)),
            MarkerKind::OnIdle => (HookKind::OnIdle, borrowing_hook(marked, sink)),
            MarkerKind::Finalize => (HookKind::Finalize, borrowing_hook(marked, sink)),
            MarkerKind::Run => (HookKind::Run { thread }, run_hook(marked, sink)),
            MarkerKind::RunPassively => (HookKind::RunPassively { thread }, run_hook(marked, sink)),
            MarkerKind::Task | MarkerKind::OnEvent | MarkerKind::New => return None,
        };
        Some(Hook { kind, callable })
    })
}

fn options(marker: &Marker, sink: &Sink) -> Options {
    let arguments = arguments_of(&marker.attribute, sink);
    let runs = matches!(marker.kind, MarkerKind::Run | MarkerKind::RunPassively);
    if !runs && !arguments.is_empty() {
        let name = marker.kind.name();
        sink.at(&arguments, format!("`#[{name}]` has no options; write only `#[{name}]`"));
        return Options::default();
    }
    let grammar = Grammar { attribute: marker.kind.name(), options: &[("thread", Form::Flag)] };
    Options::read(arguments, &grammar, sink)
}

fn borrowing_hook(marked: Marked<'_>, sink: &Sink) -> Callable {
    let (callable, inputs) = borrowing(marked, sink);
    refuse_others(&inputs, marked.role(), sink);
    callable
}

fn refuse_others(inputs: &Inputs<'_>, role: Role, sink: &Sink) {
    for input in &inputs.others {
        sink.at(
            input.typed,
            format!("{} takes nothing but `ctx: &Context`; remove this parameter", role.noun()),
        );
        refuse_default(input.default, "a hook", sink);
    }
}

fn run_hook(marked: Marked<'_>, sink: &Sink) -> Callable {
    let Marked { method, .. } = marked;
    let role = marked.role();
    qualifiers(&method.signature, role, sink);
    receiver::none(&method.signature, role, "remove it and call the tasks by `ctx.me::<Self>()?`", sink);
    let context = owned_context(method, role, sink);
    callable(method, Receiver::Absent, context)
}

/// A hook that runs is an `async fn`, or a plain one on a thread.
fn check_asyncness(signature: &Signature, kind: MarkerKind, thread: bool, sink: &Sink) {
    if !matches!(kind, MarkerKind::Run | MarkerKind::RunPassively) {
        return;
    }
    match (&signature.asyncness, thread) {
        (Some(asyncness), true) => {
            sink.at(asyncness, "a thread runs a plain `fn`; remove `async`, or `(thread)`");
        }
        (None, false) => {
            let name = kind.name();
            sink.at(
                &signature.fn_token,
                format!(
                    "`#[{name}]` runs as a task; write `async fn`, or `(thread)` for a thread of its own"
                ),
            );
        }
        _ => {}
    }
}

/// The type of `ctx: Context`, beside which there is nothing else.
fn owned_context<'a>(method: &'a Method, role: Role, sink: &Sink) -> Option<&'a Type> {
    let typed = method.signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let noun = role.noun();
    let mut found = None;
    for typed in typed {
        match context(&typed.ty) {
            Some(Passing::Owned) if found.is_none() => found = Some(&*typed.ty),
            Some(Passing::Shared | Passing::Exclusive) => {
                sink.at(&typed.ty, format!("{noun} owns its context; write `ctx: Context`"));
            }
            _ => sink.at(typed, format!("{noun} takes nothing but `ctx: Context`; remove this parameter")),
        }
    }
    method.defaults.iter().for_each(|mark| refuse_default(Some(&mark.attribute), "`ctx`", sink));
    found
}
