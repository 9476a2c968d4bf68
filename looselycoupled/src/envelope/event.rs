//! Types that are events.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::EventInfo;
use crate::schema::TypeSchema;
use crate::value::{DecodeError, EncodeError, Value, encode};

/// What can be turned into a value and back.
///
/// The traits of serde are no part of its head: each of them would be missed apart, and with a list of types that
/// have it.
#[diagnostic::on_unimplemented(
    message = "the content of `{Self}` cannot be sent",
    label = "needs `Serialize` and `Deserialize`",
    note = "derive them below `#[event]`: `#[derive(Debug, Clone, Serialize, Deserialize)]`"
)]
pub trait Content: Sized {
    #[doc(hidden)]
    fn to_value(&self) -> Result<Value, EncodeError>;
    #[doc(hidden)]
    fn from_value(value: Value) -> Result<Self, DecodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Content for T {
    fn to_value(&self) -> Result<Value, EncodeError> {
        encode(self)
    }

    fn from_value(value: Value) -> Result<Self, DecodeError> {
        value.decode()
    }
}

/// A type of which values can be broadcast. Made by `#[event]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "put `#[event]` above its derives: `#[event] #[derive(Debug, Clone, Serialize, Deserialize)] struct …`",
    note = "an event that has a name only is sent by `trigger_event` and heard by `#[on_event(\"motion\")]`"
)]
pub trait Event: Content + Send + Sync + 'static {
    /// The name under which it is broadcast.
    const NAME: &'static str;
    /// Everything that is known about it.
    const INFO: EventInfo;
    #[doc(hidden)]
    const SCHEMA: TypeSchema = TypeSchema::OPEN;
}
