//! What events look like on their way.

mod acknowledgement;
mod event;
mod info;
mod own;
mod payload;

mod record;

pub(crate) use acknowledgement::{Acknowledgement, Acknowledgements};
pub use event::{Content, Event};
pub use info::{EventInfo, EventShape, EventTypeInfo, FieldInfo, Location};
pub(crate) use own::{
    BECOMING_IDLE, EXCEPTION, GAP, LOOP_ACTIVE, LOOP_IDLE, LOOP_STARTED, LOOP_STOPPED, PROVIDER_STATE, is_own,
};
pub(crate) use payload::Arrived;
pub use record::EventRecord;
