//! Types that are events.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::EventInfo;

/// What can be turned into a value and back.
#[diagnostic::on_unimplemented(
    message = "the content of `{Self}` cannot be sent",
    label = "needs `Serialize` and `Deserialize`",
    note = "derive them below `#[event]`: `#[derive(Debug, Clone, Serialize, Deserialize)]`"
)]
pub trait Content: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Content for T {}

/// A type of which values can be broadcast. Made by `#[event]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "put `#[event]` above its derives: `#[event] #[derive(Debug, Clone, Serialize, Deserialize)] struct …`"
)]
pub trait Event: Content + Send + Sync + 'static {
    /// The name under which it is broadcast.
    const NAME: &'static str;
    /// Everything that is known about it.
    const INFO: EventInfo;
}
