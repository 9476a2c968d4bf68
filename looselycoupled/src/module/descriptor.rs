//! What the runtime holds of a module type: its facts, and the entries into its code.

use std::any::{Any, TypeId};
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::{
    Context, HandlerInfo, Home, Housed, InterfaceInfo, Mode, ModuleInfo, Occupant, RunKind, Settings,
    TaskInfo,
};
use crate::config::{Config, ConfigError};
use crate::envelope::{Acknowledgement, EventRecord};
use crate::event_loop::{Item, Label, Labels, Offer, Resident, Room, SharedState, State};
use crate::mailbox::{Filled, Slot};
use crate::metadata::{Lineage, Priority};
use crate::reply::{BoxError, TaskFailure};
use crate::schema::TypeSchema;
use crate::value::{ArgumentError, Arguments, EncodeError, Value};
use crate::waits::Party;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs a hook that has the module to itself.
pub(crate) type HookEntry = for<'a> fn(&'a mut State) -> BoxFuture<'a, Result<(), BoxError>>;
/// Runs a hook that shares the module.
pub(crate) type SharedHookEntry = for<'a> fn(&'a SharedState) -> BoxFuture<'a, Result<(), BoxError>>;
/// Runs a hook beside the handlers.
pub(crate) type RunEntry = fn(Context) -> BoxFuture<'static, Result<(), BoxError>>;
/// Reads the typed configuration of an instance.
pub(crate) type ConfigEntry = fn(&Config, &str) -> Result<Box<dyn Any + Send + Sync>, ConfigError>;

/// Reads the arguments of a task: what comes out runs it. The result is told only where it is wanted.
type ReadEntry = for<'a> fn(
    &'static TaskInfo,
    &mut Arguments,
    Wanted,
    &'a mut Room,
) -> Result<Offer<'a, NamedOutcome>, ArgumentError>;

/// Whether anybody wants to know what comes out of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Result,
    /// Nothing but whether it failed.
    Nothing,
}

/// What comes out of a task that was called by name; null where nobody wants it.
pub(crate) type NamedOutcome = Result<Value, NamedFailure>;

/// Why there is no value.
pub(crate) enum NamedFailure {
    Task(TaskFailure),
    Encode(EncodeError),
    /// The event that it was to handle has other fields.
    Unfit(BoxError),
}

/// How calls by name enter a task, and events that are connected to it.
#[derive(Clone, Copy)]
pub(crate) struct NamedEntry {
    pub(crate) info: &'static TaskInfo,
    pub(crate) read: ReadEntry,
    /// Whether it takes whatever it is given: nobody knows its parameters.
    pub(crate) takes_anything: bool,
}

impl fmt::Debug for NamedEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedEntry").field("task", &self.info.name).finish_non_exhaustive()
    }
}

/// What a send by name says beside the arguments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedRequest<'a> {
    pub(crate) entry: &'static NamedEntry,
    pub(crate) priority: Option<Priority>,
    pub(crate) timeout: Option<std::time::Duration>,
    pub(crate) inherited: Option<&'a Lineage>,
    /// Who waits for it in another process.
    pub(crate) visitor: Party,
}

/// One task of a module.
pub struct TaskDescriptor {
    /// Its facts.
    pub info: TaskInfo,
    /// The type of its own error; `Infallible` where it has none.
    pub(crate) error: fn() -> &'static str,
    pub(crate) named: Option<NamedEntry>,
    /// How stubs of interfaces enter it, with its types; only those who know these can use it.
    pub(crate) typed: Option<&'static (dyn Any + Send + Sync)>,
}

/// One event handler of a module.
pub struct HandlerDescriptor {
    /// Its facts.
    pub info: HandlerInfo,
    pub(crate) make: for<'a> fn(Slot<'a, Item>, (EventRecord, Acknowledgement), Label) -> Filled,
}

/// The type of a module's configuration.
#[derive(Clone, Copy)]
pub struct ConfigInfo {
    /// The type's name.
    pub type_name: fn() -> &'static str,
    /// What the section looks like.
    pub(crate) schema: TypeSchema,
    pub(crate) read: ConfigEntry,
}

