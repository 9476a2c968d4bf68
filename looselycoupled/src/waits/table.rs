//! The waits that are not visible from the parent links alone.

use std::collections::HashMap;

use super::CallPath;
use crate::sync::{AtomicU32, Mutex, Ordering};

/// One party that can wait or be waited for: a loop, or one handler of a concurrent module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(u32);

/// Loops are numbered from 1; handlers of concurrent modules from here on.
const FIRST_HANDLER: u32 = 1 << 24;

impl NodeId {
    /// Not part of any wait: code outside of handlers.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn of_loop(index: u32) -> Self {
        Self(index + 1)
    }

    pub(crate) const fn from_raw(raw: u32) -> Self {
        Self(raw)
    }

    pub(crate) const fn raw(self) -> u32 {
        self.0
    }

    #[inline]
    pub(crate) const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The index of the loop, if the node is one.
    pub(crate) const fn loop_index(self) -> Option<usize> {
        if self.0 == 0 || self.0 >= FIRST_HANDLER { None } else { Some(self.0 as usize - 1) }
    }
}

/// One wait: a handler waits until a loop has a turn, a place or room for it.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) from: NodeId,
    /// The loop of the waiting handler.
    pub(crate) from_loop: NodeId,
    /// The waiting handler as `module.task`.
    pub(crate) from_label: String,
    pub(crate) to: NodeId,
    /// How many handlers of the target must wait for the caller before the target cannot go on: 1 for a sequential
    /// loop, the limit for a concurrent one.
    pub(crate) width: usize,
    /// What is wanted there, as `module.task`.
    pub(crate) to_label: String,
}

/// What the table needs to know about the loops.
pub(crate) trait Blocked {
    /// Who waits for the current turn of a loop, as recorded when it began.
    fn parent(&self, of_loop: NodeId) -> NodeId;
    /// What runs on a loop, as `module.task`.
    fn label(&self, of_loop: NodeId) -> String;
}

/// A handler of a concurrent module and who waits for it.
#[derive(Debug)]
struct Adopted {
    parent: NodeId,
    in_loop: NodeId,
    label: String,
}

#[derive(Debug, Default)]
struct Waits {
    edges: HashMap<u64, Edge>,
    /// The callers that wait for handlers of concurrent modules.
    parents: HashMap<NodeId, Adopted>,
    next: u64,
}

/// All waits of one application.
///
/// Touched only when a handler meets a busy target, a full queue, or calls a concurrent module; everything else
/// is read off the loops' parent links.
#[derive(Debug, Default)]
pub(crate) struct WaitTable {
    waits: Mutex<Waits>,
    next_handler: AtomicU32,
}

impl WaitTable {
    /// A node for one handler of a concurrent module.
    pub(crate) fn new_handler(&self) -> NodeId {
        let offset = self.next_handler.fetch_add(1, Ordering::Relaxed) % (u32::MAX - FIRST_HANDLER);
        NodeId(FIRST_HANDLER + offset)
    }

    /// Records that a caller waits for a handler of a concurrent module.
    pub(crate) fn adopt(&self, handler: NodeId, in_loop: NodeId, label: String, parent: NodeId) {
        self.waits.lock().parents.insert(handler, Adopted { parent, in_loop, label });
    }

    /// Forgets who waits for a handler of a concurrent module.
    pub(crate) fn orphan(&self, handler: NodeId) {
        self.waits.lock().parents.remove(&handler);
    }

    /// Begins a wait, unless it would be for itself.
    ///
    /// # Errors
    ///
    /// The cycle that the wait would close.
    pub(crate) fn begin(&self, edge: Edge, loops: &dyn Blocked) -> Result<u64, CallPath> {
        let mut waits = self.waits.lock();
        if let Some(path) = waits.cycle(&edge, loops) {
            return Err(path);
        }
        waits.next += 1;
        let id = waits.next;
        waits.edges.insert(id, edge);
        Ok(id)
    }

    pub(crate) fn end(&self, id: u64) {
        self.waits.lock().edges.remove(&id);
    }

    /// How many waits are recorded; 0 when nothing leaks and nothing waits.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        let waits = self.waits.lock();
        waits.edges.len() + waits.parents.len()
    }
}

/// A party that cannot go on until the new wait ends, and whom it waits for.
struct Stuck {
    node: NodeId,
    in_loop: NodeId,
    label: String,
    waits_for: Option<usize>,
}

impl Waits {
    /// Walks backwards from the caller over everybody who waits for it; a target among them would never get to it.
    fn cycle(&self, edge: &Edge, loops: &dyn Blocked) -> Option<CallPath> {
        let mut stuck = vec![Stuck {
            node: edge.from,
            in_loop: edge.from_loop,
            label: edge.from_label.clone(),
            waits_for: None,
        }];
        let mut next = 0;
        while next < stuck.len() {
            let blocked =
                stuck.iter().filter(|party| party.node == edge.to || party.in_loop == edge.to).count();
            if blocked >= edge.width {
                return Some(path(&stuck, edge));
            }
            self.add_waiting(&mut stuck, next, loops);
            next += 1;
        }
        let blocked = stuck.iter().filter(|party| party.node == edge.to || party.in_loop == edge.to).count();
        (blocked >= edge.width).then(|| path(&stuck, edge))
    }

