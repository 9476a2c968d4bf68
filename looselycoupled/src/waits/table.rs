//! The waits in line, which no loop knows of itself.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::num::NonZeroU64;

use super::search::{dependents, find_circle};
use super::{CallPath, Caller, LoopId, Party};
use crate::sync::{Arc, Mutex};

/// How far a wait is, as the one that will be answered sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// For whatever its loop does first.
    InLine,
    /// For this handler of a concurrent module; what else the module does is of no interest any more.
    Begun(u32),
    /// Answered, though the caller may not have looked.
    Over,
}

/// What is waited for.
pub(crate) trait Pending: Send + Sync {
    fn progress(&self) -> Progress;
}

/// One wait: a handler waits until a loop has a turn, a place or room for it.
pub(crate) struct Edge {
    pub(crate) from: Caller,
    pub(crate) to: LoopId,
    pub(crate) pending: Arc<dyn Pending>,
}

impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} → {:?}", self.from, self.to)
    }
}

/// What the search needs to know about the loops.
pub(crate) trait Loops {
    /// Who called a party directly and waits for it, if anybody does.
    fn caller_of(&self, party: Party) -> Caller;
    /// Who waits here for a call that came from another process, since that is part of what it called there.
    fn callers_beyond(&self, _party: Party) -> Vec<Caller> {
        Vec::new()
    }
    /// Whether a party has not ended.
    fn is_at_work(&self, party: Party) -> bool;
    /// Who must end before a loop begins anything else; `None` if it need not wait for anybody.
    fn occupants(&self, of_loop: LoopId) -> Option<Vec<Party>>;
    /// The handlers up to the one that waits, as `module.task`.
    fn steps(&self, caller: Caller) -> Vec<String>;
}

/// Names one wait in the table: its target in the upper half, which is never 0, and a number in the lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WaitId(NonZeroU64);

impl WaitId {
    fn new(to: LoopId, number: u32) -> Self {
        let to = Party { event_loop: to, number: 0 };
        Self(NonZeroU64::MIN.saturating_add(to.raw() + u64::from(number) - 1))
    }
}

/// The waits by their targets.
#[derive(Debug, Default)]
pub(super) struct Waits {
    edges: BTreeMap<WaitId, Edge>,
    last: u32,
}

impl Waits {
    /// Whoever waits in line before a loop.
    pub(super) fn before(&self, to: LoopId) -> impl Iterator<Item = &Edge> {
        let (first, last) = (WaitId::new(to, 0), WaitId::new(to, u32::MAX));
        self.edges.range(first..=last).map(|(_, edge)| edge)
    }

    fn insert(&mut self, edge: Edge) -> WaitId {
        // Numbers come round again, while an early wait may still go on.
        loop {
            self.last = self.last.wrapping_add(1);
            let id = WaitId::new(edge.to, self.last);
            if let Entry::Vacant(vacant) = self.edges.entry(id) {
                vacant.insert(edge);
                return id;
            }
        }
    }
}

/// All waits in line of one application.
///
/// Touched only when a handler meets a busy target or a full queue.
#[derive(Debug, Default)]
pub(crate) struct WaitTable(Mutex<Waits>);

impl WaitTable {
    /// Begins a wait, unless it would be for itself. `target` names what is wanted, as `module.task`.
    ///
    /// # Errors
    ///
    /// The cycle that the wait would close.
    pub(crate) fn begin(
        &self,
        edge: Edge,
        loops: &dyn Loops,
        target: impl FnOnce() -> String,
    ) -> Result<WaitId, CallPath> {
        let mut waits = self.0.lock();
        // Others end and begin while this looks at them one by one; what is found twice in a row held in between.
        let found = find_circle(&waits, &edge, loops).and_then(|_| find_circle(&waits, &edge, loops));
        if let Some(steps) = found {
            drop(waits);
            return Err(CallPath::closing(steps, target()));
        }
        Ok(waits.insert(edge))
    }

    /// Everybody who cannot go on before a caller does, itself included.
    pub(crate) fn dependents(&self, of: Caller, loops: &dyn Loops) -> Vec<Party> {
        dependents(&self.0.lock(), of, loops)
    }

    pub(crate) fn end(&self, id: WaitId) {
        let ended = self.0.lock().edges.remove(&id);
        // What was waited for may be dropped with it; that is not done under the lock.
        drop(ended);
    }

    /// How many waits are recorded; 0 when nothing leaks and nothing waits.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().edges.len()
    }
}
