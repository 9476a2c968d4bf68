//! Which run hooks there are, and when they start.

use std::collections::HashSet;

use super::beside::{Running, start};
use crate::lifecycle::{Gate, Phase, Step};
use crate::metadata::ModuleIndex;
use crate::module::{Application, Context, Hook, Stage};
use crate::sync::{Arc, Mutex};

/// The run hooks of one application. Starting and ending all of them, and making one module again, exclude each other.
#[derive(Debug, Default)]
pub(crate) struct RunHooks(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// All modules are active.
    active: bool,
    /// The application ends.
    closed: bool,
    running: Vec<Running>,
    /// The modules that are being made again.
    renewed: HashSet<ModuleIndex>,
}

impl RunHooks {
    /// Makes all modules active in one step, and starts what runs beside the handlers.
    pub(crate) fn activate(&self, application: &Arc<Application>) {
        let mut known = self.0.lock();
        known.active = true;
        known.start(application, Hook::RunPassively);
        for station in application.router.directory.stations() {
            if !known.renewed.contains(&station.tenant().module) {
                Phase::advance(station.tenant(), Step::Activate);
            }
        }
        application.set_gate(Gate::Running);
        application.stage.set(Stage::Active as u16);
        known.start(application, Hook::Run);
    }

    /// Begins to make a module again; false if that is being done already, or must not be any more.
    pub(crate) fn begin_renewal(&self, module: ModuleIndex) -> Renewable {
        let mut known = self.0.lock();
        if known.closed {
            return Renewable::Never;
        }
        if known.renewed.insert(module) { Renewable::Now } else { Renewable::Already }
    }

    /// The hooks of one module, to be ended.
    pub(crate) fn take_of(&self, module: ModuleIndex) -> Vec<Running> {
        self.0.lock().take(|running| running.module == module)
    }

    /// A module has been made again: it becomes what the others are, and its hooks start.
    pub(crate) fn end_renewal(&self, application: &Arc<Application>, module: ModuleIndex) {
        let mut known = self.0.lock();
        known.renewed.remove(&module);
        let Some(station) = application.router.directory.station(module) else { return };
        if known.active && !known.closed {
            known.start_one(application, module, Hook::RunPassively);
            Phase::advance(station.tenant(), Step::Activate);
            known.start_one(application, module, Hook::Run);
        }
    }

    /// From now on no hook starts, and no module is made again.
    pub(crate) fn close(&self) {
        self.0.lock().closed = true;
    }

    /// All hooks of one kind, to be ended.
    pub(crate) fn take(&self, hook: Hook) -> Vec<Running> {
        self.0.lock().take(|running| running.hook == hook)
    }
}

/// Whether a module can be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewable {
    Now,
    /// It is being done.
    Already,
    /// The application ends.
    Never,
}

impl Known {
    fn start(&mut self, application: &Arc<Application>, hook: Hook) {
        for index in 0..application.descriptors.len() as u32 {
            self.start_one(application, ModuleIndex::new(index), hook);
        }
    }

    fn start_one(&mut self, application: &Arc<Application>, module: ModuleIndex, hook: Hook) {
        let Some(descriptor) = application.descriptor(module) else { return };
        let (entry, ends_at) = match hook {
            Hook::Run => (descriptor.run, Stage::NoLongerActive),
            _ => (descriptor.run_passively, Stage::NoLongerPassive),
        };
        let (Some((kind, entry)), false) = (entry, self.renewed.contains(&module)) else { return };
        let Some(station) = application.router.directory.station(module) else { return };
        let context = Context::new(Arc::clone(application), module, ends_at);
        self.running.push(start(station, hook, kind, entry, context));
    }

    fn take(&mut self, wanted: impl Fn(&Running) -> bool) -> Vec<Running> {
        let (taken, left) = std::mem::take(&mut self.running).into_iter().partition(wanted);
        self.running = left;
        taken
    }
}