/// A module type.
pub struct ModuleDescriptor {
    /// Its facts.
    pub info: ModuleInfo,
    /// Its tasks.
    pub tasks: &'static [TaskDescriptor],
    /// Its event handlers.
    pub handlers: &'static [HandlerDescriptor],
    /// The interfaces that it implements.
    pub interfaces: &'static [&'static InterfaceInfo],
    pub(crate) type_id: fn() -> TypeId,
    pub(crate) initialize: Option<HookEntry>,
    pub(crate) finalize: Option<HookEntry>,
    pub(crate) on_idle: Option<(HookEntry, SharedHookEntry)>,
    pub(crate) run: Option<(RunKind, RunEntry)>,
    pub(crate) run_passively: Option<(RunKind, RunEntry)>,
}

impl ModuleDescriptor {
    /// Whether both describe the same type.
    pub(crate) fn is_same_type(&self, other: &Self) -> bool {
        (self.type_id)() == (other.type_id)()
    }

    /// The task of this name with the number that its label has.
    #[inline]
    pub(crate) fn task(&self, name: &str) -> Option<&'static TaskDescriptor> {
        self.tasks.iter().find(|task| task.info.name == name)
    }
}

/// Labels: the tasks by their place in the block, then the handlers, then the hooks.
pub(crate) const FIRST_HANDLER_LABEL: u16 = Label::FIRST_EVENT_HANDLER;
pub(crate) const FIRST_HOOK_LABEL: u16 = 0x8000;
const HOOKS: [&str; 6] = ["initialize", "finalize", "on_idle", "run", "run_passively", "restart"];

/// The label of a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hook {
    Initialize,
    Finalize,
    OnIdle,
    Run,
    RunPassively,
    /// None that a block has: the framework makes the module again.
    Restart,
}

impl Hook {
    pub(crate) const fn label(self) -> u16 {
        FIRST_HOOK_LABEL + self as u16
    }

    pub(crate) const fn name(self) -> &'static str {
        HOOKS[self as usize]
    }
}

impl Labels for ModuleDescriptor {
    fn type_name(&self) -> &'static str {
        self.info.type_name
    }

    fn numbers(&self) -> (usize, usize) {
        (self.tasks.len(), self.handlers.len())
    }

    fn label(&self, handler: u16) -> &'static str {
        if handler >= FIRST_HOOK_LABEL {
            return HOOKS.get(usize::from(handler - FIRST_HOOK_LABEL)).copied().unwrap_or("?");
        }
        if handler >= FIRST_HANDLER_LABEL {
            let index = usize::from(handler - FIRST_HANDLER_LABEL);
            return self
                .handlers
                .iter()
                .find(|known| known.info.index == index)
                .map_or("?", |known| known.info.method);
        }
        let index = usize::from(handler);
        self.tasks.iter().find(|known| known.info.index == index).map_or("?", |known| known.info.name)
    }
}

impl fmt::Debug for ModuleDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleDescriptor").field("info", &self.info).finish_non_exhaustive()
    }
}

impl fmt::Debug for TaskDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskDescriptor").field("info", &self.info).finish_non_exhaustive()
    }
}

impl fmt::Debug for HandlerDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerDescriptor").field("info", &self.info).finish_non_exhaustive()
    }
}

impl fmt::Debug for ConfigInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str((self.type_name)())
    }
}

/// Makes a module, as often as it is asked.
pub(crate) type Maker = Box<dyn Fn(Settings<'_>) -> Result<Made, BoxError> + Send>;

/// A module value whose type has been forgotten. It lies where it will stay.
pub(crate) struct Made {
    occupant: State,
    house: fn(State, Context) -> Option<Housed>,
}

impl Made {
    pub(crate) fn of<M: super::Module>(module: M) -> Self {
        let module = <M::Mode as Mode<M>>::keep(module);
        Self { occupant: State::new(Occupant { module, context: None }), house: house::<M> }
    }

    /// Makes a resident of the module, which learns its context; `None` only if the framework itself is broken.
    pub(crate) fn settle(self, context: Context) -> Option<Housed> {
        (self.house)(self.occupant, context)
    }
}

fn house<M: super::Module>(mut occupant: State, context: Context) -> Option<Housed> {
    occupant.downcast_mut::<Occupant<Home<M>>>()?.context = Some(context);
    <M::Mode as Mode<M>>::house(Housed(Resident::Exclusive(occupant)))
}
