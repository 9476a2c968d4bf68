//! One event on its way: shared by everybody who receives it.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use super::payload::{Arrived, Forwarded, Missing, Named, Payload, Typed, part, parts, shaped};
use super::{Event, EventShape, GAP};
use crate::event_loop::Missed;
use crate::metadata::{Headers, Lineage, MessageId, ModuleIndex, Priority, TransactionId};
use crate::sync::{Arc, AtomicU64, OnceLock, Ordering};
use crate::value::{Arguments, DecodeError, EncodeError, Readable, Value};

type Decoded = Result<Box<dyn Any + Send + Sync>, DecodeError>;

struct Record<P: ?Sized> {
    name: Cow<'static, str>,
    source: Option<Arc<str>>,
    lineage: Lineage,
    /// Named when the first receiver asks or passes it on, then the same for all.
    transaction: AtomicU64,
    value: OnceLock<Result<Value, EncodeError>>,
    decoded: OnceLock<Decoded>,
    payload: P,
}

/// An event: its name, its content, and where it comes from.
///
/// Cloning is cheap; all receivers share one allocation. The content is there in two forms, whichever way it was
/// sent: as a Rust value ([`typed`](Self::typed)) and by names ([`field`](Self::field)); the other form is made when
/// first asked for, once for all receivers.
#[derive(Clone)]
pub struct EventRecord(Arc<Record<dyn Payload>>);

impl fmt::Debug for EventRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("EventRecord");
        debug.field("name", &self.name()).field("source", &self.source());
        match self.value() {
            Ok(value) => debug.field("value", value),
            Err(error) => debug.field("error", error),
        };
        debug.finish_non_exhaustive()
    }
}

impl EventRecord {
    pub(crate) fn typed_from<E: Event>(event: E, lineage: Lineage, source: Option<Arc<str>>) -> Self {
        Self::new(Cow::Borrowed(E::NAME), Typed(event), lineage, source)
    }

    /// # Errors
    ///
    /// An argument could not be turned into a value.
    pub(crate) fn named_from(
        name: &str,
        arguments: Arguments,
        lineage: Lineage,
        source: Option<Arc<str>>,
    ) -> Result<Self, crate::value::ArgumentError> {
        let value = arguments.into_value()?;
        Ok(Self::new(Cow::Owned(name.to_owned()), Named(value), lineage, source))
    }

    /// An event that has come from another process.
    pub(crate) fn arrived(name: &str, arrived: Arrived, lineage: Lineage, source: Arc<str>) -> Self {
        Self::new(Cow::Owned(name.to_owned()), arrived, lineage, Some(source))
    }

    /// Tells a handler's module that events for that handler were lost.
    pub(crate) fn of_gap(
        handler: &'static str,
        event: Arc<str>,
        missed: Arc<Missed>,
        lineage: Lineage,
    ) -> Self {
        Self::new(Cow::Borrowed(GAP), Missing { handler, event, missed }, lineage, None)
    }

    /// The same event once more, as the first of another transaction. All of them share their content.
    pub(crate) fn again(&self, lineage: Lineage) -> Self {
        let (name, source) = (self.0.name.clone(), self.0.source.clone());
        Self::new(name, Forwarded { first: self.first().clone(), hops: self.hops() }, lineage, source)
    }

    /// The same event in the name of another module.
    pub(crate) fn forwarded(&self, module: ModuleIndex, source: Arc<str>, name: &str) -> Self {
        let forwarded = Forwarded { first: self.first().clone(), hops: self.hops().saturating_add(1) };
        let lineage = Lineage { source: module, ..self.lineage() };
        Self::new(Cow::Owned(name.to_owned()), forwarded, lineage, Some(source))
    }

