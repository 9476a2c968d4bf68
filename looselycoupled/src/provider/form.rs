//! What the content of events looks like, as far as this program says so.

use std::collections::HashMap;

use crate::envelope::{EventInfo, EventShape};
use crate::module::{ModuleDescriptor, SubscriptionInfo};
use crate::registry::listed_events;
use crate::sync::Arc;

/// What the content of an event looks like, for providers whose messages have no names for its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventForm {
    /// How it is built.
    pub shape: EventShape,
    /// The names of its fields in their order; of an enum, of its variants.
    pub fields: Arc<[&'static str]>,
}

impl EventForm {
    fn of_type(info: &EventInfo) -> Self {
        Self { shape: info.shape, fields: info.fields.iter().map(|field| field.name).collect() }
    }

    fn of_fields(fields: impl Iterator<Item = &'static str>) -> Self {
        Self { shape: EventShape::Struct, fields: fields.collect() }
    }

    /// The one of which the other is a beginning.
    fn longer(self, other: Self) -> Option<Self> {
        let (long, short) =
            if self.fields.len() >= other.fields.len() { (self, other) } else { (other, self) };
        (long.shape == short.shape && long.fields.starts_with(&short.fields)).then_some(long)
    }
}

/// What is known of all events, by their names.
#[derive(Debug, Default)]
pub(super) struct Forms(HashMap<&'static str, Option<EventForm>>);

impl Forms {
    /// A type says it best, then whoever sends it, then whoever hears it; where those who should know do not agree, nothing is known.
    pub(super) fn known(modules: &[&'static ModuleDescriptor]) -> Self {
        let types = listed_events();
        let emitted = modules.iter().flat_map(|module| module.info.emits);
        // Without fields it may be that they are merely not stated.
        let emitted = emitted.filter(|emit| !emit.fields.is_empty());
        let handlers = modules.iter().flat_map(|module| module.handlers);
        let heard = handlers.filter_map(|handler| match handler.info.subscription {
            SubscriptionInfo::Named { event, fields } if !fields.is_empty() => Some((event, fields)),
            _ => None,
        });
        let mut known = Self::default();
        known.learn(types.iter().map(|known| (known.info.name, EventForm::of_type(&known.info))));
        known.learn(
            emitted.map(|emit| (emit.name, EventForm::of_fields(emit.fields.iter().map(|field| field.name)))),
        );
        known.learn(
            heard.map(|(event, fields)| (event, EventForm::of_fields(fields.iter().map(|field| field.name)))),
        );
        known
    }

    /// Adds what others say of events of which nobody has said anything yet.
    fn learn(&mut self, said: impl Iterator<Item = (&'static str, EventForm)>) {
        let mut learnt = HashMap::<_, Option<EventForm>>::new();
        for (event, form) in said.filter(|(event, _)| !self.0.contains_key(event)) {
            let agreed = match learnt.remove(event) {
                None => Some(form),
                Some(before) => before.and_then(|before| before.longer(form)),
            };
            learnt.insert(event, agreed);
        }
        self.0.extend(learnt);
    }

    pub(super) fn of(&self, event: &str) -> Option<&EventForm> {
        self.0.get(event)?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[&'static str]) -> EventForm {
        EventForm::of_fields(fields.iter().copied())
    }

    #[test]
    fn those_who_know_less_do_not_contradict_those_who_know_more() {
        let mut forms = Forms::default();
        forms.learn([("a", form(&["x"])), ("a", form(&["x", "y"])), ("a", form(&["x"]))].into_iter());
        assert_eq!(forms.of("a"), Some(&form(&["x", "y"])));
        forms.learn([("a", form(&["z"]))].into_iter());
        assert_eq!(forms.of("a"), Some(&form(&["x", "y"])), "others have said it before");
        assert_eq!(forms.of("b"), None);
    }

    #[test]
    fn where_two_do_not_agree_nothing_is_known() {
        let mut forms = Forms::default();
        forms.learn([("a", form(&["x", "y"])), ("a", form(&["y", "x"])), ("a", form(&["x"]))].into_iter());
        assert_eq!(forms.of("a"), None);
        forms.learn([("a", form(&["x"]))].into_iter());
        assert_eq!(forms.of("a"), None, "who should know it better has said two things");
    }
}
