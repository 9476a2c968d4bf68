//! The events that are known, with who sends and who hears them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::address::{EventPattern, split};
use crate::description::schema::{Property, object, of_type};
use crate::description::{
    EmittedBy, EmitterDescription, EventDescription, EventTypeDescription, FieldDescription, HeardBy,
    ListenerDescription,
};
use crate::envelope::{EventTypeInfo, FieldInfo, is_own};
use crate::event::Wire;
use crate::module::{Application, EmitInfo, HandlerInfo, ModuleDescriptor, ParameterInfo, SubscriptionInfo};
use crate::registry::{comes_along, listed_events};
use crate::schema::{Direction, TypeSchema};

pub(super) fn events(application: &Application, connections: &[Wire]) -> Vec<EventDescription> {
    let names = application.router.directory.names();
    let modules: Vec<_> = names.zip(application.descriptors.iter().copied()).collect();
    let mut events = Events::default();
    modules.iter().for_each(|(name, module)| events.add_emitted(name, module));
    connections.iter().for_each(|wire| events.add_emitters(wire));
    modules.iter().for_each(|(name, module)| events.add_named(name, module));
    events.add_types(&listed_events(), application.partial);
    modules.iter().for_each(|(name, module)| events.add_matched(name, module));
    connections.iter().for_each(|wire| events.add_fed(wire));
    events.0.into_iter().map(|(name, event)| event.describe(name)).collect()
}

/// What is known of each event so far.
#[derive(Default)]
struct Events(BTreeMap<String, Known>);

#[derive(Default)]
struct Known {
    event_type: Option<EventTypeInfo>,
    /// What senders say.
    emitted: Vec<&'static EmitInfo>,
    /// What handlers want.
    wanted: Vec<&'static ParameterInfo>,
    emitters: Vec<EmitterDescription>,
    listeners: Vec<ListenerDescription>,
}

impl Events {
    fn at(&mut self, name: &str) -> &mut Known {
        self.0.entry(name.to_owned()).or_default()
    }

    fn add_emitted(&mut self, module: &str, descriptor: &'static ModuleDescriptor) {
        for emitted in descriptor.info.emits {
            let known = self.at(emitted.name);
            known.emitted.push(emitted);
            known.add_emitter(module, EmittedBy::Declaration);
        }
    }

    /// Whoever is at an end of a connection with an event sends it.
    fn add_emitters(&mut self, wire: &Wire) {
        for (end, by) in [(&wire.from, EmittedBy::Connection), (&wire.to, EmittedBy::Forward)] {
            if let Some((module, event)) = end.split_once('/') {
                self.at(event).add_emitter(module, by);
            }
        }
    }

    fn add_named(&mut self, module: &str, descriptor: &'static ModuleDescriptor) {
        for handler in descriptor.handlers {
            let (known, by) = match &handler.info.subscription {
                SubscriptionInfo::Typed(event_type) => {
                    let known = self.at(event_type.info.name);
                    known.event_type = Some(*event_type);
                    (known, HeardBy::Type)
                }
                SubscriptionInfo::Named { event, fields } => {
                    let known = self.at(event);
                    known.wanted.extend(*fields);
                    (known, HeardBy::Name)
                }
                SubscriptionInfo::Pattern(_) => continue,
            };
            known.add_handler(module, &handler.info, by);
        }
    }

    /// Of all types in the program those are left out of which a part of it says nothing, and those of modules that it does not have.
    fn add_types(&mut self, types: &[EventTypeInfo], is_partial: bool) {
        for listed in types {
            let name = listed.info.name;
            if (is_partial || comes_along(listed)) && !self.0.contains_key(name) {
                continue;
            }
            let known = self.at(name);
            // Which one of several is meant only a handler can say.
            if types.iter().filter(|other| other.info.name == name).count() == 1 {
                known.event_type.get_or_insert(*listed);
            }
        }
    }

