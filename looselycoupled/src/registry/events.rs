//! Every `#[event]` that is linked into this program.

use std::path::Path;

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

/// Whether a type belongs to a module that comes with the framework: it is in the program because of a feature, not because anybody wants it.
pub(crate) fn comes_along(listed: &EventTypeInfo) -> bool {
    let modules = Path::new(file!()).ancestors().nth(2).map(|sources| sources.join("modules"));
    modules.is_some_and(|modules| Path::new(listed.info.location.file).starts_with(modules))
}
