//! Which handlers of a concurrent module run.

use std::collections::HashMap;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::{Label, SharedState};
use crate::sync::Arc;
use crate::waits::{Caller, Party};

/// The handlers that run apart, by number.
#[derive(Debug, Default)]
pub(super) struct RunningApart {
    /// The module, which they share.
    pub(super) shared: Option<Arc<SharedState>>,
    /// Why no handler begins and those that run are dropped.
    pub(super) paused_by: Option<Arc<str>>,
    last: u32,
    handlers: HashMap<u32, Handler>,
    /// Dropped when the last one has ended.
    waiting_for_all: Vec<oneshot::Sender<()>>,
}

#[derive(Debug)]
struct Handler {
    label: Label,
    /// Who began it at once and waits for it; whoever waits in line is known to the table of waits.
    caller: Caller,
    /// With which the forced end drops it.
    handle: Option<AbortHandle>,
}

impl RunningApart {
    pub(super) fn count(&self) -> usize {
        self.handlers.len()
    }

    pub(super) fn labels(&self) -> impl Iterator<Item = Label> {
        self.handlers.values().map(|handler| handler.label)
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.handlers.keys().copied()
    }

    pub(super) fn admit(&mut self, label: Label, caller: Caller) -> u32 {
        // Numbers come round again after four thousand million handlers, while an early one may still run.
        loop {
            self.last = self.last.wrapping_add(1);
            if !self.handlers.contains_key(&self.last) {
                break;
            }
        }
        self.handlers.insert(self.last, Handler { label, caller, handle: None });
        self.last
    }

    /// Forgets a handler that has ended. Whoever waited for all of them is woken when the result is dropped, which
    /// must not happen under the queue's lock.
    #[must_use = "dropping it wakes"]
    pub(super) fn dismiss(&mut self, number: u32) -> Vec<oneshot::Sender<()>> {
        self.handlers.remove(&number);
        if self.handlers.is_empty() { std::mem::take(&mut self.waiting_for_all) } else { Vec::new() }
    }

    /// Comes to an end when no handler runs any more; `None` if none does now.
    pub(super) fn all_ended(&mut self) -> Option<oneshot::Receiver<()>> {
        if self.handlers.is_empty() {
            return None;
        }
        let (ending, ended) = oneshot::channel();
        self.waiting_for_all.push(ending);
        Some(ended)
    }

    pub(super) fn keep(&mut self, number: u32, handle: AbortHandle) {
        if let Some(handler) = self.handlers.get_mut(&number) {
            handler.handle = Some(handle);
        }
    }

    pub(super) fn handles(&self) -> Vec<AbortHandle> {
        self.handlers.values().filter_map(|handler| handler.handle.clone()).collect()
    }

    pub(super) fn is_running(&self, number: u32) -> bool {
        self.handlers.contains_key(&number)
    }

    pub(super) fn label(&self, number: u32) -> Option<Label> {
        self.handlers.get(&number).map(|handler| handler.label)
    }

    pub(super) fn caller_of(&self, number: u32) -> Caller {
        self.handlers.get(&number).map_or(Caller::NONE, |handler| handler.caller)
    }

    /// The caller waits no longer for a handler.
    pub(super) fn sever(&mut self, number: u32, caller: Party) {
        if let Some(handler) = self.handlers.get_mut(&number).filter(|handler| handler.caller.party == caller)
        {
            handler.caller = Caller::NONE;
        }
    }
}
