//! What interceptors see of a message.

use crate::envelope::EventRecord;
use crate::metadata::{Headers, Lineage, MessageId, Priority, TransactionId};
use crate::statistics::MessageKind;
use crate::sync::Arc;

/// A message that has not been sent yet, as [interceptors](super::Interceptor) see it.
#[derive(Debug)]
pub struct Message {
    kind: MessageKind,
    name: Box<str>,
    source: Option<Arc<str>>,
    lineage: Lineage,
    event: Option<EventRecord>,
}

impl Message {
    /// A call or a task, by its address.
    pub(crate) fn of_task(
        is_awaited: bool,
        address: Box<str>,
        source: Option<Arc<str>>,
        lineage: Lineage,
    ) -> Self {
        let kind = if is_awaited { MessageKind::Call } else { MessageKind::Task };
        Self { kind, name: address, source, lineage, event: None }
    }

    pub(crate) fn of_event(record: EventRecord) -> Self {
        Self {
            kind: MessageKind::Event,
            name: record.name().into(),
            source: record.counted_source(),
            lineage: record.lineage(),
            event: Some(record),
        }
    }

    pub(crate) fn into_lineage(self) -> Lineage {
        self.lineage
    }

    /// Whether somebody waits for a result ([`Call`](MessageKind::Call)), a task is put in line ([`Task`](MessageKind::Task)), or an
    /// event is sent.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        self.kind
    }

    /// The address of the task, `module.task`, or the name of the event.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The module that sends it; `None` for senders outside of every module.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// The event with its content, if it is one. Its headers are those before the first interceptor.
    #[must_use]
    pub const fn event(&self) -> Option<&EventRecord> {
        self.event.as_ref()
    }

    /// The transaction that it continues; `None` if it begins one.
    #[must_use]
    pub fn transaction(&self) -> Option<TransactionId> {
        TransactionId::from_raw(self.lineage.transaction)
    }

    /// The message during whose handling it is sent.
    #[must_use]
    pub fn parent(&self) -> Option<MessageId> {
        MessageId::from_raw(self.lineage.parent)
    }

    /// The priority at which it is to be handled.
    #[must_use]
    pub const fn priority(&self) -> Priority {
        self.lineage.priority
    }

    /// The headers that it carries by now.
    #[must_use]
    pub const fn headers(&self) -> &Headers {
        &self.lineage.headers
    }

    /// The text of one header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.lineage.headers.get(name)
    }

    /// Gives it a header, or another text for one. Names that are to leave the process are lower case, of visible ASCII characters,
    /// and do not begin with `lc-`.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.lineage.headers = std::mem::take(&mut self.lineage.headers).with(name, value);
    }

    /// Takes a header away; false if there was none.
    pub fn remove_header(&mut self, name: &str) -> bool {
        let was_there = self.header(name).is_some();
        if was_there {
            self.lineage.headers = std::mem::take(&mut self.lineage.headers).without(name);
        }
        was_there
    }
}
