//! In which order the fields of events are declared, for providers that carry them without names.

use std::collections::HashMap;

use crate::envelope::EventShape;
use crate::module::{ModuleDescriptor, SubscriptionInfo};
use crate::registry::listed_events;

/// The names of the fields of events, by those of the events.
#[derive(Debug, Default)]
pub(super) struct Fields(HashMap<&'static str, Vec<&'static str>>);

impl Fields {
    /// What types of events say, then what modules say that they send, then what handlers want.
    pub(super) fn declared(modules: &[&'static ModuleDescriptor]) -> Self {
        let structs = listed_events().into_iter().filter(|known| known.info.shape == EventShape::Struct);
        let types = structs.map(|known| {
            (known.info.name, known.info.fields.iter().map(|field| field.name).collect::<Vec<_>>())
        });
        let emitted = modules.iter().flat_map(|module| module.info.emits);
        let emitted =
            emitted.map(|known| (known.name, known.fields.iter().map(|field| field.name).collect()));
        let handlers = modules.iter().flat_map(|module| module.handlers);
        let wanted = handlers.filter_map(|handler| match &handler.info.subscription {
            SubscriptionInfo::Named { event, fields } => {
                Some((*event, fields.iter().map(|field| field.name).collect()))
            }
            SubscriptionInfo::Typed(_) | SubscriptionInfo::Pattern(_) => None,
        });
        let mut fields = HashMap::new();
        for (event, names) in types.chain(emitted).chain(wanted) {
            fields.entry(event).or_insert(names);
        }
        Self(fields)
    }

    pub(super) fn of(&self, event: &str) -> Option<&[&'static str]> {
        self.0.get(event).map(Vec::as_slice)
    }
}
