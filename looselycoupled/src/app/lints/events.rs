//! Events that only one side knows.

use std::collections::BTreeMap;

use super::{Lints, Wiring};
use crate::address::{EventPattern, event_name, nearest};
use crate::app::code::LintCode;
use crate::envelope::{EventTypeInfo, Location, is_own};
use crate::event::{EXIT, Wire, own_event};
use crate::module::{HandlerInfo, MentionInfo, ModuleDescriptor, Named, SubscriptionInfo};
use crate::registry::listed_events;

pub(super) fn look(wiring: &Wiring<'_>, lints: &mut Lints) {
    let mut traffic = Traffic { types: types(wiring), ..Traffic::default() };
    wiring.modules.iter().for_each(|(name, module)| traffic.add_module(name, module));
    wiring.wires.iter().for_each(|wire| traffic.add_wire(wire));
    wiring.subscribed.iter().for_each(|pattern| traffic.add_heard(pattern));
    // They may have their other side there.
    wiring.events.iter().for_each(|pattern| traffic.add_heard(pattern));
    traffic.come.extend(wiring.events.iter().filter_map(|pattern| pattern.parse().ok()));
    traffic.tell_unsent(lints);
    traffic.tell_unheard(lints);
}

/// The types of events whose names are known: those of the program, and those that handlers name.
fn types(wiring: &Wiring<'_>) -> Vec<EventTypeInfo> {
    let handlers = wiring.modules.iter().flat_map(|(_, module)| module.handlers);
    let handled = handlers.filter_map(|handler| match handler.info.subscription {
        SubscriptionInfo::Typed(of_type) => Some(of_type),
        _ => None,
    });
    listed_events().into_iter().chain(handled).collect()
}

/// Who sends which events, and who hears them.
#[derive(Default)]
struct Traffic {
    types: Vec<EventTypeInfo>,
    sent: BTreeMap<String, Side>,
    heard: BTreeMap<String, Side>,
    patterns: Vec<EventPattern>,
    /// Which come from other processes.
    come: Vec<EventPattern>,
}

/// One side of an event.
#[derive(Default)]
struct Side {
    /// The first one that can be told of: `Display::on_sunset`, and where it stands.
    who: Option<(String, Location)>,
    /// A reason is given why the other side is not there.
    is_excused: bool,
}

impl Side {
    fn add(&mut self, who: Option<(String, Location)>, reason: Option<&str>) {
        self.is_excused |= reason.is_some();
        if self.who.is_none() {
            self.who = who;
        }
    }
}

impl Traffic {
    fn add_module(&mut self, name: &str, module: &ModuleDescriptor) {
        let info = &module.info;
        for emitted in info.emits {
            let who = (info.type_name.to_owned(), info.location);
            self.sent.entry(emitted.name.to_owned()).or_default().add(Some(who), emitted.unheard);
        }
        module.handlers.iter().for_each(|handler| self.add_handler(info.type_name, &handler.info));
        info.mentions.iter().for_each(|mention| self.add_mention(name, info.type_name, mention));
    }

    fn add_handler(&mut self, type_name: &str, handler: &HandlerInfo) {
        let event = handler.subscription.pattern();
        if matches!(handler.subscription, SubscriptionInfo::Pattern(_)) {
            return self.add_heard(event);
        }
        let who = (format!("{type_name}::{}", handler.method), handler.location);
        self.heard.entry(event.to_owned()).or_default().add(Some(who), handler.external);
    }

    fn add_mention(&mut self, module: &str, type_name: &str, mention: &MentionInfo) {
        let who = || Some((type_name.to_owned(), mention.location));
        match mention.named {
            // No event is called otherwise, whatever the verb was for.
            Named::Sent(name) if event_name(name).is_err() => {}
            Named::Sent(name) => self.add_sent(name.to_owned(), who()),
            Named::SentOwn => self.add_sent(own_event(module), None),
            Named::SentType(of_type) => match &*self.names_of(of_type) {
                [only] => self.add_sent((*only).to_owned(), who()),
                several => self.add_maybe_sent(several),
            },
            Named::SentOneOf(types) => {
                types.iter().for_each(|of_type| self.add_maybe_sent(&self.names_of(of_type)));
            }
            Named::Heard(pattern) => self.add_heard(pattern),
            Named::HeardType(of_type) => {
                self.names_of(of_type).into_iter().for_each(|name| self.add_heard(name));
            }
            Named::Called(_) | Named::Stub { .. } => {}
        }
    }

    /// The names of the events whose types are called so.
    fn names_of(&self, type_name: &str) -> Vec<&'static str> {
        let namesakes = self.types.iter().filter(|known| known.info.type_name == type_name);
        let mut names: Vec<_> = namesakes.map(|known| known.info.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn add_sent(&mut self, event: String, who: Option<(String, Location)>) {
        self.sent.entry(event).or_default().add(who, None);
    }

    /// Which of them is not known, so nobody is told of for it.
    fn add_maybe_sent(&mut self, events: &[&str]) {
        events.iter().for_each(|event| self.add_sent((*event).to_owned(), None));
    }

    fn add_heard(&mut self, pattern: &str) {
        // One that is wrong hears nothing, and is told of elsewhere.
        self.patterns.extend(pattern.parse());
    }

    /// Whatever stands at an end is sent there, and what comes in is heard.
    fn add_wire(&mut self, wire: &Wire) {
        for (_, event) in [&wire.from, &wire.to].into_iter().filter_map(|end| end.split_once('/')) {
            self.add_sent(event.to_owned(), None);
        }
        if let Some((_, event)) = wire.from.split_once('/') {
            self.add_heard(event);
        }
    }

    fn tell_unsent(&self, lints: &mut Lints) {
        for (event, side) in &self.heard {
            let Some((who, location)) = side.who.as_ref().filter(|_| !side.is_excused) else { continue };
            let comes = self.come.iter().any(|pattern| pattern.matches(event));
            if comes || is_of_framework(event) || self.sent.contains_key(event) {
                continue;
            }
            lints.add(LintCode::Unsent, || {
                let hint = did_you_mean(event, self.sent.keys());
                format!(
                    "nobody is known to send `{event}`, which `{who}` ({location}) handles{hint}\n  help: list it in the \
                     `emits(…)` of its sender; if that is no module, say who it is: `#[on_event(…, external = \"…\")]`"
                )
            });
        }
    }

    fn tell_unheard(&self, lints: &mut Lints) {
        for (event, side) in &self.sent {
            let Some((who, location)) = side.who.as_ref().filter(|_| !side.is_excused) else { continue };
            if is_of_framework(event) || self.is_heard(event) {
                continue;
            }
            lints.add(LintCode::Unheard, || {
                let hint = did_you_mean(event, self.heard.keys());
                format!(
                    "nobody is known to hear `{event}`, which `{who}` ({location}) sends{hint}\n  help: handle it, or say why \
                     nobody does: `emits({event:?}, unheard = \"…\")`"
                )
            });
        }
    }

    fn is_heard(&self, event: &str) -> bool {
        self.heard.contains_key(event) || self.patterns.iter().any(|pattern| pattern.matches(event))
    }
}

/// Whether the framework itself sends or hears it.
fn is_of_framework(event: &str) -> bool {
    is_own(event) || event == EXIT
}

fn did_you_mean<'a>(event: &str, known: impl Iterator<Item = &'a String>) -> String {
    let near = nearest(event, known.map(String::as_str));
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
