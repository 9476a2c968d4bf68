//! Who is told of events that were lost.

use std::collections::HashMap;

use super::Receiver;
use super::connections::Connections;
use crate::address::EventPattern;
use crate::envelope::{Acknowledgement, EventRecord, GAP, is_own};
use crate::event_loop::{EventLoop, Gap, Lost};
use crate::metadata::{Lineage, ModuleIndex};
use crate::sync::Arc;

/// Every module that wants to be told. The framework's own events are missed without a word: if one told of the loss of
/// another, that could go on for ever.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    /// The handlers of each module that are told.
    told: HashMap<ModuleIndex, Box<[Receiver]>>,
    /// What the other handlers of these modules hear; nothing for those that hear an event of the framework.
    heard: HashMap<(ModuleIndex, u16), Option<Arc<str>>>,
}

impl Gaps {
    pub(super) fn new(handlers: &[(EventPattern, Receiver)]) -> Self {
        let mut told: HashMap<ModuleIndex, Vec<Receiver>> = HashMap::new();
        for (_, receiver) in handlers.iter().filter(|(pattern, _)| pattern.as_str() == GAP) {
            told.entry(receiver.module).or_default().push(receiver.clone());
        }
        let told: HashMap<_, _> =
            told.into_iter().map(|(module, receivers)| (module, receivers.into())).collect();
        let others = handlers.iter().filter(|(_, receiver)| told.contains_key(&receiver.module));
        let heard = others.map(|(pattern, receiver)| {
            let pattern = pattern.as_str();
            ((receiver.module, receiver.handler), (!is_own(pattern)).then(|| pattern.into()))
        });
        Self { heard: heard.collect(), told }
    }

    /// Tells the module that an event for one of its handlers, or of its connected tasks, was lost, if it wants to know.
    pub(super) fn tell(
        &self,
        event_loop: &EventLoop,
        lost: &Lost,
        is_first: bool,
        connections: &Connections,
    ) {
        let (tenant, handler, priority) =
            (event_loop.tenant(lost.label.tenant), lost.label.handler, lost.priority);
        let Some(told) = self.told.get(&tenant.module) else { return };
        let heard = self.heard.get(&(tenant.module, handler));
        if matches!(heard, Some(None)) {
            return;
        }
        let event = || match heard.cloned().flatten() {
            Some(event) => event,
            None => connections.heard_by(tenant.module, handler).into(),
        };
        for receiver in told {
            let gap = Gap { told: receiver.label(), lost: handler, priority, is_first };
            event_loop.miss(&gap, |slot, missed| {
                let root = Lineage::root(ModuleIndex::OUTSIDE, priority);
                let lineage = Lineage { transaction: lost.transaction, idle_born: lost.idle_born, ..root };
                let name = tenant.labels.label(handler);
                let record = EventRecord::of_gap(name, event(), missed, lineage);
                (receiver.make)(slot, (record, Acknowledgement::NONE), receiver.label())
            });
        }
    }
}
