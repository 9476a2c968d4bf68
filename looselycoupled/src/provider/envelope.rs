//! What travels between processes.

use std::time::Duration;

use super::way::Ids;
use crate::envelope::{Arrived, EventRecord, EventShape};
use crate::metadata::{Headers, Lineage, ModuleIndex, Priority, TransactionId};
use crate::value::Value;

/// An event or a call between two processes.
///
/// Providers carry all three parts and need not look into them. The framework's own headers begin with `lc-`; those of users and
/// interceptors lie beside them.
///
/// | header | |
/// |---|---|
/// | `lc-transaction` | the transaction, as `20261121-091500-000042` |
/// | `lc-priority` | `highest`, `high`, `normal`, `low` or `lowest` |
/// | `lc-source` | who sent it: `process/module`, or `process` |
/// | `lc-depth` | how many messages lie between the origin and this one |
/// | `lc-deadline-ms` | of a call: how many milliseconds are left |
/// | `lc-shape` | of an event whose type is no struct: `tuple`, `unit` or `enum` |
/// | `lc-id` | of a durable event: what no other one has, by which repeats are recognised |
/// | `lc-group` | of an event that comes because of a group, on its last way: the group |
/// | `lc-redelivered` | of a durable event: `yes` if it may have been handled before |
/// | `lc-chain` | of a call: who waits for it, in which process |
/// | `lc-mode` | of a call: `task` if it is to be put in line, and nobody waits for its result; `describe` if its name is that of a module, and it asks what that looks like |
/// | `traceparent` | the trace context of the W3C, if the interceptor `TraceContext` is at work |
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// The name of the event, or the address of the task.
    pub name: Box<str>,
    /// Texts by names of lower case.
    pub headers: Headers,
    /// The fields of the event, or the arguments of the task, by name.
    pub body: Value,
}

pub(super) const TRANSACTION: &str = "lc-transaction";
pub(super) const PRIORITY: &str = "lc-priority";
pub(super) const SOURCE: &str = "lc-source";
pub(super) const DEPTH: &str = "lc-depth";
pub(super) const DEADLINE: &str = "lc-deadline-ms";
pub(super) const SHAPE: &str = "lc-shape";
pub(super) const MODE: &str = "lc-mode";
pub(super) const CHAIN: &str = "lc-chain";
pub(super) const GROUP: &str = "lc-group";
pub(super) const ID: &str = "lc-id";
pub(super) const REDELIVERED: &str = "lc-redelivered";
/// The mode of what nobody waits for.
pub(super) const TASK: &str = "task";
pub(super) const DESCRIBE: &str = "describe";

const OWN: &str = "lc-";

/// What a message says beside its content when it leaves its process.
#[derive(Debug)]
pub(super) struct Origin {
    /// `process/module`, or `process`.
    pub(super) source: String,
    pub(super) lineage: Lineage,
}

impl Envelope {
    pub(super) fn of_event(record: &EventRecord, process: &str, body: Value) -> Self {
        let origin = Origin { source: source(process, record.source()), lineage: record.lineage() };
        let headers = match shape_name(record.shape()) {
            Some(shape) => origin.headers().with(SHAPE, shape),
            None => origin.headers(),
        };
        Self { name: record.name().into(), headers, body }
    }

    /// The event for who hears it here.
    pub(super) fn into_record(self) -> EventRecord {
        let lineage = self.lineage();
        let source = self.headers.get(SOURCE).unwrap_or("?");
        let process = source.split_once('/').map_or(source, |(process, _)| process).into();
        let shape = self.headers.get(SHAPE).and_then(shape_named).unwrap_or(match &self.body {
            Value::Map(_) => EventShape::Struct,
            Value::Null => EventShape::Unit,
            _ => EventShape::Tuple,
        });
        let redelivered = self.headers.get(REDELIVERED).is_some();
        let arrived = Arrived { shape, process, redelivered, value: self.body };
        EventRecord::arrived(&self.name, arrived, lineage, source.into())
    }

    /// The same as a durable event.
    pub(super) fn identified(self, ids: &Ids) -> Self {
        Self { headers: self.headers.with(ID, &ids.next()), ..self }
    }

    /// What is left of a call's time.
    pub(super) fn time_left(&self) -> Option<Duration> {
        self.headers.get(DEADLINE)?.parse().ok().map(Duration::from_millis)
    }

    pub(super) fn is_task(&self) -> bool {
        self.headers.get(MODE) == Some(TASK)
    }

    /// Whether it asks what a module looks like.
    pub(super) fn is_question(&self) -> bool {
        self.headers.get(MODE) == Some(DESCRIBE)
    }

    /// The process from which it comes.
    #[must_use]
    pub fn process(&self) -> Option<&str> {
        let source = self.headers.get(SOURCE)?;
        Some(source.split_once('/').map_or(source, |(process, _)| process))
    }

    /// What is handled here because of it inherits.
    pub(super) fn lineage(&self) -> Lineage {
        let transaction = self.headers.get(TRANSACTION).and_then(|text| text.parse::<TransactionId>().ok());
        let priority = self.headers.get(PRIORITY).and_then(priority).unwrap_or_default();
        let depth = self.headers.get(DEPTH).and_then(|text| text.parse().ok()).unwrap_or(0);
        let foreign = self.headers.iter().filter(|(name, _)| !name.starts_with(OWN));
        let headers = foreign.fold(Headers::new(), |headers, (name, value)| headers.with(name, value));
        Lineage {
            transaction: transaction.map_or(0, TransactionId::raw),
            depth,
            headers,
            ..Lineage::root(ModuleIndex::OUTSIDE, priority)
        }
    }
}

impl Origin {
    pub(super) fn headers(&self) -> Headers {
        let Lineage { transaction, depth, priority, headers, .. } = &self.lineage;
        let mut all = headers.clone();
        if let Some(transaction) = TransactionId::from_raw(*transaction) {
            all = all.with(TRANSACTION, &transaction.to_string());
        }
        all.with(PRIORITY, &priority.to_string()).with(SOURCE, &self.source).with(DEPTH, &depth.to_string())
    }
}

pub(super) fn source(process: &str, module: Option<&str>) -> String {
    module.map_or_else(|| process.to_owned(), |module| format!("{process}/{module}"))
}

/// `None` for what needs no word.
const fn shape_name(shape: EventShape) -> Option<&'static str> {
    match shape {
        EventShape::Struct => None,
        EventShape::Tuple => Some("tuple"),
        EventShape::Unit => Some("unit"),
        EventShape::Enum => Some("enum"),
    }
}

fn shape_named(name: &str) -> Option<EventShape> {
    let shapes = [EventShape::Tuple, EventShape::Unit, EventShape::Enum];
    shapes.into_iter().find(|shape| shape_name(*shape) == Some(name))
}

fn priority(text: &str) -> Option<Priority> {
    Value::from(text.to_owned()).decode().ok()
}
