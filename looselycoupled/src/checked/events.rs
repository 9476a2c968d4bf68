//! Names of events that become modules and indices while the program is compiled.

#![expect(clippy::panic, reason = "evaluated by the compiler: the panic is the compile error")]

use super::names::{MOST_GIVEN, Names, position};
use super::table::ListsInstances;
use crate::address::constant::{NameKey, Near, Text, same};
use crate::envelope::{EventShape, FieldInfo};
use crate::module::{ModuleDescriptor, SubscriptionInfo};

/// An event that has been found, and which of its fields have been given so far.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    place: usize,
    event: &'static str,
    fields: &'static [FieldInfo],
    keys: &'static [NameKey],
    given: u64,
}

/// What a module knows of an event: where it is in the numbering of [`emission`], and its fields.
#[derive(Clone, Copy)]
struct Entry {
    index: usize,
    fields: &'static [FieldInfo],
    keys: &'static [NameKey],
}

/// An event that a module of `app!` sends, or hears by its type.
#[must_use]
#[track_caller]
pub const fn known<A: ListsInstances>(event: &'static str) -> Known {
    let (mut modules, key, mut place) = (A::MODULES, NameKey::of(event), 0);
    while let [module, behind @ ..] = modules {
        if let Some(Entry { index, fields, keys }) = emission_of(module, event, key) {
            refuse_enum(module, index, event);
            return Known { place, event, fields, keys, given: 0 };
        }
        modules = behind;
        place += 1;
    }
    refuse(A::MODULES, event)
}

/// Gives it one more field.
#[must_use]
#[track_caller]
pub const fn with(known: Known, wanted: &'static str) -> Known {
    let Known { place, event, fields, keys, given } = known;
    let index = position!(
        keys,
        wanted,
        |key, at| (key, fields[at].name),
        else return with_a_late_one(known, wanted)
    );
    Known { place, event, fields, keys, given: given | 1 << (index % MOST_GIVEN) }
}

/// Of types with more fields than can be given by name, which is another mistake, not all have keys.
#[cold]
#[track_caller]
const fn with_a_late_one(known: Known, wanted: &'static str) -> Known {
    let mut index = known.keys.len();
    while index < known.fields.len() {
        if same(known.fields[index].name, wanted) {
            return Known { given: known.given | 1 << (index % MOST_GIVEN), ..known };
        }
        index += 1;
    }
    Names::Fields(known.fields).refuse_value(known.event, wanted)
}

/// The place in `app!` of who sends it, if it has all its fields.
#[must_use]
#[track_caller]
pub const fn whole(known: Known) -> usize {
    let Known { place, event, fields, mut given, .. } = known;
    let (mut left, mut index) = (fields, 0);
    while let [field, behind @ ..] = left
        && index < MOST_GIVEN
    {
        if given & 1 == 0 {
            Names::Fields(fields).refuse_lack(event, field.name)
        }
        left = behind;
        given >>= 1;
        index += 1;
    }
    place
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
        if emission_of(modules[index], event, NameKey::of(event)).is_some() {
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

/// Which of its sender's events it is: those that a module lists come first, then those that it hears by type. Of one that nobody sends
/// [`known`] tells.
#[must_use]
pub const fn emission<A: ListsInstances>(event: &str) -> usize {
    let (mut modules, key) = (A::MODULES, NameKey::of(event));
    while let [module, behind @ ..] = modules {
        if let Some(Entry { index, .. }) = emission_of(module, event, key) {
            return index;
        }
        modules = behind;
    }
    0
}

/// One that says which fields there are goes before one that leaves them open.
const fn emission_of(of: &ModuleDescriptor, event: &str, key: NameKey) -> Option<Entry> {
    let (mut emits, mut index, mut found) = (of.info.emits, 0, None);
    while let [emission, behind @ ..] = emits {
        if emission.key.0 == key.0 && (key.is_whole() || same(emission.name, event)) {
            found = Some(Entry { index, fields: emission.fields, keys: emission.keys });
            if let [_, ..] = emission.fields {
                return found;
            }
            break;
        }
        emits = behind;
        index += 1;
    }
    let mut handlers = of.handlers;
    while let [handler, behind @ ..] = handlers {
        if let SubscriptionInfo::Typed(of_type) = handler.info.subscription
            && of_type.key.0 == key.0
            && (key.is_whole() || same(of_type.info.name, event))
        {
            let (index, fields) = (handler.info.index + of.info.emits.len(), of_type.info.fields);
            let typed = Some(Entry { index, fields, keys: of_type.keys });
            if let [_, ..] = fields {
                return typed;
            }
            if found.is_none() {
                found = typed;
            }
        }
        handlers = behind;
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
