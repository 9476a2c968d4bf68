//! Events that tell of loops.

use crate::envelope::{EventRecord, LOOP_ACTIVE, LOOP_IDLE, LOOP_STARTED, LOOP_STOPPED};
use crate::event_loop::{Audience, Change};
use crate::lifecycle::Gate;
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::Application;
use crate::sync::{Arc, Weak};
use crate::value::Arguments;

/// Makes events of what loops tell of themselves.
pub(super) struct LoopEvents(Weak<Application>);

impl LoopEvents {
    pub(super) fn new(application: &Arc<Application>) -> Self {
        Self(Arc::downgrade(application))
    }
}

impl Audience for LoopEvents {
    /// Whoever is told is moved by nothing but that, and tells nobody of it in turn.
    fn hear(&self, event_loop: &str, change: Change) {
        let Some(application) = self.0.upgrade() else { return };
        let name = match change {
            Change::Started => LOOP_STARTED,
            Change::Active => LOOP_ACTIVE,
            Change::Idle => LOOP_IDLE,
            Change::Stopped => LOOP_STOPPED,
        };
        let router = &application.router;
        if !router.is_heard(name) {
            return;
        }
        let arguments = Arguments::new().with("event_loop", event_loop);
        let lineage = Lineage { idle_born: true, ..Lineage::root(ModuleIndex::OUTSIDE, Priority::Normal) };
        if let Ok(record) = EventRecord::named_from(name, arguments, lineage, None) {
            // Modules that have ended miss nothing.
            let _heard = match application.gate() {
                Gate::Closed => router.tell_listeners(&record),
                _ => router.publish(&record, true),
            };
        }
    }
}
