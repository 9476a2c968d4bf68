//! The pictures of all meters.

use std::sync::Arc;

use super::super::{Counter, Loss};
use super::handlers::Meters;
use super::histogram::{Durations, Waits};
use crate::metadata::{ModuleIndex, Priority};

/// Whether somebody waited for a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutionMode {
    /// Somebody waited for its result.
    Exec,
    /// It was put in line for whoever did not wait.
    Queue,
}

impl ExecutionMode {
    pub(super) const ALL: [Self; 2] = [Self::Exec, Self::Queue];
}

/// How a task or an event handler ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutionOutcome {
    /// Well.
    Ok,
    /// With an error, or dropped by the forced end.
    Error,
    /// With a panic.
    Panic,
    /// It never began: its deadline had passed.
    Timeout,
    /// It never began: it was turned away, and its sender has the error.
    Rejected,
}

impl ExecutionOutcome {
    pub(super) const ALL: [Self; 5] = [Self::Ok, Self::Error, Self::Panic, Self::Timeout, Self::Rejected];
}

/// How often a task or an event handler ended in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Executions {
    /// Whether somebody waited for it; nobody waits for event handlers.
    pub mode: ExecutionMode,
    /// How it ended.
    pub outcome: ExecutionOutcome,
    /// How often; not 0.
    pub number: u64,
}

/// What became of the calls of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskMeasurement {
    /// The name of the instance.
    pub module: Arc<str>,
    /// The name of the task; `_unknown` for all that the module does not have.
    pub task: &'static str,
    /// How often it ended, in each way that occurred.
    pub executions: Vec<Executions>,
    /// How long those took that began, suspensions included.
    pub durations: Durations,
}

/// What became of the events for one handler.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerMeasurement {
    /// The name of the instance.
    pub module: Arc<str>,
    /// The event's name, or the pattern of the handler.
    pub event: &'static str,
    /// How often it ended, in each way that occurred.
    pub executions: Vec<Executions>,
    /// How long it took, suspensions included.
    pub durations: Durations,
}

/// How often one module called another, or put a task in line for it.
///
/// Counted when the handler ends, so what was turned away or lost is not among them; and neither are events, be they connected to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallMeasurement {
    /// Who called, a module for what its hooks call as well; `None` for callers outside of every module. A stub that is used outside of
    /// handlers, in a task that a handler has spawned, belongs to nobody unless the call was made inside.
    pub caller: Option<Arc<str>>,
    /// Who was called.
    pub module: Arc<str>,
    /// How often; not 0.
    pub number: u64,
}

/// How often an event was sent by one module.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventMeasurement {
    /// The event's name; `_other` when there are too many.
    pub event: Arc<str>,
    /// Who sends it; `None` for senders outside of every module.
    pub source: Option<Arc<str>>,
    /// How often.
    pub emitted: u64,
    /// How often nobody heard it.
    pub unheard: u64,
}

/// How many messages were accepted and never handled for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LostMessages {
    /// How urgent they were.
    pub priority: Priority,
    /// Why.
    pub reason: Loss,
    /// How many; 0 as well.
    pub number: u64,
}

/// A picture of all that is measured.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::{ExecutionMode, ExecutionOutcome};
/// # #[derive(Default)]
/// # struct Lamp;
/// # #[module]
/// # impl Lamp {
/// #     #[task]
/// #     fn set_level(&mut self, level: u8) -> u8 {
/// #         level
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = App::builder().module("lamp", Lamp).start().await?;
/// let handle = app.handle();
/// handle.exec_task("lamp.set_level", args! { level: 40 }).await?;
/// let measured = handle.measurements();
/// let task = &measured.tasks[0];
/// assert_eq!((&*task.module, task.task, task.durations.count), ("lamp", "set_level", 1));
/// let executions = task.executions[0];
/// assert_eq!((executions.mode, executions.outcome), (ExecutionMode::Exec, ExecutionOutcome::Ok));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Measurements {
    /// Tasks that were called, by module.
    pub tasks: Vec<TaskMeasurement>,
    /// Event handlers that ran, by module.
    pub handlers: Vec<HandlerMeasurement>,
    /// Who called whom, by the module that was called.
    pub calls: Vec<CallMeasurement>,
    /// Events that were sent.
    pub events: Vec<EventMeasurement>,
    /// How long messages waited in all queues together, by priority, the highest first.
    pub waits: [Durations; 5],
    /// What was lost, for every priority and reason.
    pub lost: Vec<LostMessages>,
}

impl Measurements {
    pub(crate) fn new(events: Vec<EventMeasurement>, lost: Vec<LostMessages>) -> Self {
        let waits = [(); 5].map(|()| Durations::none());
        Self { tasks: Vec::new(), handlers: Vec::new(), calls: Vec::new(), events, waits, lost }
    }

    /// Adds what the tasks of a module have done.
    pub(crate) fn add_tasks(
        &mut self,
        module: &Arc<str>,
        meters: &Meters,
        tasks: impl Iterator<Item = (usize, &'static str)>,
    ) {
        for (place, task) in tasks {
            if let Some((executions, durations)) = meters.task(place) {
                self.tasks.push(TaskMeasurement { module: Arc::clone(module), task, executions, durations });
            }
        }
        let number = meters.of_unknown();
        if number > 0 {
            let (mode, outcome) = (ExecutionMode::Exec, ExecutionOutcome::Rejected);
            let executions = vec![Executions { mode, outcome, number }];
            let (module, durations) = (Arc::clone(module), Durations::none());
            self.tasks.push(TaskMeasurement { module, task: "_unknown", executions, durations });
        }
    }

    /// Adds who has called it. `name` knows the modules.
    pub(crate) fn add_calls(
        &mut self,
        module: &Arc<str>,
        meters: &Meters,
        name: impl Fn(ModuleIndex) -> Option<Arc<str>>,
    ) {
        let calls = meters.callers().map(|(caller, number)| CallMeasurement {
            caller: name(caller),
            module: Arc::clone(module),
            number,
        });
        self.calls.extend(calls);
    }

    /// Adds what its event handlers have done.
    pub(crate) fn add_handlers(
        &mut self,
        module: &Arc<str>,
        meters: &Meters,
        handlers: impl Iterator<Item = (usize, &'static str)>,
    ) {
        for (place, event) in handlers {
            if let Some((executions, durations)) = meters.event(place) {
                self.handlers.push(HandlerMeasurement {
                    module: Arc::clone(module),
                    event,
                    executions,
                    durations,
                });
            }
        }
    }

    pub(crate) fn add_waits(&mut self, waits: &Waits) {
        self.waits.iter_mut().zip(waits.picture()).for_each(|(sum, waits)| sum.add(&waits));
    }
}

/// What is counted of one event of one sender.
#[derive(Debug, Default)]
pub(super) struct Emitted {
    pub(super) emitted: Counter,
    pub(super) unheard: Counter,
}
