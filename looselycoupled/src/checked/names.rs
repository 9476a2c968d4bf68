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

use super::table::{Instance, ListsInstances};
use crate::address::constant::{Near, Text, same};
use crate::envelope::FieldInfo;
use crate::module::{Module, ParameterInfo, Task, TaskDescriptor};

/// A list of names.
#[derive(Debug, Clone, Copy)]
pub enum Names<'a> {
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
        let mut index = 0;
        while index < self.len() {
            if same(self.name(index), wanted) {
                return Some(index);
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

/// The place of an instance in `app!`.
#[must_use]
#[track_caller]
pub const fn instance<A: ListsInstances>(wanted: &'static str) -> usize {
    let names = Names::Instances(A::NAMES);
    match names.find(wanted) {
        Some(place) => place,
        None => names.refuse(wanted, Text::new().add("no module ").name(wanted).add(" in `app!`")),
    }
}

/// The index of a task that is called with arguments of these names. Its address is made by the macro: here, that would take the
/// compiler longer than all the rest. The names are an array and not a reference to one, which would be a constant of its own.
#[must_use]
#[track_caller]
pub const fn called<I: Instance, const N: usize>(
    instance: &str,
    wanted: &'static str,
    address: &str,
    given: [&'static str; N],
) -> usize {
    let of = <I::Module as Module>::DESCRIPTOR;
    let tasks = Names::Tasks(of.tasks);
    match tasks.find(wanted) {
        Some(row) => {
            let info = &of.tasks[row].info;
            complete(Names::Arguments(info.parameters), address, &given);
            info.index
        }
        None => {
            let place = Text::new().add(instance).add(": ").add(of.info.type_name);
            tasks.refuse(wanted, Text::new().add("no task ").name(wanted).add(" in ").name(place.text()))
        }
    }
}

/// The place of an argument. What is the same for each is here, since the compiler looks at what the macro makes anew for each use.
#[must_use]
#[track_caller]
pub const fn argument<T: Task>(of: &str, wanted: &'static str) -> usize {
    place(Names::Arguments(T::INFO.parameters), of, wanted)
}

/// The place of an argument or a field.
#[must_use]
#[track_caller]
pub const fn place(names: Names<'_>, of: &str, wanted: &'static str) -> usize {
    match names.find(wanted) {
        Some(place) => place,
        None => {
            let message = Text::new().name(of).add(" has no ").add(names.word()).add(" ").name(wanted);
            names.refuse(wanted, message)
        }
    }
}

/// Whether all that is needed is given. Names that do not exist are told by [`place`], and this says nothing then.
#[track_caller]
pub const fn complete(names: Names<'_>, of: &str, given: &[&'static str]) {
    let given = Names::Instances(given);
    let mut index = 0;
    let mut missing = None;
    let mut known = 0;
    while index < names.len() {
        let is_given = given.find(names.name(index)).is_some();
        known += is_given as usize;
        if names.needs(index) && !is_given && missing.is_none() {
            missing = Some(names.name(index));
        }
        index += 1;
    }
    if let Some(name) = missing
        && known == given.len()
    {
        panic!("{}", Text::new().name(of).add(" needs the ").add(names.word()).add(" ").name(name).text())
    }
}