    fn add_matched(&mut self, module: &str, descriptor: &ModuleDescriptor) {
        for handler in descriptor.handlers {
            let SubscriptionInfo::Pattern(pattern) = handler.info.subscription else { continue };
            // The start check has parsed it.
            let Ok(pattern) = pattern.parse::<EventPattern>() else { continue };
            let matched = self.0.iter_mut().filter(|(event, _)| !is_own(event) && pattern.matches(event));
            matched.for_each(|(_, known)| known.add_handler(module, &handler.info, HeardBy::Pattern));
        }
    }

    fn add_fed(&mut self, wire: &Wire) {
        let (Some((source, event)), (Some(module), method)) = (wire.from.split_once('/'), split(&wire.to))
        else {
            return;
        };
        if !wire.is_forward() {
            self.at(event).listeners.push(ListenerDescription {
                module: module.to_owned(),
                method: method.to_owned(),
                by: HeardBy::Connection,
                from: Some(source.to_owned()),
            });
        }
    }
}

impl Known {
    fn add_emitter(&mut self, module: &str, by: EmittedBy) {
        if !self.emitters.iter().any(|known| known.module == module) {
            self.emitters.push(EmitterDescription { module: module.to_owned(), by });
        }
    }

    fn add_handler(&mut self, module: &str, info: &HandlerInfo, by: HeardBy) {
        let (module, method) = (module.to_owned(), info.method.to_owned());
        self.listeners.push(ListenerDescription { module, method, by, from: None });
    }

    fn describe(self, name: String) -> EventDescription {
        let (fields, schema) = self.content();
        EventDescription {
            own: is_own(&name),
            name,
            event_type: self.event_type.map(event_type),
            fields,
            schema,
            emitters: self.emitters,
            listeners: self.listeners,
        }
    }

    /// What it carries, from whoever knows best.
    fn content(&self) -> (Vec<FieldDescription>, Value) {
        if let Some(known) = self.event_type {
            let schema = of_type(known.schema, Direction::In, known.info.type_name);
            return (known.info.fields.iter().map(field).collect(), schema);
        }
        let declared: Vec<Part> = self.declared().collect();
        let parts = if declared.is_empty() { self.wanted().collect() } else { declared };
        if parts.is_empty() {
            // It may be typed all the same.
            return (Vec::new(), json!({}));
        }
        let schema = object(parts.iter().map(Part::property), false);
        (parts.iter().map(|part| field(&part.field)).collect(), schema)
    }

    /// The fields that senders say it has. Where two differ the first one counts.
    fn declared(&self) -> impl Iterator<Item = Part> {
        let mut seen = BTreeSet::new();
        let fields = self.emitted.iter().flat_map(|emitted| emitted.fields.iter().zip(emitted.schemas));
        let first = fields.filter(move |(field, _)| seen.insert(field.name));
        first.map(|(field, schema)| Part { field: *field, schema: *schema, required: true })
    }

    /// The fields that handlers want.
    fn wanted(&self) -> impl Iterator<Item = Part> {
        let mut seen = BTreeSet::new();
        let first = self.wanted.iter().filter(move |wanted| seen.insert(wanted.name));
        first.map(|&&ParameterInfo { name, type_name, schema, .. }| {
            let required = self.wanted.iter().any(|wanted| wanted.name == name && wanted.required);
            Part { field: FieldInfo { name, type_name }, schema, required }
        })
    }
}

/// A field of which it is not known that a type has it.
struct Part {
    field: FieldInfo,
    schema: TypeSchema,
    required: bool,
}

impl Part {
    fn property(&self) -> Property<'static> {
        let FieldInfo { name, type_name } = self.field;
        Property { name, schema: of_type(self.schema, Direction::In, type_name), required: self.required }
    }
}

fn field(info: &FieldInfo) -> FieldDescription {
    FieldDescription { name: info.name.to_owned(), type_name: info.type_name.to_owned() }
}

fn event_type(of_type: EventTypeInfo) -> EventTypeDescription {
    let info = of_type.info;
    EventTypeDescription {
        type_name: info.type_name.to_owned(),
        shape: info.shape,
        documentation: info.documentation.to_owned(),
        location: info.location.into(),
        durable: info.durable,
        broadcast: info.broadcast,
    }
}
