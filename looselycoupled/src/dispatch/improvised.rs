//! Modules whose tasks are known at run time only.

use std::any::type_name;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Future, ready};
use std::sync::LazyLock;
use std::task::Poll;

use super::delayed::{Supply, delay};
use super::fed::fed_item;
use super::sender::Request;
use super::tables::{request, wrong_argument};
use super::{Typed, enqueue, start};
use crate::envelope::{EventRecord, Location};
use crate::event_loop::{Item, Label, Receipt, Work};
use crate::mailbox::{Filled, Slot};
use crate::module::{
    Context, Feed, Found, Hooks, Module, ModuleDescriptor, ModuleInfo, NamedEntry, NamedRequest, Reply,
    Sequential, Stub, Task, TaskDescriptor, TaskInfo, all_arguments, unfit,
};
use crate::reply::{BoxError, CallError, Stopped, TaskFailure, Waiting};
use crate::router::Station;
use crate::sync::{Arc, Mutex};
use crate::value::{Arguments, Value};

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
                Box::leak(Box::new(TaskInfo { index, name, result, location, ..AnyTask::INFO }));
            let (start, enqueue, delay, feed) = (start_any, enqueue_any, delay_any, feed_any);
            let named = NamedEntry { info, start, enqueue, delay, feed };
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

/// Whichever task of an improvised module.
enum AnyTask {}

/// What such a task gets.
#[derive(Clone)]
struct Asked {
    task: &'static TaskInfo,
    arguments: Arguments,
}

impl Task for AnyTask {
    type Module = Improvised;
    type Arguments = Asked;
    type Output = Reply;
    type Error = TaskFailure;
    const INFO: TaskInfo = TaskInfo::bare("?", Location { file: file!(), line: line!() });

    fn info(asked: &Asked) -> &'static TaskInfo {
        asked.task
    }

    fn call<'a>(
        module: &'a mut Improvised,
        context: &'a Context,
        Asked { task, arguments }: Asked,
    ) -> impl Future<Output = Result<Reply, TaskFailure>> + Send + 'a {
        let answered = (module.0)(context, task, arguments);
        ready(answered.map(|value| Reply::new(value, task)).map_err(TaskFailure::of))
    }
}

fn asked(station: &Station, named: &NamedRequest<'_>, arguments: &mut Arguments) -> Result<Asked, CallError> {
    match arguments.error().cloned() {
        Some(cause) => Err(wrong_argument(station, named.task, cause)),
        None => Ok(Asked { task: named.task, arguments: std::mem::take(arguments) }),
    }
}

fn start_any(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    cx: &mut std::task::Context<'_>,
    waiting: &mut Option<Waiting<Reply, TaskFailure>>,
) -> Poll<Result<Reply, CallError>> {
    match asked(station, named, arguments) {
        Ok(asked) => start::<AnyTask, Typed>(station, request(named), asked, cx, waiting),
        Err(error) => Poll::Ready(Err(error)),
    }
}

fn enqueue_any(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    stopped: &mut Option<Stopped>,
) -> Option<Receipt> {
    let request: Request<'_> = request(named);
    match asked(station, named, arguments) {
        Ok(asked) => enqueue::<AnyTask>(station, &request, asked, stopped),
        Err(error) => {
            *stopped = Some(Stopped::Refused(error));
            None
        }
    }
}

fn delay_any(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    is_periodic: bool,
) -> Result<Arc<dyn Work>, CallError> {
    let asked = asked(station, named, arguments)?;
    let supply = if is_periodic { Supply::cloned(asked, Asked::clone) } else { Supply::once(asked) };
    delay::<AnyTask>(station, named.task, &request(named), supply)
}

fn feed_any(slot: Slot<'_, Item>, record: EventRecord, label: Label, feed: Arc<Feed>) -> Filled {
    fed_item::<AnyTask>(slot, record, label, feed, |feed, event, context| {
        let arguments = all_arguments(event).map_err(|cause| unfit(feed.task, context, event, cause))?;
        Ok(Asked { task: feed.task, arguments })
    })
}
