//! Names that become indices while the program is compiled.
//!
//! An index inside of a const argument selects a type. Where a name leads nowhere the evaluation panics, and the compiler shows the
//! panic's message at the tokens of the call: those of the user's literal.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "evaluated by the compiler: the panic is the compile error"
)]

use crate::address::constant::{Near, Text, contains, same};
use crate::envelope::FieldInfo;
use crate::module::{ModuleDescriptor, ParameterInfo};

/// The place of an instance in `app!`.
#[must_use]
#[track_caller]
pub const fn instance(names: &[&'static str], wanted: &'static str) -> usize {
    let mut near = Near::to(wanted);
    let mut index = 0;
    while index < names.len() {
        if same(names[index], wanted) {
            return index;
        }
        near = near.look_at(names[index]);
        index += 1;
    }
    panic!("{}", near.end(Text::new().add("no module ").name(wanted).add(" in `app!`")).text())
}

/// The index of a task.
#[must_use]
#[track_caller]
pub const fn task(of: &ModuleDescriptor, instance: &str, wanted: &'static str) -> usize {
    let mut near = Near::to(wanted);
    let mut index = 0;
    while index < of.tasks.len() {
        let info = &of.tasks[index].info;
        if same(info.name, wanted) {
            return info.index;
        }
        near = near.look_at(info.name);
        index += 1;
    }
    let place = Text::new().add(instance).add(": ").add(of.info.type_name);
    panic!("{}", near.end(Text::new().add("no task ").name(wanted).add(" in ").name(place.text())).text())
}

/// What an address or an event takes, each under its name.
#[derive(Debug, Clone, Copy)]
pub enum Takes {
    /// The parameters of a task.
    Arguments(&'static [ParameterInfo]),
    /// The fields of an event, all of which are needed.
    Fields(&'static [FieldInfo]),
}

impl Takes {
    const fn len(self) -> usize {
        match self {
            Self::Arguments(parameters) => parameters.len(),
            Self::Fields(fields) => fields.len(),
        }
    }

    const fn name(self, index: usize) -> &'static str {
        match self {
            Self::Arguments(parameters) => parameters[index].name,
            Self::Fields(fields) => fields[index].name,
        }
    }

    const fn needs(self, index: usize) -> bool {
        match self {
            Self::Arguments(parameters) => parameters[index].required,
            Self::Fields(_) => true,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Arguments(_) => "argument",
            Self::Fields(_) => "field",
        }
    }
}

/// The place of an argument or a field.
#[must_use]
#[track_caller]
pub const fn place(takes: Takes, of: &str, wanted: &'static str) -> usize {
    let mut near = Near::to(wanted);
    let mut index = 0;
    while index < takes.len() {
        if same(takes.name(index), wanted) {
            return index;
        }
        near = near.look_at(takes.name(index));
        index += 1;
    }
    let message = Text::new().name(of).add(" has no ").add(takes.word()).add(" ").name(wanted);
    panic!("{}", near.end(message).text())
}

/// Whether all that is needed is given. Names that do not exist are told by [`place`], and this says nothing then.
#[track_caller]
pub const fn complete(takes: Takes, of: &str, given: &[&str]) {
    let mut index = 0;
    let mut missing = None;
    let mut known = 0;
    while index < takes.len() {
        let is_given = contains(given, takes.name(index));
        known += is_given as usize;
        if takes.needs(index) && !is_given && missing.is_none() {
            missing = Some(takes.name(index));
        }
        index += 1;
    }
    if let Some(name) = missing
        && known == given.len()
    {
        panic!("{}", Text::new().name(of).add(" needs the ").add(takes.word()).add(" ").name(name).text())
    }
}
