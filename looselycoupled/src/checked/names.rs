//! Names that become indices while the program is compiled.
//!
//! An index inside of a const argument selects a type. Where a name leads nowhere the evaluation panics, and the compiler shows the
//! panic's message at the tokens of the call: those of the user's literal. Evaluation is slow, so what was meant instead is looked for
//! only where there is something to tell.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "evaluated by the compiler: the panic is the compile error"
)]

use super::table::ListsInstances;
use crate::address::constant::{Near, Text, same};
use crate::envelope::FieldInfo;
use crate::module::{ParameterInfo, TaskDescriptor};

/// A list of names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Names<'a> {
    /// Instances.
    Instances(&'a [&'static str]),
    /// The tasks of a module.
    Tasks(&'a [TaskDescriptor]),
    /// The parameters of a task.
    Arguments(&'a [ParameterInfo]),
    /// The fields of an event, all of which are needed.
    Fields(&'a [FieldInfo]),
}

impl Names<'_> {
    const fn len(self) -> usize {
        match self {
            Self::Instances(names) => names.len(),
            Self::Tasks(tasks) => tasks.len(),
            Self::Arguments(parameters) => parameters.len(),
            Self::Fields(fields) => fields.len(),
        }
    }

    const fn name(self, index: usize) -> &'static str {
        match self {
            Self::Instances(names) => names[index],
            Self::Tasks(tasks) => tasks[index].info.name,
            Self::Arguments(parameters) => parameters[index].name,
            Self::Fields(fields) => fields[index].name,
        }
    }

    const fn needs(self, index: usize) -> bool {
        match self {
            Self::Arguments(parameters) => parameters[index].required,
            _ => true,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Instances(_) => "module",
            Self::Tasks(_) => "task",
            Self::Arguments(_) => "argument",
            Self::Fields(_) => "field",
        }
    }

    const fn find(self, wanted: &str) -> Option<usize> {
        let (wanted, count) = (wanted.as_bytes(), self.len());
        let mut index = 0;
        while index < count {
            let name = self.name(index).as_bytes();
            if name.len() == wanted.len() {
                let mut at = 0;
                while at < name.len() && name[at] == wanted[at] {
                    at += 1;
                }
                if at == name.len() {
                    return Some(index);
                }
            }
            index += 1;
        }
        None
    }

    /// Ends a message on a name that is not there.
    #[track_caller]
    const fn refuse(self, wanted: &'static str, message: Text) -> ! {
        let mut near = Near::to(wanted);
        let mut index = 0;
        while index < self.len() {
            near = near.look_at(self.name(index));
            index += 1;
        }
        panic!("{}", near.end(message).text())
    }
}

/// A name that has been found, and which of the values that it takes have been given to it so far.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    place: usize,
    name: &'static str,
    takes: Names<'static>,
    given: u64,
}

impl Found {
    pub(super) const fn new(place: usize, name: &'static str, takes: Names<'static>) -> Self {
        Self { place, name, takes, given: 0 }
    }
}

/// The bit of a value. More values than there are bits are refused anyway, as they do not fit into a tuple of slots.
const fn bit(index: usize) -> u64 {
    1 << (index % 64)
}

/// The task of an instance. Its address is made by the macro: here, that would take the compiler longer than all the rest.
#[must_use]
#[track_caller]
pub const fn called<A: ListsInstances>(
    instance: &'static str,
    task: &'static str,
    address: &'static str,
) -> Found {
    let instances = Names::Instances(A::NAMES);
    let Some(place) = instances.find(instance) else {
        instances.refuse(instance, Text::new().add("no module ").name(instance).add(" in `app!`"))
    };
    let of = A::MODULES[place];
    let tasks = Names::Tasks(of.tasks);
    let Some(row) = tasks.find(task) else {
        let place = Text::new().add(instance).add(": ").add(of.info.type_name);
        tasks.refuse(task, Text::new().add("no task ").name(task).add(" in ").name(place.text()))
    };
    Found::new(place, address, Names::Arguments(of.tasks[row].info.parameters))
}

/// Gives it one more value.
#[must_use]
#[track_caller]
pub const fn given(found: Found, wanted: &'static str) -> Found {
    let Some(index) = found.takes.find(wanted) else {
        let message = Text::new().name(found.name).add(" has no ").add(found.takes.word()).add(" ");
        found.takes.refuse(wanted, message.name(wanted))
    };
    Found { given: found.given | bit(index), ..found }
}

/// The place in `app!` of who is called or sends, if all that is needed is given.
#[must_use]
#[track_caller]
pub const fn complete(found: Found) -> usize {
    let Found { place, name, takes, given } = found;
    let mut index = 0;
    while index < takes.len() {
        if takes.needs(index) && given & bit(index) == 0 {
            let message = Text::new().name(name).add(" needs the ").add(takes.word()).add(" ");
            panic!("{}", message.name(takes.name(index)).text())
        }
        index += 1;
    }
    place
}
