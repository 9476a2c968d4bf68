//! What a test decides of an application, and what it sees: the doors of the room `testing`.

use std::panic::Location;

use super::builder::{App, AppBuilder};
use super::plan::{Planned, Source};
use crate::dispatch::{Answer, Improvised, Outline};
use crate::module::{Hook, Made, ModuleDescriptor, RunKind, TaskKind, Witness};

/// What a test decides, and who sees what happens.
#[derive(Default)]
pub struct Rehearsal {
    /// Permutes the order in which ready tasks run.
    pub seed: Option<u64>,
    /// Sees every event that is sent.
    pub witness: Option<Witness>,
}

impl std::fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rehearsal").field("seed", &self.seed).finish_non_exhaustive()
    }
}

impl AppBuilder {
    /// Makes the application one of a test: a part of what `app!` names, as a rule.
    #[doc(hidden)]
    pub fn rehearsal(mut self, rehearsal: Rehearsal) -> Self {
        self.partial = true;
        self.rehearsal = rehearsal;
        self
    }

    /// Adds an instance that a function plays.
    #[doc(hidden)]
    #[track_caller]
    pub fn improvised(self, name: &str, outline: Outline, answer: Answer) -> Self {
        let source = Source::Value(Made::of(Improvised(answer)));
        self.plan(Planned::in_code(name, outline.descriptor(), source, Location::caller()))
    }
}

impl App {
    /// What runs on threads of its own, as `module.task`.
    #[doc(hidden)]
    #[must_use]
    pub fn on_own_threads(&self) -> Vec<String> {
        let application = &self.handle.application;
        let stations = application.router.directory.stations();
        let labels = stations.iter().zip(&application.descriptors).flat_map(|(station, descriptor)| {
            on_own_threads(descriptor).into_iter().map(|label| format!("{}.{label}", station.tenant().name))
        });
        let modules = stations.iter().filter(|station| station.event_loop.has_thread());
        labels.chain(modules.map(|station| station.tenant().name.to_string())).collect()
    }
}

fn on_own_threads(descriptor: &ModuleDescriptor) -> Vec<&'static str> {
    let tasks = descriptor.tasks.iter().map(|task| (task.info.kind, task.info.name));
    let handlers = descriptor.handlers.iter().map(|handler| (handler.info.kind, handler.info.method));
    let blocking = tasks.chain(handlers).filter(|(kind, _)| *kind == TaskKind::Blocking);
    let hooks = [(Hook::RunPassively, descriptor.run_passively), (Hook::Run, descriptor.run)];
    let threads = hooks.into_iter().filter(|(_, entry)| matches!(entry, Some((RunKind::Thread, _))));
    blocking.map(|(_, name)| name).chain(threads.map(|(hook, _)| hook.name())).collect()
}
