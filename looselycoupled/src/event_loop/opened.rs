//! Loops that are opened while the application runs.

use smallvec::SmallVec;

use super::{EventLoop, Lease, Limits, LoopFrame, Own, Services, Tenant};
use crate::sync::{Arc, Weak};

/// Keeps a loop open that was made while the application runs. Dropped, the loop takes nothing in any more, does what waits,
/// and ends.
#[derive(Debug)]
pub(crate) struct Opened(Arc<EventLoop>);

impl Opened {
    pub(crate) const fn event_loop(&self) -> &Arc<EventLoop> {
        &self.0
    }

    /// Ends the loop, though somebody could still use it. Its name is free from now on.
    pub(crate) fn end(&self) {
        self.0.seal();
        if let Some(lease) = self.0.own.as_ref().and_then(|own| own.lease.as_ref()) {
            lease.give_back_name();
        }
        self.0.terminate();
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.end();
    }
}

impl EventLoop {
    /// Opens a loop with one tenant. It is known to the others until it is dropped.
    pub(crate) fn open(
        lease: Lease,
        frame: LoopFrame,
        limits: Limits,
        tenant: Tenant,
        services: &Arc<Services>,
    ) -> Arc<Opened> {
        let index = lease.index;
        let own = Box::new(Own { lease: Some(lease), ..Own::of(frame) });
        let tenants = SmallVec::from_buf([tenant]);
        let event_loop = Arc::new(Self::make(Some(own), index, limits, tenants, Arc::clone(services)));
        services.introduce_later(index, &event_loop);
        let opened = Arc::new(Opened(event_loop));
        if let Some(own) = &opened.0.own {
            let _first = own.opened.set(Arc::downgrade(&opened));
        }
        opened
    }

    /// What keeps it open; `None` if it was not opened, or is about to end, whoever could still use it.
    pub(crate) fn opened(&self) -> Option<Arc<Opened>> {
        let opened = self.own.as_ref()?.opened.get().and_then(Weak::upgrade)?;
        let is_sealed = self.queue.lock().sealed;
        (!is_sealed).then_some(opened)
    }

    /// Whether it was made while the application runs.
    pub(crate) fn was_opened(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.lease.is_some())
    }

    /// Takes nothing in from now on but hooks. What waits stays.
    fn seal(&self) {
        let mut queue = self.queue.lock();
        self.state.close();
        queue.sealed = true;
    }
}
