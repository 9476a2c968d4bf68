//! Events: what they carry, who sends them and who hears them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FieldDescription, HeardBy, SourceLocation};
use crate::envelope::EventShape;

/// An event that is known before one is sent.
///
/// Who sends it and who hears it is told as far as it is known: senders need not say what they send, and whoever subscribes
/// while the application runs is listed by [`Handle::subscriptions`](crate::Handle::subscriptions) only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventDescription {
    /// Its name.
    pub name: String,
    /// Whether it is one of the framework's own, which nobody else sends.
    pub own: bool,
    /// Its type: the one that a handler names, or else the only one of the program that is called so.
    pub event_type: Option<EventTypeDescription>,
    /// Its fields: those of its type, otherwise those that its senders say it has, otherwise those that handlers want.
    pub fields: Vec<FieldDescription>,
    /// The JSON Schema of its content, from the same source as its fields.
    pub schema: Value,
    /// Who is known to send it.
    pub emitters: Vec<EmitterDescription>,
    /// Whose code is known to hear it.
    pub listeners: Vec<ListenerDescription>,
}

impl EventDescription {
    /// The documentation of its type; empty where it has none.
    #[must_use]
    pub fn documentation(&self) -> &str {
        self.event_type.as_ref().map_or("", |known| &known.documentation)
    }
}

/// The type of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventTypeDescription {
    /// The type's name.
    pub type_name: String,
    /// How it is built.
    pub shape: EventShape,
    /// Its documentation.
    pub documentation: String,
    /// Where it stands.
    pub location: SourceLocation,
    /// Whether providers keep it, where its route does not say otherwise.
    pub durable: bool,
    /// Whether all processes hear it, rather than one for each listener.
    pub broadcast: bool,
}

/// How it is known that a module sends an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EmittedBy {
    /// The module says so: `emits(…)`.
    Declaration,
    /// The module's event is connected or forwarded to somewhere.
    Connection,
    /// Another event is forwarded to this one.
    Forward,
}

/// A module that sends an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmitterDescription {
    /// The name of the module.
    pub module: String,
    /// How that is known.
    pub by: EmittedBy,
}

/// A handler that hears an event, or a task that is connected to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListenerDescription {
    /// The name of the module.
    pub module: String,
    /// The method of the handler, or the name of the task.
    pub method: String,
    /// How it came to the event.
    pub by: HeardBy,
    /// The one module whose event it is; that of any module where there is none.
    pub from: Option<String>,
}
