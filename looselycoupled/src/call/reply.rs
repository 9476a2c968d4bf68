//! What a call by name brings back.

use serde::de::DeserializeOwned;

use crate::value::{DecodeError, Value};

/// The result of a task that was called by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply(Value);

impl Reply {
    pub(crate) const fn new(value: Value) -> Self {
        Self(value)
    }

    /// The result as a Rust value.
    ///
    /// # Errors
    ///
    /// The result is not of this type; the error says what was expected and what was found.
    #[inline]
    pub fn get<T: FromReply>(self) -> Result<T, DecodeError> {
        self.0.decode()
    }

    /// The result as it came.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.0
    }

    /// The result as it came.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.0
    }
}

/// What a reply can be read as: everything that is `DeserializeOwned`.
#[diagnostic::on_unimplemented(
    message = "a reply cannot be read as `{Self}`",
    label = "say what it is: `let level: u8 = …`, or `.get::<u8>()`",
    note = "a type of your own derives `Serialize` and `Deserialize`"
)]
pub trait FromReply: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> FromReply for T {}
