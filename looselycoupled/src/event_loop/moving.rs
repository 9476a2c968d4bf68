//! Moving modules in and out.

#![expect(unsafe_code, reason = "the state of a module changes hands only while the mover owns the loop")]

use super::{EventLoop, Resident, SharedState};
use crate::sync::Arc;

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
        self.while_owned(|| {
            if self.is_concurrent {
                return self.queue.lock().apart().shared.take().map(Resident::Shared);
            }
            // SAFETY: as in `move_in`.
            unsafe { self.tenant(tenant).exchange(None) }.map(Resident::Exclusive)
        })?
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
        if self.state.leave_inline() {
            self.wake();
        }
        Some(done)
    }
}
