//! Which handlers of a concurrent module run.

use std::collections::BTreeMap;
use std::task::Waker;

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
    /// Why no handler begins and those that have begun are dropped.
    pub(super) paused_by: Option<Arc<str>>,
    last: u32,
    /// In order, so that whoever goes through them finds the same order in every run.
    handlers: BTreeMap<u32, Handler>,
    /// Dropped when the last one has ended.
    waiting_for_all: Vec<oneshot::Sender<()>>,
    /// Dropped when the last one that had begun has ended.
    waiting_for_begun: Vec<oneshot::Sender<()>>,
}

#[derive(Debug)]
struct Handler {
    label: Label,
    /// Who began it at once and waits for it; whoever waits in line is known to the table of waits.
    caller: Caller,
    /// Code of it has run; until then it only has its place.
    begun: bool,
    /// Its body is on a thread that nobody can stop.
    lent: bool,
    /// With which the forced end and a pause drop it.
    handle: Option<AbortHandle>,
    /// Wakes it when the pause is over that it met when it wanted to begin.
    waker: Option<Waker>,
}

/// Whether a handler may begin.
pub(super) enum Entry {
    With(Arc<SharedState>),
    /// It is woken when the pause is over.
    Paused,
    /// The module is no longer there.
    Gone,
}

impl RunningApart {
    pub(super) fn count(&self) -> usize {
        self.handlers.len()
    }

    /// What is at work, and whether its body is on a thread that nobody can stop.
    pub(super) fn at_work(&self) -> impl Iterator<Item = (Label, bool)> {
        self.handlers.values().map(|handler| (handler.label, handler.lent))
    }

    pub(super) fn lend(&mut self, number: u32, lent: bool) {
        // At the forced end a body outlives its handler.
        if let Some(handler) = self.handlers.get_mut(&number) {
            handler.lent = lent;
        }
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.handlers.keys().copied()
    }

    /// Gives a handler a place; one that begins at once has `begun`.
    pub(super) fn admit(&mut self, label: Label, caller: Caller, begun: bool) -> u32 {
        // Numbers come round again after four thousand million handlers, while an early one may still run.
        loop {
            self.last = self.last.wrapping_add(1);
            if !self.handlers.contains_key(&self.last) {
                break;
            }
        }
        self.handlers
            .insert(self.last, Handler { label, caller, begun, lent: false, handle: None, waker: None });
        self.last
    }

    /// A handler that has a place wants to begin.
    pub(super) fn enter(&mut self, number: u32, waker: &Waker) -> Entry {
        let Some(handler) = self.handlers.get_mut(&number) else { return Entry::Gone };
        if self.paused_by.is_some() {
            handler.waker = Some(waker.clone());
            return Entry::Paused;
        }
        let Some(shared) = self.shared.clone() else { return Entry::Gone };
        handler.begun = true;
        Entry::With(shared)
    }

    /// Lets handlers begin again; those are to be woken once the lock is released.
    #[must_use = "they wait"]
    pub(super) fn resume(&mut self) -> Vec<Waker> {
        self.paused_by = None;
        self.handlers.values_mut().filter_map(|handler| handler.waker.take()).collect()
    }

    /// Forgets a handler that has ended. Whoever waited for all of them is woken when the result is dropped, which
    /// must not happen under the queue's lock.
    #[must_use = "dropping it wakes"]
    pub(super) fn dismiss(&mut self, number: u32) -> Vec<oneshot::Sender<()>> {
        self.handlers.remove(&number);
        let mut told = Vec::new();
        if !self.has_begun() {
            told.append(&mut self.waiting_for_begun);
        }
        if self.handlers.is_empty() {
            told.append(&mut self.waiting_for_all);
        }
        told
    }

    fn has_begun(&self) -> bool {
        self.handlers.values().any(|handler| handler.begun)
    }

    /// Comes to an end when no handler runs any more that had begun; `None` if none does now.
    pub(super) fn begun_ended(&mut self) -> Option<oneshot::Receiver<()>> {
        if !self.has_begun() {
            return None;
        }
        let (ending, ended) = oneshot::channel();
        self.waiting_for_begun.push(ending);
        Some(ended)
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

    /// Keeps what drops a handler; true if a pause has been looking for it already.
    pub(super) fn keep(&mut self, number: u32, handle: AbortHandle) -> bool {
        let Some(handler) = self.handlers.get_mut(&number) else { return false };
        handler.handle = Some(handle);
        handler.begun && self.paused_by.is_some()
    }

    pub(super) fn handles(&self) -> Vec<AbortHandle> {
        self.handlers.values().filter_map(|handler| handler.handle.clone()).collect()
    }

    /// Of those that have begun.
    pub(super) fn handles_of_begun(&self) -> Vec<AbortHandle> {
        let begun = self.handlers.values().filter(|handler| handler.begun);
        begun.filter_map(|handler| handler.handle.clone()).collect()
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
