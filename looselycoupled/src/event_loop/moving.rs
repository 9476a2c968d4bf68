//! Moving modules in and out.

#![expect(unsafe_code, reason = "the state of a module changes hands only while the mover owns the loop")]

use super::{Cause, EventLoop, Incident, Label, Panic, Resident, SharedState, drop_caught};
use crate::sync::{Arc, Ordering};

impl EventLoop {
    /// Gives a module its place; false if the loop is at work.
    pub(crate) fn move_in(&self, tenant: u32, resident: Resident) -> bool {
        self.while_owned(|| {
            let (state, shared) = match resident {
                Resident::Exclusive(state) => (Some(state), None),
                Resident::Shared(state) => (None, Some(state)),
            };
            // SAFETY: owned, and a loop that rests has no handlers standing.
            let _empty = unsafe { self.tenant(tenant).exchange(state) };
            if shared.is_some() {
                self.queue.lock().apart().shared = shared;
            }
        })
        .is_some()
    }

    /// Takes a module from its place; nothing happens if the loop is at work.
    pub(crate) fn move_out(&self, tenant: u32) -> Option<Resident> {
        self.while_owned(|| self.take(tenant))?
    }

    /// Takes a shared module from its place.
    pub(crate) fn move_out_shared(&self, tenant: u32) -> Option<Arc<SharedState>> {
        match self.move_out(tenant)? {
            Resident::Shared(shared) => Some(shared),
            Resident::Exclusive(_) => None,
        }
    }

    /// Does something while this thread owns the loop, unless the loop is at work.
    fn while_owned<R>(&self, work: impl FnOnce() -> R) -> Option<R> {
        if !self.state.seize() {
            return None;
        }
        let done = work();
        if self.state.release() {
            self.wake();
            if self.is_vacated() {
                self.drop_vacant();
            }
        }
        Some(done)
    }

    /// Drops the modules, which nobody will call any more, as soon as nothing works on them.
    ///
    /// Whatever still does, a handler or a blocking body, drops its module itself when it ends.
    pub(crate) fn vacate(&self) {
        self.vacated.store(true, Ordering::SeqCst);
        // On a thread of its own, the loop's task does it there when it ends.
        if !(self.has_thread && self.is_summoned()) {
            self.drop_vacant();
        }
    }

    /// Whether the modules go as soon as nothing works on them.
    #[inline]
    pub(super) fn is_vacated(&self) -> bool {
        self.vacated.load(Ordering::SeqCst)
    }

    /// Drops what a [vacated](Self::vacate) loop still holds and nothing works on. Who is prevented by another party that
    /// is at it leaves the rest to that one.
    #[cold]
    pub(super) fn drop_vacant(&self) {
        while self.state.seize() {
            let vacant: Vec<_> = (0..self.tenants.len() as u32)
                .filter_map(|number| Some((number, self.take(number)?)))
                .collect();
            let wanted = self.state.release();
            if wanted {
                self.wake();
            }
            if vacant.is_empty() && !wanted {
                return;
            }
            for (number, resident) in vacant {
                if let Err(panic) = drop_caught(resident) {
                    self.tell_of_drop(number, panic);
                }
            }
        }
    }

    /// Tells that a module panicked when it was dropped.
    pub(crate) fn tell_of_drop(&self, tenant: u32, Panic { message }: Panic) {
        let incident = Incident::of(self, Label { tenant, handler: 0 }, Cause::Panic(message));
        self.services.tell(&Incident { handler: "drop", label: u16::MAX, ..incident });
    }

    /// Called by the owner.
    fn take(&self, tenant: u32) -> Option<Resident> {
        if self.is_concurrent {
            // Handlers and blocking bodies that are at it count it themselves.
            return self.queue.lock().apart().shared.take().map(Resident::Shared);
        }
        if self.tenant(tenant).is_lent() {
            return None;
        }
        // SAFETY: owned, and no frame stands.
        unsafe { self.tenant(tenant).exchange(None) }.map(Resident::Exclusive)
    }
}
