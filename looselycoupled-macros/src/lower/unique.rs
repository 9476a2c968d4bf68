//! What a module has only once.
//!
//! Two methods under `#[cfg]` may exclude each other, so only those that certainly meet are refused.

use syn::Attribute;

use crate::diagnostics::Sink;
use crate::model::{Constructor, Hook, Module, Task};
use crate::syntax::Marker;

fn meet(one: &[Attribute], other: &[Attribute]) -> bool {
    one.is_empty() || other.is_empty()
}

/// Whether no other task has the name of this one.
pub(super) fn is_new_name(module: &Module, task: &Task, marker: &Marker, sink: &Sink) -> bool {
    let conditions = &task.callable.surroundings.conditions;
    let is_namesake =
        |known: &&Task| known.name == task.name && meet(&known.callable.surroundings.conditions, conditions);
    let Some(namesake) = module.tasks.iter().find(is_namesake) else { return true };
    let (name, method) = (&task.name, &namesake.callable.ident);
    let complaint = format!("the task `{name}` exists already, as `fn {method}`; give this one another name");
    match marker.attribute.meta.require_list() {
        // Two methods of one name are rustc's to report.
        _ if *method == task.callable.ident => {}
        Ok(list) => sink.at(&list.tokens, complaint),
        Err(_) => sink.at(&task.callable.ident, complaint),
    }
    false
}

/// Whether no other hook is of the kind of this one.
pub(super) fn is_first_hook(module: &Module, hook: &Hook, marker: &Marker, sink: &Sink) -> bool {
    let kind = std::mem::discriminant(&hook.kind);
    let conditions = &hook.callable.surroundings.conditions;
    let collides = |known: &Hook| {
        std::mem::discriminant(&known.kind) == kind
            && meet(&known.callable.surroundings.conditions, conditions)
    };
    let is_first = !module.hooks.iter().any(collides);
    if !is_first {
        let name = marker.kind.name();
        sink.at(&marker.attribute, format!("a module has one `#[{name}]`; put both into one method"));
    }
    is_first
}

/// Whether there is no other constructor.
pub(super) fn is_first_constructor(module: &Module, new: &Constructor, marker: &Marker, sink: &Sink) -> bool {
    let collides = |known: &Constructor| meet(&known.surroundings.conditions, &new.surroundings.conditions);
    let is_first = !module.constructors.iter().any(collides);
    if !is_first {
        sink.at(&marker.attribute, "a module has one `#[new]`; remove the other");
    }
    is_first
}
