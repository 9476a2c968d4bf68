//! Names of events that become modules and indices while the program is compiled.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "evaluated by the compiler: the panic is the compile error"
)]

use super::names::{Found, Names, position};
use super::table::ListsInstances;
use crate::address::constant::{Near, Text, same};
use crate::envelope::{EventShape, FieldInfo};
use crate::module::{Module, ModuleDescriptor, SubscriptionInfo};

/// An event that a module of `app!` sends, or hears by its type.
#[must_use]
#[track_caller]
pub const fn known<A: ListsInstances>(event: &'static str) -> Found {
    let (mut modules, mut place) = (A::MODULES, 0);
    while let [module, behind @ ..] = modules {
        if let Some((emission, fields)) = emission_of(module, event) {
            refuse_enum(module, emission, event);
            return Found::new(place, event, Names::Fields(fields));
        }
        modules = behind;
        place += 1;
    }
    refuse(A::MODULES, event)
}

#[cold]
#[track_caller]
const fn refuse(modules: &[&ModuleDescriptor], event: &'static str) -> ! {
    let mut near = Near::to(event);
    let mut index = 0;
    while index < modules.len() {
        let mut entry = 0;
        while let Some((name, _)) = entry_of(modules[index], entry) {
            if !is_known_before(modules, index, name) {
                near = near.look_at(name);
            }
            entry += 1;
        }
        index += 1;
    }
    let message = Text::new()
        .add("no module in `app!` lists the event ")
        .name(event)
        .add(" in its `emits(…)` or hears its type");
    panic!("{}", near.end(message).text())
}

/// Whether one of the modules up to here has the event as well: instances of one type know the same ones.
const fn is_known_before(modules: &[&ModuleDescriptor], end: usize, event: &str) -> bool {
    let mut index = 0;
    while index < end {
        if emission_of(modules[index], event).is_some() {
            return true;
        }
        index += 1;
    }
    false
}

/// Of an enum somebody has to say which variant is meant.
#[track_caller]
const fn refuse_enum(of: &ModuleDescriptor, emission: usize, event: &str) {
    let mut handlers = of.handlers;
    while let [handler, behind @ ..] = handlers {
        if let SubscriptionInfo::Typed(of_type) = handler.info.subscription
            && handler.info.index + of.info.emits.len() == emission
            && matches!(of_type.info.shape, EventShape::Enum)
        {
            let message = Text::new().name(event).add(" is an enum; send it by `ctx.trigger(");
            panic!("{}", message.add(of_type.info.type_name).add("::…)`").text())
        }
        handlers = behind;
    }
}

/// Which of a module's events it is: those that it lists come first, then those that it hears by type.
#[must_use]
#[track_caller]
pub const fn emission<M: Module>(event: &str) -> usize {
    match emission_of(M::DESCRIPTOR, event) {
        Some((index, _)) => index,
        // `known` has found it.
        None => panic!("no such event"),
    }
}

/// Where it is in the numbering of [`emission`], and its fields. One that says which fields there are goes before one that leaves them
/// open.
const fn emission_of(of: &ModuleDescriptor, event: &str) -> Option<(usize, &'static [FieldInfo])> {
    if let Some(index) = position!(of.info.emits, event, |emission| emission.name)
        && let fields @ [_, ..] = of.info.emits[index].fields
    {
        return Some((index, fields));
    }
    let mut found = None;
    let mut index = 0;
    while let Some((name, fields)) = entry_of(of, index) {
        if same(name, event) {
            if !fields.is_empty() {
                return Some((index, fields));
            }
            if found.is_none() {
                found = Some((index, fields));
            }
        }
        index += 1;
    }
    found
}

/// The event at an index of this numbering, with its fields; nothing behind the last one.
const fn entry_of(of: &ModuleDescriptor, index: usize) -> Option<(&'static str, &'static [FieldInfo])> {
    let emits = of.info.emits;
    if index < emits.len() {
        return Some((emits[index].name, emits[index].fields));
    }
    let mut handler = 0;
    while handler < of.handlers.len() {
        let info = &of.handlers[handler].info;
        if info.index + emits.len() == index {
            return Some(match info.subscription {
                SubscriptionInfo::Typed(of_type) => (of_type.info.name, of_type.info.fields),
                // Matches no name of an event.
                _ => ("", &[]),
            });
        }
        handler += 1;
    }
    None
}