    fn add_waiting(&self, stuck: &mut Vec<Stuck>, of: usize, loops: &dyn Blocked) {
        let node = stuck[of].node;
        let add = |stuck: &mut Vec<Stuck>, node: NodeId, in_loop: NodeId, label: String| {
            if !node.is_none() && stuck.iter().all(|party| party.node != node) {
                stuck.push(Stuck { node, in_loop, label, waits_for: Some(of) });
            }
        };
        if node.loop_index().is_some() {
            let parent = loops.parent(node);
            add(stuck, parent, self.loop_of(parent), self.label_of(parent, loops));
        } else if let Some(Adopted { parent, .. }) = self.parents.get(&node) {
            add(stuck, *parent, self.loop_of(*parent), self.label_of(*parent, loops));
        }
        for waiting in self.edges.values().filter(|other| other.to == node && other.width == 1) {
            add(stuck, waiting.from, waiting.from_loop, waiting.from_label.clone());
        }
    }

    fn loop_of(&self, node: NodeId) -> NodeId {
        let waiting = || self.edges.values().find(|edge| edge.from == node).map(|edge| edge.from_loop);
        self.parents.get(&node).map(|adopted| adopted.in_loop).or_else(waiting).unwrap_or(node)
    }

    fn label_of(&self, node: NodeId, loops: &dyn Blocked) -> String {
        if node.loop_index().is_some() {
            return loops.label(node);
        }
        let waiting =
            || self.edges.values().find(|edge| edge.from == node).map(|edge| edge.from_label.clone());
        self.parents.get(&node).map(|adopted| adopted.label.clone()).or_else(waiting).unwrap_or_default()
    }
}

fn path(stuck: &[Stuck], edge: &Edge) -> CallPath {
    let target = stuck.iter().position(|party| party.node == edge.to || party.in_loop == edge.to);
    let mut steps = Vec::new();
    let mut at = target;
    while let Some(index) = at {
        steps.push(stuck[index].label.clone());
        at = stuck[index].waits_for;
    }
    steps.push(edge.to_label.clone());
    CallPath::new(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Parents(HashMap<NodeId, NodeId>);

    impl Blocked for Parents {
        fn parent(&self, of_loop: NodeId) -> NodeId {
            self.0.get(&of_loop).copied().unwrap_or(NodeId::NONE)
        }

        fn label(&self, of_loop: NodeId) -> String {
            format!("m{}.t", of_loop.raw())
        }
    }

    fn edge(from: u32, to: u32) -> Edge {
        let node = NodeId::of_loop(from);
        Edge {
            from: node,
            from_loop: node,
            from_label: format!("m{}.t", from + 1),
            to: NodeId::of_loop(to),
            width: 1,
            to_label: format!("m{}.u", to + 1),
        }
    }

    #[test]
    fn two_roots_that_call_each_other_close_a_cycle() {
        let table = WaitTable::default();
        let loops = Parents(HashMap::new());
        let first = table.begin(edge(0, 1), &loops).unwrap();
        let path = table.begin(edge(1, 0), &loops).unwrap_err();
        assert_eq!(path.to_string(), "m1.t → m2.t → m1.u");
        table.end(first);
        assert!(table.begin(edge(1, 0), &loops).is_ok());
    }

    #[test]
    fn parent_links_and_waits_join_into_one_path() {
        let table = WaitTable::default();
        // Loop 1 began its turn for loop 0, which waits without an edge of its own.
        let loops = Parents(HashMap::from([(NodeId::of_loop(1), NodeId::of_loop(0))]));
        let _waiting = table.begin(edge(1, 2), &loops).unwrap();
        let path = table.begin(edge(2, 0), &loops).unwrap_err();
        assert_eq!(path.to_string(), "m1.t → m2.t → m3.t → m1.u");
    }

    #[test]
    fn a_wait_that_ended_makes_no_cycle() {
        let table = WaitTable::default();
        let loops = Parents(HashMap::new());
        let wait = table.begin(edge(0, 1), &loops).unwrap();
        table.end(wait);
        let wait = table.begin(edge(1, 0), &loops).unwrap();
        table.end(wait);
        assert_eq!(table.len(), 0);
    }

    #[test]
    fn a_concurrent_target_is_stuck_only_when_all_its_places_are() {
        let table = WaitTable::default();
        let loops = Parents(HashMap::new());
        let handler = table.new_handler();
        let place = |width| Edge { from: handler, from_loop: NodeId::of_loop(0), width, ..edge(0, 0) };
        assert!(table.begin(place(2), &loops).is_ok());
        assert!(table.begin(place(1), &loops).is_err());
    }
}
