//! `#[on_event]` in its three forms.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, MetaNameValue, Path, Token, Type};

use super::callable::{borrowing, check_output};
use super::inputs::{Input, Inputs, bare, refuse_default};
use super::listener::{is_option, listener};
use super::name::{check_event, check_pattern};
use super::parameter::parameters;
use super::reason::Reason;
use super::role::Marked;
use super::source::source;
use crate::diagnostics::Sink;
use crate::model::{Handler, Position, Subscription};
use crate::syntax::{Method, arguments_of, pieces};

/// Checks a handler; nothing where it is unsound.
pub(super) fn handler(marked: Marked<'_>, position: Position, sink: &Sink) -> Option<Handler> {
    let Marked { method, marker, .. } = marked;
    sink.sound(|| {
        let (options, event) = options_of(&arguments_of(&marker.attribute, sink));
        let (event, external) = apart(event, sink);
        let listener = listener(&options, sink);
        let form = form(method, &event, listener.name.as_deref(), sink);
        let (callable, inputs) = borrowing(marked, sink);
        check_output(&method.signature.output, sink);
        let subscription = subscription(form?, method, &inputs, sink)?;
        Some(Handler { position, callable, subscription, external, listener })
    })
}

const EXTERNAL: Reason = Reason { key: "external", example: "the weather station sends it" };

/// What is said of other processes, and the rest.
fn options_of(arguments: &TokenStream) -> (Vec<TokenStream>, TokenStream) {
    let (options, rest): (Vec<_>, Vec<_>) = pieces(arguments.clone()).into_iter().partition(is_option);
    // As it was written where that is possible, so that messages point at all of it.
    let rest = if options.is_empty() { arguments.clone() } else { quote!(#(#rest),*) };
    (options, rest)
}

/// The event, and who sends it if no module does.
fn apart(arguments: TokenStream, sink: &Sink) -> (TokenStream, Option<String>) {
    let (reasons, event): (Vec<_>, Vec<_>) =
        pieces(arguments.clone()).into_iter().partition(|piece| EXTERNAL.is_in(piece));
    let [reason, others @ ..] = &*reasons else { return (arguments, None) };
    others.iter().for_each(|other| sink.at(other, "`external` is given twice; remove one"));
    (quote!(#(#event),*), EXTERNAL.read(reason, sink))
}

/// What the attribute says.
enum Form {
    Typed(Path),
    Named(String),
    Pattern(String),
}

const FORMS: &str = "an event is a type, a name or a pattern; write `#[on_event(Motion)]`, `#[on_event]` \
                     or `#[on_event(\"sensor.*\")]`";

fn form(method: &Method, arguments: &TokenStream, listener: Option<&str>, sink: &Sink) -> Option<Form> {
    if arguments.is_empty() {
        return named_by_method(method, listener, sink).map(Form::Named);
    }
    if let Ok(path) = syn::parse2::<Path>(arguments.clone()) {
        return is_type(&path, sink).then_some(Form::Typed(path));
    }
    let Ok(literal) = syn::parse2::<LitStr>(arguments.clone()) else {
        sink.at(arguments, advice(arguments));
        return None;
    };
    let name = literal.value();
    match name.contains('*') {
        true => check_pattern(&literal, sink).then_some(Form::Pattern(name)),
        false => check_event(&literal, sink).then_some(Form::Named(name)),
    }
}

/// Refuses `#[on_event(motion)]`, which would be a type and is meant to be a name.
fn is_type(path: &Path, sink: &Sink) -> bool {
    let name = path.get_ident().map(|ident| ident.unraw().to_string());
    let Some(name) = name.filter(|name| name.starts_with(char::is_lowercase)) else { return true };
    sink.at(path, format!("`{name}` is no type; write `#[on_event(\"{name}\")]`, or the type of the event"));
    false
}

/// What to write instead of something that is neither a type nor a text.
fn advice(arguments: &TokenStream) -> String {
    if let Ok(pair) = syn::parse2::<MetaNameValue>(arguments.clone()) {
        let value = source(&pair.value);
        return format!("the event stands alone in the parentheses; write `#[on_event({value})]`");
    }
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    match parser.parse2(arguments.clone()) {
        Ok(events) if events.len() > 1 => {
            "a method hears one event, or those of one pattern; write a method for each".to_owned()
        }
        _ => FORMS.to_owned(),
    }
}

fn named_by_method(method: &Method, listener: Option<&str>, sink: &Sink) -> Option<String> {
    let ident = &method.signature.ident;
    let name = ident.unraw().to_string();
    match name.strip_prefix("on_").filter(|event| !event.is_empty()) {
        Some(event) => Some(event.to_owned()),
        None => {
            let advice = format!("name it `on_{name}`, or write `#[on_event(\"{name}\")]`");
            // Who writes `name = "motion"` may well mean the event.
            let advice = listener.map_or(advice, |listener| {
                format!(
                    "`name` is what the handler is called among processes; if `{listener}` is the event, write \
                     `#[on_event(\"{listener}\")]`"
                )
            });
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
            let takes_fields = sink.clean(|| {
                records.for_each(|input| refuse_record(input, &event, sink));
                others.iter().for_each(|input| refuse_whole(input, &event, sink));
            });
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

/// Refuses `motion: &Motion`, which is what a typed handler takes.
fn refuse_whole(input: &Input<'_>, event: &str, sink: &Sink) {
    let Type::Reference(reference) = bare(&input.typed.ty) else { return };
    let Type::Path(path) = bare(&reference.elem) else { return };
    let Some(ident) = path.path.get_ident().filter(|ident| is_of_the_user(ident)) else { return };
    let advice = format!("write `#[on_event({ident})]` to take it as a whole, or fields such as `level: u8`");
    sink.at(input.typed, format!("a handler of `{event}` by name takes fields; {advice}"));
}

/// Whether a type could be an event: it is none that somebody would borrow as a field.
fn is_of_the_user(ident: &Ident) -> bool {
    const FIELDS: [&str; 7] = ["CStr", "EventRecord", "OsStr", "Path", "PathBuf", "String", "Value"];
    let name = ident.to_string();
    name.starts_with(char::is_uppercase) && !FIELDS.contains(&&*name)
}
