//! Broadcasting events, and listening to them.

mod callback;
mod calling;
mod connect;
mod delayed;
mod inbox;
mod labels;
mod on;
mod registration;
mod stream;
mod trigger;
mod typed;
mod wait;

pub use callback::CallbackResult;
pub(crate) use calling::Venue;
pub use connect::Wire;
pub(crate) use connect::{Fitting, Inspector, Modules};
pub(crate) use labels::{GuestLabels, HOSTED};
pub use on::Subscription;
pub(crate) use on::{on, once};
pub use registration::{SubscriptionId, SubscriptionInfo};
pub use stream::EventStream;
pub use trigger::Trigger;
pub(crate) use trigger::{EXIT, own_event, publish, publish_on};
pub use typed::TypedEvent;
pub use wait::WaitFor;
