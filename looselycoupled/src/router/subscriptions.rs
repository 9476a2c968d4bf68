//! Who hears which event: an immutable picture, replaced when it changes.

use std::collections::HashMap;
use std::fmt;

use foldhash::fast::RandomState;

use super::Station;
use super::gaps::Gaps;
use crate::address::EventPattern;
use crate::envelope::{Acknowledgement, EventRecord, EventTypeInfo};
use crate::event_loop::{Item, Label};
use crate::mailbox::{Filled, Slot};
use crate::metadata::ModuleIndex;
use crate::sync::Arc;

/// Makes the message that hands an event to a handler.
pub(crate) type Delivery = fn(Slot<'_, Item>, (EventRecord, Acknowledgement), Label) -> Filled;

/// One handler of one module, or another code of it that handles an event, and who makes the message for it.
#[derive(Clone)]
pub(crate) struct Receiver<M = Delivery> {
    pub(crate) station: Station,
    pub(crate) module: ModuleIndex,
    pub(crate) handler: u16,
    pub(crate) by_pattern: bool,
    /// It hears only those that are for its group.
    pub(crate) group: Option<Arc<str>>,
    pub(crate) make: M,
}

impl<M> fmt::Debug for Receiver<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.station.tenant().address_of(self.handler))
    }
}

impl<M> Receiver<M> {
    #[inline]
    pub(super) fn label(&self) -> Label {
        Label { tenant: self.station.tenant, handler: self.handler }
    }
}

/// All subscriptions of one application at one time.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    /// For every name that some handler names: everybody who hears it, patterns included.
    by_name: HashMap<Box<str>, Box<[Receiver]>, RandomState>,
    /// For all other names.
    by_pattern: Box<[(EventPattern, Receiver)]>,
    types: HashMap<&'static str, EventTypeInfo, RandomState>,
    gaps: Gaps,
}

impl Subscriptions {
    /// Takes handlers in the order in which they are to hear an event.
    pub(crate) fn new(handlers: &[(EventPattern, Receiver)], types: &[EventTypeInfo]) -> Self {
        let by_pattern = handlers.iter().filter(|(pattern, _)| !pattern.is_literal()).cloned().collect();
        let types = types.iter().map(|known| (known.info.name, *known)).collect();
        Self { by_name: by_name(handlers), by_pattern, types, gaps: Gaps::new(handlers) }
    }

    /// Shows everybody who hears an event of this name; returns how often `visit` said yes.
    #[inline]
    pub(crate) fn for_each(&self, name: &str, visit: impl Fn(&Receiver) -> bool) -> usize {
        if let Some(receivers) = self.by_name.get(name) {
            return receivers.iter().filter(|receiver| visit(receiver)).count();
        }
        self.by_pattern.iter().filter(|(pattern, receiver)| pattern.matches(name) && visit(receiver)).count()
    }

    pub(super) const fn gaps(&self) -> &Gaps {
        &self.gaps
    }

    /// Whether some handler names this event.
    pub(crate) fn hears(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The type that carries this name, if some handler names it.
    pub(crate) fn type_of(&self, name: &str) -> Option<&EventTypeInfo> {
        self.types.get(name)
    }
}

/// Everybody who hears each of the names that are named, in the order of the handlers. Names are compared with patterns only:
/// applications have many handlers, of which few hear by pattern.
fn by_name(handlers: &[(EventPattern, Receiver)]) -> HashMap<Box<str>, Box<[Receiver]>, RandomState> {
    let numbered = || (0_usize..).zip(handlers);
    let mut named: HashMap<&str, Vec<usize>, RandomState> = HashMap::default();
    for (number, (pattern, _)) in numbered().filter(|(_, (pattern, _))| pattern.is_literal()) {
        named.entry(pattern.as_str()).or_default().push(number);
    }
    let patterns: Vec<_> = numbered().filter(|(_, (pattern, _))| !pattern.is_literal()).collect();
    let hearing = |(name, mut numbers): (&str, Vec<usize>)| {
        numbers.extend(
            patterns.iter().filter(|(_, (pattern, _))| pattern.matches(name)).map(|(number, _)| number),
        );
        numbers.sort_unstable();
        (name.into(), numbers.into_iter().map(|number| handlers[number].1.clone()).collect())
    };
    named.into_iter().map(hearing).collect()
}
