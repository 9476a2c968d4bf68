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

/// The place of a name in a list, of whose parts it is said what their keys and names are; where it is not there, whatever is said behind. No
/// function, since whoever evaluates this for each use of a name spends as much on a call as on all the rest.
macro_rules! position {
    ($list:expr, $wanted:expr, |$one:pat_param, $place:ident| ($key:expr, $name:expr), else $missing:expr) => {{
        let (mut list, wanted, mut $place) = ($list, crate::address::constant::NameKey::of($wanted), 0);
        loop {
            let [$one, behind @ ..] = list else { $missing };
            if $key.0 == wanted.0 && (wanted.is_whole() || crate::address::constant::same($name, $wanted)) {
                break $place;
            }
            list = behind;
            $place += 1;
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
    /// The fields of an event.
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

    const fn word(self) -> &'static str {
        match self {
            Self::Instances(_) => "module",
            Self::Tasks(_) => "task",
            Self::Arguments(_) => "argument",
            Self::Fields(_) => "field",
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

    /// Of what is called so, a value that it does not take.
    #[cold]
    #[track_caller]
    pub(super) const fn refuse_value(self, of: &str, wanted: &'static str) -> ! {
        let message = Text::new().name(of).add(" has no ").add(self.word()).add(" ");
        self.refuse(wanted, message.name(wanted))
    }

    /// Of what is called so, a value that it needs.
    #[cold]
    #[track_caller]
    pub(super) const fn refuse_lack(self, of: &str, lacking: &str) -> ! {
        let message = Text::new().name(of).add(" needs the ").add(self.word()).add(" ");
        panic!("{}", message.name(lacking).text())
    }
}

/// Whether more values than these are given is not noted; so many do not fit into a tuple of slots, which is another mistake.
pub(super) const MOST_GIVEN: usize = 64;

/// A task that has been found, and which of its arguments have been given so far.
#[derive(Debug, Clone, Copy)]
pub struct Called {
    place: usize,
    address: &'static str,
    parameters: &'static [ParameterInfo],
    given: u64,
}

/// The task of an instance. Its address is made by the macro: here, that would take the compiler longer than all the rest.
#[must_use]
#[track_caller]
pub const fn called<A: ListsInstances>(
    instance: &'static str,
    task: &'static str,
    address: &'static str,
) -> Called {
    let place =
        position!(A::KEYS, instance, |key, at| (key, A::NAMES[at]), else no_instance(A::NAMES, instance));
    let of = A::MODULES[place];
    let row = position!(
        of.tasks,
        task,
        |known, at| (known.info.key, known.info.name),
        else no_task(of, instance, task)
    );
    Called { place, address, parameters: of.tasks[row].info.parameters, given: 0 }
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

/// Gives it one more argument.
#[must_use]
#[track_caller]
pub const fn given(called: Called, wanted: &'static str) -> Called {
    let Called { place, address, parameters, given } = called;
    let argument = position!(
        parameters,
        wanted,
        |parameter, at| (parameter.key, parameter.name),
        else Names::Arguments(parameters).refuse_value(address, wanted)
    );
    Called { place, address, parameters, given: given | 1 << (argument % MOST_GIVEN) }
}

/// The place in `app!` of who is called, if all that is needed is given.
#[must_use]
#[track_caller]
pub const fn complete(called: Called) -> usize {
    let Called { place, address, parameters, mut given } = called;
    let (mut left, mut index) = (parameters, 0);
    while let [parameter, behind @ ..] = left
        && index < MOST_GIVEN
    {
        if given & 1 == 0 && parameter.required {
            Names::Arguments(parameters).refuse_lack(address, parameter.name)
        }
        left = behind;
        given >>= 1;
        index += 1;
    }
    place
}
