//! `#[module]`.

use proc_macro2::TokenStream;
use syn::{Attribute, LitStr};

use super::calls::calls;
use super::constructor::constructor;
use super::emits::emits;
use super::handler::handler;
use super::hook::hook;
use super::implements::implements;
use super::mentions::mentions;
use super::name::check_word;
use super::role::Marked;
use super::runtime::{CRATE, runtime};
use super::section::reads_section;
use super::source::source;
use super::surroundings::{conditions, documentation, line_of, predicate};
use super::target::target;
use super::task::task;
use super::unique::{is_first_constructor, is_first_hook, is_new_name};
use crate::diagnostics::Sink;
use crate::model::{Module, Position};
use crate::syntax::{Block, Form, Grammar, Item, Marker, MarkerKind, Method, Options};

const MODULE: Grammar = Grammar {
    attribute: "module",
    options: &[
        ("name", Form::Value("name = \"hall_lamp\"")),
        ("concurrent", Form::Flag),
        ("pinned", Form::Flag),
        ("config", Form::Value("config = LampConfig")),
        ("emits", Form::List("emits(level_changed(level: u8))")),
        ("calls", Form::List("calls(\"garage.open\")")),
        ("implements", Form::List("implements(Dimmer)")),
        CRATE,
    ],
};

/// Checks a block; nothing where it cannot be a module at all.
pub(crate) fn module(arguments: TokenStream, block: &Block, sink: &Sink) -> Option<Module> {
    let options = Options::read(arguments, &MODULE, sink);
    let mut module = Module {
        runtime: runtime(&options, sink),
        conditions: conditions(&block.attributes),
        documentation: documentation(&block.attributes),
        line: line_of(&block.self_type),
        concurrent: options.flag("concurrent").cloned(),
        instance: instance(&options, sink),
        config: options.value("config", "a type, such as `config = LampConfig`", sink),
        emits: emits(options.list("emits"), sink),
        calls: calls(options.list("calls"), sink),
        implements: implements(options.list("implements"), sink),
        target: target(block, pinned(&options, sink), sink)?,
        markers: block.items.iter().flat_map(Item::markers).filter_map(Marker::ident).cloned().collect(),
        tasks: Vec::new(),
        handlers: Vec::new(),
        hooks: Vec::new(),
        constructors: Vec::new(),
        mentions: mentions(block),
        reads_section: false,
    };
    let mut positions = Positions::default();
    for item in &block.items {
        match item {
            Item::Method(method) => admit(&mut module, method, &mut positions, sink),
            Item::Broken { error, .. } => sink.push(error.clone()),
            Item::Other { markers, .. } => markers.iter().for_each(|marker| refuse_on_other(marker, sink)),
        }
    }
    module.reads_section = reads_section(&module, block);
    Some(module)
}

/// The next free indices.
#[derive(Default)]
struct Positions {
    tasks: Position,
    handlers: Position,
}

fn instance(options: &Options, sink: &Sink) -> Option<String> {
    let literal: LitStr = options.value("name", "a text, such as `name = \"hall_lamp\"`", sink)?;
    check_word(&literal, "a module", sink).then(|| literal.value())
}

fn pinned(options: &Options, sink: &Sink) -> bool {
    let (pinned, concurrent) = (options.flag("pinned"), options.flag("concurrent"));
    if let (Some(pinned), Some(_)) = (pinned, concurrent) {
        sink.at(
            pinned,
            "the handlers of a concurrent module run on all threads; remove `pinned`, or `concurrent`",
        );
    }
    pinned.is_some()
}

fn refuse_on_other(marker: &Marker, sink: &Sink) {
    sink.at(&marker.attribute, format!("`#[{}]` stands on a method; remove it here", marker.kind.name()));
}

/// Puts one method where it belongs.
fn admit(module: &mut Module, method: &Method, positions: &mut Positions, sink: &Sink) {
    let Some(marker) = only_marker(method, sink) else { return };
    let marked = Marked { method, marker, concurrent: module.is_concurrent(), pinned: module.target.pinned };
    match marker.kind {
        MarkerKind::Task => {
            let task = task(marked, positions.tasks.clone(), sink);
            if let Some(task) = task.filter(|task| is_new_name(module, task, marker, sink)) {
                advance(&mut positions.tasks, &method.attributes);
                module.tasks.push(task);
            }
        }
        MarkerKind::OnEvent => {
            if let Some(handler) = handler(marked, positions.handlers.clone(), sink) {
                advance(&mut positions.handlers, &method.attributes);
                module.handlers.push(handler);
            }
        }
        MarkerKind::New => {
            let new = constructor(marked, &module.target.ident, sink);
            module.constructors.extend(new.filter(|new| is_first_constructor(module, new, marker, sink)));
        }
        _ => {
            let hook = hook(marked, sink);
            module.hooks.extend(hook.filter(|hook| is_first_hook(module, hook, marker, sink)));
        }
    }
}

/// The one attribute of ours on a method.
fn only_marker<'a>(method: &'a Method, sink: &Sink) -> Option<&'a Marker> {
    let Some((first, rest)) = method.markers.split_first() else {
        for mark in &method.defaults {
            sink.at(&mark.attribute, "only tasks and handlers by name have defaults; remove `#[default]`");
        }
        return None;
    };
    refuse_misspelt(first, sink);
    rest.iter().for_each(|marker| refuse_second(first, marker, sink));
    Some(first)
}

fn refuse_misspelt(marker: &Marker, sink: &Sink) {
    if marker.misspelt {
        let (path, meant) = (marker.attribute.path(), marker.kind.name());
        sink.at(path, format!("unknown attribute `{}`; did you mean `{meant}`?", source(path)));
    }
}

fn refuse_second(first: &Marker, marker: &Marker, sink: &Sink) {
    let (one, other) = (first.kind.name(), marker.kind.name());
    let complaint = match first.kind == marker.kind {
        true if first.kind == MarkerKind::OnEvent => {
            "a method hears one event, or those of one pattern; write a second method".to_owned()
        }
        true => format!("`#[{one}]` is given twice; remove one"),
        false => {
            format!("a method is either `#[{one}]` or `#[{other}]`; remove one and write a second method")
        }
    };
    sink.at(&marker.attribute, complaint);
}

/// The position behind something with these attributes.
pub(super) fn advance(position: &mut Position, attributes: &[Attribute]) {
    let conditions = conditions(attributes);
    match conditions.is_empty() {
        true => position.certain += 1,
        false => position.conditional.push(predicate(&conditions)),
    }
}
