//! Events as values of their types.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use crate::envelope::{Event, EventRecord};
use crate::error::WaitError;

/// An event of a type, with everything that is known about it. It can be used like the event itself.
pub struct TypedEvent<E> {
    record: EventRecord,
    of_type: PhantomData<fn() -> E>,
}

impl<E: Event> TypedEvent<E> {
    pub(super) fn new(record: EventRecord) -> Result<Self, WaitError> {
        record.typed::<E>()?;
        Ok(Self { record, of_type: PhantomData })
    }

    /// Where it comes from, and what it stands in connection with.
    #[must_use]
    pub const fn record(&self) -> &EventRecord {
        &self.record
    }
}

impl<E: Event> Deref for TypedEvent<E> {
    type Target = E;

    #[expect(clippy::unreachable, reason = "it has been read once, and is kept since")]
    fn deref(&self) -> &E {
        self.record.typed().unwrap_or_else(|error| unreachable!("{error}"))
    }
}

impl<E> Clone for TypedEvent<E> {
    fn clone(&self) -> Self {
        Self { record: self.record.clone(), of_type: PhantomData }
    }
}

impl<E: Event + fmt::Debug> fmt::Debug for TypedEvent<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
