//! What events look like on their way.

mod event;
mod info;
mod payload;
mod record;

pub use event::{Content, Event};
pub use info::{EventInfo, EventShape, EventTypeInfo, FieldInfo, Location};
pub use record::EventRecord;
