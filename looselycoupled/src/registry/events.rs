//! Every `#[event]` that is linked into this program.

use crate::envelope::{Event, EventTypeInfo};

/// One type of event.
#[derive(Debug)]
pub struct ListedEvent(EventTypeInfo);

impl ListedEvent {
    /// What `#[event]` lists.
    #[must_use]
    pub const fn of<E: Event>() -> Self {
        Self(EventTypeInfo::of::<E>())
    }
}

inventory::collect!(ListedEvent);

/// All of them, in the order of their places in the source.
pub(crate) fn listed_events() -> Vec<EventTypeInfo> {
    let mut types: Vec<_> = inventory::iter::<ListedEvent>().map(|listed| listed.0).collect();
    types.sort_by_key(|known| (known.info.location.file, known.info.location.line));
    types
}
