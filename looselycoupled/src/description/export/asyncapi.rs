//! AsyncAPI.

use serde_json::{Map, Value, json};

use super::{Definitions, described, summary, text};
use crate::description::{Description, EventDescription, HandlerDescription, HeardBy, ListenerDescription};

impl Description {
    /// A document of AsyncAPI 3: a channel for every event, an operation `send` for every module that is known to send it, and
    /// one `receive` for every handler and for every task that is connected to it. A pattern has a channel of its own, of which
    /// the address is not known.
    #[must_use]
    pub fn to_asyncapi(&self) -> String {
        let mut types = Definitions::new("#/components/schemas/");
        let (mut channels, mut messages, mut operations) = (Map::new(), Map::new(), Map::new());
        for event in &self.events {
            let key = key(&event.name);
            messages.insert(key.clone(), message(event, &types.share(&event.schema)));
            channels.insert(key, channel(event));
            operations.extend(event.emitters.iter().map(|emitter| sent(&emitter.module, event)));
            operations.extend(event.listeners.iter().map(|listener| received(listener, event)));
        }
        for module in &self.modules {
            for handler in module.handlers.iter().filter(|handler| handler.by == HeardBy::Pattern) {
                channels.insert(key(&handler.hears), unknown(handler));
                operations.extend([matched(&module.name, handler)]);
            }
        }
        let mut document = json!({
            "asyncapi": "3.0.0",
            "info": self.info(),
            "defaultContentType": "application/json",
            "channels": channels,
            "operations": operations,
            "components": { "messages": messages, "schemas": types.finish() },
        });
        to_draft_07(&mut document);
        text(document)
    }
}

fn message(event: &EventDescription, payload: &Value) -> Value {
    let message = json!({ "name": event.name, "payload": payload });
    let Value::Object(mut entries) = described(message, event.documentation()) else { return Value::Null };
    if !event.documentation().is_empty() {
        entries.insert("summary".to_owned(), summary(event.documentation()).into());
    }
    entries.into()
}

fn channel(event: &EventDescription) -> Value {
    let key = key(&event.name);
    let message = json!({ "$ref": format!("#/components/messages/{key}") });
    let messages = Map::from_iter([(key, message)]);
    described(json!({ "address": event.name, "messages": messages }), event.documentation())
}

fn unknown(handler: &HandlerDescription) -> Value {
    let description = format!("Events whose name matches `{}`.", handler.hears);
    json!({ "address": null, "title": handler.hears, "description": description })
}

fn sent(module: &str, event: &EventDescription) -> (String, Value) {
    (key(&format!("send.{module}.{}", event.name)), operation("send", module, event))
}

fn received(listener: &ListenerDescription, event: &EventDescription) -> (String, Value) {
    let ListenerDescription { module, method, .. } = listener;
    let from = listener.from.as_ref().map_or_else(String::new, |from| format!("{from}."));
    (key(&format!("receive.{module}.{method}.{from}{}", event.name)), operation("receive", module, event))
}

fn operation(action: &str, module: &str, event: &EventDescription) -> Value {
    let key = key(&event.name);
    json!({
        "action": action,
        "channel": { "$ref": format!("#/channels/{key}") },
        "messages": [{ "$ref": format!("#/channels/{key}/messages/{key}") }],
        "tags": [{ "name": module }],
    })
}

fn matched(module: &str, handler: &HandlerDescription) -> (String, Value) {
    let HandlerDescription { method, hears, documentation, .. } = handler;
    let operation = json!({
        "action": "receive",
        "channel": { "$ref": format!("#/channels/{}", key(hears)) },
        "tags": [{ "name": module }],
    });
    (key(&format!("receive.{module}.{method}.{hears}")), described(operation, documentation))
}

/// A key as the specification allows it. Different names have different keys: what stands between `-x` and `-` is no letter of
/// the name, and a `-` that stands before an `x` is written so, too.
fn key(name: &str) -> String {
    let mut key = String::new();
    let mut rest = name.chars().peekable();
    while let Some(character) = rest.next() {
        let is_plain = character.is_ascii_alphanumeric() || "._-".contains(character);
        if is_plain && !(character == '-' && rest.peek() == Some(&'x')) {
            key.push(character);
        } else {
            key.push_str(&format!("-x{:x}-", u32::from(character)));
        }
    }
    key
}

/// AsyncAPI knows an older JSON Schema, in which tuples are written otherwise.
fn to_draft_07(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(to_draft_07),
        Value::Object(entries) => {
            if entries.get("prefixItems").is_some_and(Value::is_array) {
                let (rest, first) = (entries.remove("items"), entries.remove("prefixItems"));
                entries.extend(first.map(|first| ("items".to_owned(), first)));
                entries.extend(rest.map(|rest| ("additionalItems".to_owned(), rest)));
            }
            entries.values_mut().for_each(to_draft_07);
        }
        _ => {}
    }
}
