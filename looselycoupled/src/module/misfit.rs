//! An event that is not what its handler asks for.

use std::fmt;

use super::{Context, HandlerInfo, SubscriptionInfo, TaskInfo};
use crate::envelope::EventRecord;
use crate::reply::BoxError;
use crate::sync::Arc;
use crate::value::DecodeError;

/// Why a handler could not be given an event: told at the receiver, since nobody waits for it.
#[derive(Debug)]
struct Misfit {
    event: String,
    source: Option<String>,
    module: Arc<str>,
    handler: &'static HandlerInfo,
    cause: DecodeError,
}

/// The error of a handler that an event does not fit.
#[cold]
#[must_use]
pub fn misfit(
    handler: &'static HandlerInfo,
    context: &Context,
    event: &EventRecord,
    cause: DecodeError,
) -> BoxError {
    let source = event.source().map(str::to_owned);
    Box::new(Misfit { event: event.name().to_owned(), source, module: context.name().into(), handler, cause })
}

impl Misfit {
    /// The type of a field, as it is written where it is asked for.
    fn type_of(&self, field: &str) -> Option<&'static str> {
        match &self.handler.subscription {
            SubscriptionInfo::Typed(of_type) => {
                of_type.info.fields.iter().find(|known| known.name == field).map(|known| known.type_name)
            }
            SubscriptionInfo::Named { fields, .. } => {
                fields.iter().find(|known| known.name == field).map(|known| known.type_name)
            }
            SubscriptionInfo::Pattern(_) => None,
        }
    }

    fn write_field(&self, f: &mut fmt::Formatter<'_>, what: &str, field: &str) -> fmt::Result {
        write!(f, "{what} field `{field}`")?;
        self.type_of(field).map_or(Ok(()), |type_name| write!(f, " of type `{type_name}`"))
    }
}

/// The error of a connected task that an event does not fit.
#[cold]
pub(crate) fn unfit(
    task: &TaskInfo,
    module: &str,
    event: &EventRecord,
    cause: impl fmt::Display,
) -> BoxError {
    let event = Sent { event: event.name(), source: event.source() };
    format!("{event} does not fit `{module}.{}`: {cause}", task.name).into()
}

/// An event in a message.
struct Sent<'a> {
    event: &'a str,
    source: Option<&'a str>,
}

impl fmt::Display for Sent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event `{}` ", self.event)?;
        match self.source {
            Some(source) => write!(f, "from `{source}`"),
            None => f.write_str("from outside"),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let event = Sent { event: &self.event, source: self.source.as_deref() };
        write!(f, "{event} does not fit `{}.{}`", self.module, self.handler.method)?;
        if let SubscriptionInfo::Typed(of_type) = &self.handler.subscription {
            write!(f, ", which wants `{}`", of_type.info.type_name)?;
        }
        f.write_str(": ")?;
        match self.cause.by_field() {
            Some((field, None)) => self.write_field(f, "missing", &field),
            Some((field, Some(inside))) => {
                self.write_field(f, "invalid", &field)?;
                write!(f, ": {inside}")
            }
            None => self.cause.fmt(f),
        }
    }
}

// What is wrong with the field is part of the message, hence no source.
impl std::error::Error for Misfit {}
