//! `#[on_event]` in its three forms.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{LitStr, Path, Type};

use super::callable::{borrowing, check_output};
use super::inputs::{Input, Inputs, bare, refuse_default};
use super::name::{check_event, check_pattern};
use super::parameter::parameters;
use super::role::Marked;
use super::source::source;
use crate::diagnostics::Sink;
use crate::model::{Handler, Position, Subscription};
use crate::syntax::{Method, arguments_of};

/// Checks a handler; nothing where it is unsound.
pub(super) fn handler(marked: Marked<'_>, position: Position, sink: &Sink) -> Option<Handler> {
    let Marked { method, marker, .. } = marked;
    sink.sound(|| {
        let form = form(method, &arguments_of(&marker.attribute, sink), sink);
        let (callable, inputs) = borrowing(marked, sink);
        check_output(&method.signature.output, sink);
        let subscription = subscription(form?, method, &inputs, sink)?;
        Some(Handler { position, callable, subscription })
    })
}

/// What the attribute says.
enum Form {
    Typed(Path),
    Named(String),
    Pattern(String),
}

const FORMS: &str = "an event is a type, a name or a pattern; write `#[on_event(Motion)]`, `#[on_event]` \
                     or `#[on_event(\"sensor.*\")]`";

fn form(method: &Method, arguments: &TokenStream, sink: &Sink) -> Option<Form> {
    if arguments.is_empty() {
        return named_by_method(method, sink).map(Form::Named);
    }
    if let Ok(path) = syn::parse2::<Path>(arguments.clone()) {
        return Some(Form::Typed(path));
    }
    let Ok(literal) = syn::parse2::<LitStr>(arguments.clone()) else {
        sink.at(arguments, FORMS);
        return None;
    };
    let name = literal.value();
    match name.contains('*') {
        true => check_pattern(&literal, sink).then_some(Form::Pattern(name)),
        false => check_event(&literal, sink).then_some(Form::Named(name)),
    }
}

fn named_by_method(method: &Method, sink: &Sink) -> Option<String> {
    let ident = &method.signature.ident;
    let name = ident.unraw().to_string();
    match name.strip_prefix("on_").filter(|event| !event.is_empty()) {
        Some(event) => Some(event.to_owned()),
        None => {
            let advice = format!("name it `on_{name}`, or write `#[on_event(\"{name}\")]`");
            sink.at(ident, format!("the method's name does not tell the event; {advice}"));
            None
        }
    }
}

fn subscription(form: Form, method: &Method, inputs: &Inputs<'_>, sink: &Sink) -> Option<Subscription> {
    let others = &inputs.others;
    match form {
        Form::Typed(event) => {
            let taken = Whole { noun: "a typed handler", example: format!("event: &{}", source(&event)) };
            let parameter = taken.parameter(method, others, sink)?;
            Some(Subscription::Typed { event, parameter })
        }
        Form::Pattern(pattern) => {
            let taken = Whole { noun: "a handler by pattern", example: "event: &EventRecord".to_owned() };
            let parameter = taken.parameter(method, others, sink)?;
            Some(Subscription::Pattern { pattern, parameter })
        }
        Form::Named(event) => {
            let records = others.iter().filter(|input| is_record(&input.typed.ty));
            let takes_fields = sink.clean(|| records.for_each(|input| refuse_record(input, &event, sink)));
            let fields = takes_fields.then(|| parameters(others, "an event's field", sink))?;
            Some(Subscription::Named { event, fields })
        }
    }
}

/// How a handler takes the event as a whole.
struct Whole {
    noun: &'static str,
    example: String,
}

impl Whole {
    /// The type of the one parameter.
    fn parameter(&self, method: &Method, inputs: &[Input<'_>], sink: &Sink) -> Option<Box<Type>> {
        let Self { noun, example } = self;
        let Some((first, rest)) = inputs.split_first() else {
            sink.at(&method.signature.ident, format!("{noun} takes the event; add `{example}`"));
            return None;
        };
        inputs.iter().for_each(|input| refuse_default(input.default, "a whole event", sink));
        let ty = &first.typed.ty;
        if !matches!(bare(ty), Type::Reference(reference) if reference.mutability.is_none()) {
            sink.at(ty, format!("{noun} borrows the event; write `{example}`"));
        } else if let Some(second) = rest.first() {
            sink.at(second.typed, format!("{noun} takes the event as a whole; write only `{example}`"));
        }
        Some(ty.clone())
    }
}

fn is_record(ty: &Type) -> bool {
    let named = match bare(ty) {
        Type::Reference(reference) => bare(&reference.elem),
        other => other,
    };
    let Type::Path(path) = named else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "EventRecord")
}

fn refuse_record(input: &Input<'_>, event: &str, sink: &Sink) {
    let advice = "write its fields, such as `level: u8`, or take a typed event by `#[on_event(Motion)]`";
    sink.at(input.typed, format!("a handler of `{event}` by name takes fields, no record; {advice}"));
}
