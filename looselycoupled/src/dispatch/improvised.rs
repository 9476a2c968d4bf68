//! Modules whose tasks are known at run time only.

use std::any::type_name;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Future, ready};
use std::sync::LazyLock;

use super::job::{occupant, runs, shared_occupant};
use crate::envelope::Location;
use crate::event_loop::{Job, Offer, Room, Runs, SharedState, State};
use crate::module::{
    Context, Found, Hooks, Module, ModuleDescriptor, ModuleInfo, NamedEntry, NamedFailure, NamedOutcome,
    Sequential, Stub, TaskDescriptor, TaskInfo, Wanted,
};
use crate::reply::{BoxError, CallError, TaskFailure};
use crate::sync::Mutex;
use crate::value::{ArgumentError, Arguments, Value};

/// Answers whatever task an improvised module is asked for.
pub type Answer = Box<dyn FnMut(&Context, &TaskInfo, Arguments) -> Result<Value, BoxError> + Send>;

/// What is known of an improvised module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outline {
    /// What it is called in messages instead of a type.
    pub type_name: &'static str,
    /// Where it is improvised: file and line.
    pub location: (&'static str, u32),
    /// The names of its tasks and of the types of their results.
    pub tasks: Vec<(String, &'static str)>,
}

impl Outline {
    /// The descriptor of such a module. Descriptors live as long as the program; so equal outlines have one.
    #[must_use]
    pub fn descriptor(self) -> &'static ModuleDescriptor {
        static KNOWN: LazyLock<Mutex<BTreeMap<Outline, &ModuleDescriptor>>> = LazyLock::new(Mutex::default);
        KNOWN.lock().entry(self).or_insert_with_key(|outline| Box::leak(Box::new(outline.describe())))
    }

    fn describe(&self) -> ModuleDescriptor {
        let location = Location { file: self.location.0, line: self.location.1 };
        let tasks = self.tasks.iter().enumerate().map(|(index, (name, result))| {
            let name: &'static str = Box::leak(name.clone().into());
            let info: &TaskInfo =
                Box::leak(Box::new(TaskInfo { index, result, ..TaskInfo::bare(name, location) }));
            let named = NamedEntry { info, read: read_any, takes_anything: true };
            TaskDescriptor { info: *info, error: type_name::<Infallible>, named: Some(named), typed: None }
        });
        let tasks = Box::leak(tasks.collect());
        let info = ModuleInfo { type_name: self.type_name, location, ..Improvised::DESCRIPTOR.info };
        ModuleDescriptor::new::<Improvised>(info, tasks, &[])
    }
}

/// A module that consists of one function, which answers all of its tasks.
pub(crate) struct Improvised(pub(crate) Answer);

impl Module for Improvised {
    type Stub = NoStub;
    type Mode = Sequential;
    type Tasks = ();
    const TASKS: () = ();
    const DESCRIPTOR: &'static ModuleDescriptor = &ModuleDescriptor::new::<Self>(
        ModuleInfo {
            // It stands in for one that may.
            reads_section: true,
            ..ModuleInfo::bare("Improvised", module_path!(), Location { file: file!(), line: line!() })
        },
        &[],
        &[],
    );
}

/// Whether a function plays the module.
pub(crate) fn is_improvised(descriptor: &ModuleDescriptor) -> bool {
    descriptor.is_same_type(Improvised::DESCRIPTOR)
}

impl Hooks for Improvised {}

/// There is nothing typed about it.
#[derive(Debug, Clone)]
pub(crate) struct NoStub;

impl Stub for NoStub {
    fn bind(found: Found<'_>) -> Result<Self, CallError> {
        found.module::<Improvised>().map(|_| Self)
    }
}

/// A task of an improvised module with whatever arguments it was given.
struct ImprovisedJob {
    task: &'static TaskInfo,
    arguments: Arguments,
}

impl ImprovisedJob {
    fn answer(self, (module, context): (&mut Improvised, &Context)) -> NamedOutcome {
        let answered = (module.0)(context, self.task, self.arguments);
        answered.map_err(|error| NamedFailure::Task(TaskFailure::of(error)))
    }
}

impl Job for ImprovisedJob {
    type Output = NamedOutcome;
    type Kept = ();

    const IMMEDIATE: bool = true;
    const RUNS: Runs = runs::<Improvised>();

    fn run<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a mut State,
    ) -> impl Future<Output = NamedOutcome> + Send + 'a {
        ready(self.answer(occupant::<Improvised>(state)))
    }

    fn run_shared<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a SharedState,
    ) -> impl Future<Output = NamedOutcome> + Send + 'a {
        ready(self.answer(shared_occupant::<Improvised>(state)))
    }
}

/// Any arguments will do.
fn read_any<'a>(
    task: &'static TaskInfo,
    arguments: &mut Arguments,
    _wanted: Wanted,
    room: &'a mut Room,
) -> Result<Offer<'a, NamedOutcome>, ArgumentError> {
    match arguments.error().cloned() {
        Some(cause) => Err(cause),
        None => Ok(room.hold(ImprovisedJob { task, arguments: std::mem::take(arguments) })),
    }
}