    fn new<P: Payload + 'static>(
        name: Cow<'static, str>,
        payload: P,
        lineage: Lineage,
        source: Option<Arc<str>>,
    ) -> Self {
        Self(Arc::new(Record {
            name,
            source,
            transaction: AtomicU64::new(lineage.transaction),
            lineage,
            value: OnceLock::new(),
            decoded: OnceLock::new(),
            payload,
        }))
    }

    /// The name under which it was broadcast.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The module that sent it; `None` for senders outside of every module. Of an event that has come from another process
    /// `process/module`, or `process`.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The process from which it has come; `None` if it was sent in this one. One that was sent in this one and handed over to a provider,
    /// since it is durable or for a group, has come from there.
    #[must_use]
    pub fn process(&self) -> Option<&str> {
        self.first().0.payload.process()
    }

    /// Whether it is a durable event that has come to this process, or to another of its group, before, and may have been handled
    /// there: whoever handled it has gone before it could say so.
    #[must_use]
    pub fn is_redelivered(&self) -> bool {
        self.first().0.payload.is_redelivered()
    }

    /// The transaction to which it belongs.
    #[must_use]
    pub fn transaction(&self) -> TransactionId {
        let known = self.0.transaction.load(Ordering::Acquire);
        if let Some(id) = TransactionId::from_raw(known) {
            return id;
        }
        let made = TransactionId::new();
        match self.0.transaction.compare_exchange(0, made.raw(), Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => made,
            Err(first) => TransactionId::from_raw(first).unwrap_or(made),
        }
    }

    /// The message during whose handling it was sent.
    #[must_use]
    pub fn parent(&self) -> Option<MessageId> {
        MessageId::from_raw(self.0.lineage.parent)
    }

    /// The priority at which it is handled.
    #[must_use]
    pub fn priority(&self) -> Priority {
        self.0.lineage.priority
    }

    /// The headers that it carries.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.0.lineage.headers
    }

    /// How often it was [forwarded](crate::Handle::forward) before it came here.
    #[must_use]
    pub fn hops(&self) -> u8 {
        self.0.payload.forwarded().map_or(0, |forwarded| forwarded.hops)
    }

    /// The record whose content this one has.
    fn first(&self) -> &Self {
        self.0.payload.forwarded().map_or(self, |forwarded| &forwarded.first)
    }

    /// The content by names. A typed event is turned into a value once, when first asked.
    ///
    /// # Errors
    ///
    /// The event's type cannot be turned into a value; the error says why.
    pub fn value(&self) -> Result<&Value, &EncodeError> {
        if let Some(known) = self.0.value.get() {
            return known.as_ref();
        }
        let first = &self.first().0;
        first.value.get_or_init(|| first.payload.to_value()).as_ref()
    }

    /// The content as a Rust value. An event that was sent by name is decoded once, when first asked.
    ///
    /// # Errors
    ///
    /// The content does not fit the type, or the event carries a value of another type.
    pub fn typed<E: Event>(&self) -> Result<&E, DecodeError> {
        let sent: &dyn Any = &self.0.payload;
        if let Some(Typed(event)) = sent.downcast_ref() {
            return Ok(event);
        }
        self.decoded()
    }

    #[cold]
    fn decoded<E: Event>(&self) -> Result<&E, DecodeError> {
        let sent: &dyn Any = &self.first().0.payload;
        if let Some(Typed(event)) = sent.downcast_ref() {
            return Ok(event);
        }
        if self.0.payload.is_typed() {
            return Err(self.other_type::<E>());
        }
        match self.0.decoded.get_or_init(|| self.decode::<E>()) {
            Ok(decoded) => decoded.downcast_ref().ok_or_else(|| self.other_type::<E>()),
            Err(error) => Err(error.clone()),
        }
    }

    fn decode<E: Event>(&self) -> Decoded {
        let value = self.value().map_err(|error| DecodeError::custom(error.to_string()))?.clone();
        let event = E::from_value(shaped(value, E::INFO.shape, E::INFO.fields.len())?)?;
        Ok(Box::new(event))
    }

    fn other_type<E: Event>(&self) -> DecodeError {
        DecodeError::custom(format!(
            "event `{}` carries another type than `{}`",
            self.name(),
            E::INFO.type_name
        ))
    }

    /// One field of the content, if there is one of this name.
    pub(crate) fn part(&self, name: &str) -> Result<Option<&Value>, DecodeError> {
        let value = self.value().map_err(|error| DecodeError::custom(error.to_string()))?;
        Ok(part(value, self.0.payload.shape(), name))
    }

    /// The fields of the content in their order.
    pub(crate) fn parts(&self) -> Result<Vec<&Value>, DecodeError> {
        let value = self.value().map_err(|error| DecodeError::custom(error.to_string()))?;
        Ok(parts(value, self.0.payload.shape()))
    }

    /// One field of the content.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is of another type.
    pub fn field<T: Readable>(&self, name: &str) -> Result<T, DecodeError> {
        let part = self.part(name)?.ok_or_else(|| DecodeError::missing_field(name))?;
        part.decode_ref().map_err(|error| error.in_field(name))
    }

    /// One field of the content, or something else where there is no such field.
    ///
    /// # Errors
    ///
    /// The field is there, but of another type.
    pub fn field_or<T: Readable>(&self, name: &str, default: impl FnOnce() -> T) -> Result<T, DecodeError> {
        match self.part(name)? {
            Some(part) => part.decode_ref().map_err(|error| error.in_field(name)),
            None => Ok(default()),
        }
    }

    /// How many events are missing here, if this record tells of that: the framework's own `gap`.
    #[must_use]
    pub fn gap(&self) -> Option<u64> {
        if self.0.payload.is_gap() { self.field("count").ok() } else { None }
    }

    /// How the content is built.
    #[must_use]
    pub fn shape(&self) -> EventShape {
        self.0.payload.shape()
    }

    /// Only before the event is shared.
    pub(crate) fn set_priority(&mut self, priority: Priority) {
        if let Some(record) = Arc::get_mut(&mut self.0) {
            record.lineage.priority = priority;
        }
    }

    /// The same event with other headers. Whoever has a copy keeps the old ones.
    pub(crate) fn with_headers(mut self, headers: Headers) -> Self {
        if let Some(record) = Arc::get_mut(&mut self.0) {
            record.lineage.headers = headers;
            return self;
        }
        self.again(Lineage { headers, ..self.lineage() })
    }

    pub(crate) fn counted_source(&self) -> Option<Arc<str>> {
        self.0.source.clone()
    }

    pub(crate) fn sender(&self) -> ModuleIndex {
        self.0.lineage.source
    }

    /// What a message inherits that is sent while the event is handled. The transaction is named, so that all
    /// receivers inherit the same.
    pub(crate) fn lineage(&self) -> Lineage {
        let mut lineage = self.0.lineage.clone();
        lineage.transaction = self.0.transaction.load(Ordering::Relaxed);
        lineage
    }
}
