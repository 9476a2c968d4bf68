//! Names that become indices while the program is compiled.
//!
//! What is asked of a name is one constant, which comes to the place of an instance in `app!`. Where a name leads nowhere the evaluation panics, and the compiler shows the
//! panic's message at the tokens of the call: those of the user's literal. Evaluation is slow, so what was meant instead is looked for
//! only where there is something to tell.

#![expect(clippy::panic, reason = "evaluated by the compiler: the panic is the compile error")]

use super::table::ListsInstances;
use crate::address::constant::{Near, Text};
use crate::envelope::FieldInfo;
use crate::module::{ModuleDescriptor, ParameterInfo, TaskDescriptor};

/// The place of a name in a list, as whoever evaluates this for each use of a name does it best: it spends as much on a call, be it one of
/// `len`, as on the comparison of a word, and nothing on a pattern.
macro_rules! position {
    ($list:expr, $wanted:expr, |$one:ident| $name:expr) => {{
        let (mut list, wanted, mut place) = ($list, $wanted.as_bytes(), 0);
        loop {
            let [$one, behind @ ..] = list else { break None };
            let (mut name, mut other) = ($name.as_bytes(), wanted);
            while let [one, rest @ ..] = name {
                let [same, others @ ..] = other else { break };
                if *one != *same {
                    break;
                }
                name = rest;
                other = others;
            }
            if let [] = name
                && let [] = other
            {
                break Some(place);
            }
            list = behind;
            place += 1;
        }
    }};
}

pub(super) use position;

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
        match self {
            Self::Instances(names) => position!(names, wanted, |name| name),
            Self::Tasks(tasks) => position!(tasks, wanted, |task| task.info.name),
            Self::Arguments(parameters) => position!(parameters, wanted, |parameter| parameter.name),
            Self::Fields(fields) => position!(fields, wanted, |field| field.name),
        }
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

/// Whether more values than these are given is not noted; so many do not fit into a tuple of slots, which is another mistake.
const MOST_GIVEN: usize = 64;

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

/// The task of an instance. Its address is made by the macro: here, that would take the compiler longer than all the rest.
#[must_use]
#[track_caller]
pub const fn called<A: ListsInstances>(
    instance: &'static str,
    task: &'static str,
    address: &'static str,
) -> Found {
    let Some(place) = Names::Instances(A::NAMES).find(instance) else { no_instance(A::NAMES, instance) };
    let of = A::MODULES[place];
    let Some(row) = Names::Tasks(of.tasks).find(task) else { no_task(of, instance, task) };
    Found::new(place, address, Names::Arguments(of.tasks[row].info.parameters))
}

#[cold]
#[track_caller]
const fn no_instance(names: &[&'static str], wanted: &'static str) -> ! {
    Names::Instances(names).refuse(wanted, Text::new().add("no module ").name(wanted).add(" in `app!`"))
}

#[cold]
#[track_caller]
const fn no_task(of: &ModuleDescriptor, instance: &str, wanted: &'static str) -> ! {
    let place = Text::new().add(instance).add(": ").add(of.info.type_name);
    let message = Text::new().add("no task ").name(wanted).add(" in ").name(place.text());
    Names::Tasks(of.tasks).refuse(wanted, message)
}

/// Gives it one more value.
#[must_use]
#[track_caller]
pub const fn given(found: Found, wanted: &'static str) -> Found {
    let Some(index) = found.takes.find(wanted) else { no_value(found, wanted) };
    Found { given: found.given | 1 << (index % MOST_GIVEN), ..found }
}

#[cold]
#[track_caller]
const fn no_value(found: Found, wanted: &'static str) -> ! {
    let message = Text::new().name(found.name).add(" has no ").add(found.takes.word()).add(" ");
    found.takes.refuse(wanted, message.name(wanted))
}

/// The place in `app!` of who is called or sends, if all that is needed is given.
#[must_use]
#[track_caller]
pub const fn complete(found: Found) -> usize {
    let (takes, mut given, mut index) = (found.takes, found.given, 0);
    let count = takes.len();
    while index < count && index < MOST_GIVEN {
        if given & 1 == 0 && takes.needs(index) {
            missing(found, index)
        }
        given >>= 1;
        index += 1;
    }
    found.place
}

#[cold]
#[track_caller]
const fn missing(found: Found, index: usize) -> ! {
    let message = Text::new().name(found.name).add(" needs the ").add(found.takes.word()).add(" ");
    panic!("{}", message.name(found.takes.name(index)).text())
}
