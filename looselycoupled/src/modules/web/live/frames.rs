//! What is told of an event, as text.

use std::sync::Arc;

use serde::Serialize;

use super::super::time::now;
use crate::EventRecord;

/// All of an event but its content, which may not be JSON.
#[derive(Serialize)]
struct Head<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    event_name: &'a str,
    timestamp: String,
    subscription: &'a str,
    source: Option<&'a str>,
    transaction: String,
    parent: Option<String>,
    priority: crate::Priority,
}

#[derive(Serialize)]
struct Gap<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    subscription: &'a str,
    missed: u64,
}

/// What a client reads, and under which name a stream of events sends it.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) kind: &'static str,
    pub(super) text: Arc<str>,
    /// How many events it stands for: a gap tells of several.
    pub(super) events: u64,
    /// How many the topic had told before it, itself or by gaps.
    pub(super) before: u64,
}

impl Frame {
    /// Made once for all clients of a subscription.
    pub(super) fn of(record: &EventRecord, subscription: &str) -> Self {
        if let Some(missed) = record.gap().filter(|_| record.source().is_none()) {
            return Self::gap(subscription, missed);
        }
        let head = Head {
            kind: "event",
            event_name: record.name(),
            timestamp: now(),
            subscription,
            source: record.source(),
            transaction: record.transaction().to_string(),
            parent: record.parent().map(|parent| parent.to_string()),
            priority: record.priority(),
        };
        let data = record.value().map_err(ToString::to_string);
        let data = data.and_then(|value| value.to_json_text().map_err(|error| error.to_string()));
        let (key, data) = match data {
            Ok(data) => ("data", data),
            Err(error) => ("error", serde_json::Value::from(error).to_string()),
        };
        let mut text = serde_json::to_string(&head).unwrap_or_default();
        // The content is JSON already.
        text.pop();
        text.push_str(&format!(",\"{key}\":{data}}}"));
        Self { kind: "event", text: text.into(), events: 1, before: 0 }
    }

    pub(super) fn gap(subscription: &str, missed: u64) -> Self {
        let gap = Gap { kind: "gap", subscription, missed };
        let text = serde_json::to_string(&gap).unwrap_or_default();
        Self { kind: "gap", text: text.into(), events: missed, before: 0 }
    }
}
