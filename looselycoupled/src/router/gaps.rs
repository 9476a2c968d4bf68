//! Who is told of events that were lost.

use std::collections::HashMap;

use super::Receiver;
use crate::address::EventPattern;
use crate::envelope::{EventRecord, GAP, is_own};
use crate::event_loop::{EventLoop, Gap, Lost};
use crate::metadata::{Lineage, ModuleIndex};
use crate::sync::Arc;

/// Every handler of a module that wants to be told. The framework's own events are missed without a word: if one told of
/// the loss of another, that could go on for ever.
#[derive(Debug, Default)]
pub(super) struct Gaps(HashMap<(ModuleIndex, u16), Missable>);

/// What a handler may miss.
#[derive(Debug)]
struct Missable {
    event: Arc<str>,
    /// The handlers of the same module that are told.
    told: Arc<[Receiver]>,
}

impl Gaps {
    pub(super) fn new(handlers: &[(EventPattern, Receiver)]) -> Self {
        let mut told: HashMap<ModuleIndex, Vec<Receiver>> = HashMap::new();
        for (_, receiver) in handlers.iter().filter(|(pattern, _)| pattern.as_str() == GAP) {
            told.entry(receiver.module).or_default().push(receiver.clone());
        }
        let told: HashMap<ModuleIndex, Arc<[Receiver]>> =
            told.into_iter().map(|(module, receivers)| (module, receivers.into())).collect();
        let others = handlers.iter().filter(|(pattern, _)| !is_own(pattern.as_str()));
        let wanted = others.filter_map(|(pattern, receiver)| {
            let (event, told) = (pattern.as_str().into(), Arc::clone(told.get(&receiver.module)?));
            Some(((receiver.module, receiver.handler), Missable { event, told }))
        });
        Self(wanted.collect())
    }

    /// Tells the module that an event for one of its handlers was lost, if it wants to know.
    pub(super) fn tell(&self, event_loop: &EventLoop, lost: &Lost, is_first: bool) {
        let (tenant, handler, priority) =
            (event_loop.tenant(lost.label.tenant), lost.label.handler, lost.priority);
        let Some(Missable { event, told }) = self.0.get(&(tenant.module, handler)) else { return };
        for receiver in told.iter() {
            let gap = Gap { told: receiver.label(), lost: handler, priority, is_first };
            event_loop.miss(&gap, |slot, missed| {
                let root = Lineage::root(ModuleIndex::OUTSIDE, priority);
                let lineage = Lineage { transaction: lost.transaction, idle_born: lost.idle_born, ..root };
                let name = tenant.labels.label(handler);
                let record = EventRecord::of_gap(name, Arc::clone(event), missed, lineage);
                (receiver.make)(slot, record, receiver.label())
            });
        }
    }
}
