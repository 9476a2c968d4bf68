//! What a panic said.

use std::any::Any;

/// A caught panic.
#[derive(Debug, Clone)]
pub(crate) struct Panic {
    pub(crate) message: String,
}

impl Panic {
    pub(crate) fn new(message: &str) -> Self {
        Self { message: message.to_owned() }
    }

    pub(crate) fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::new(text.unwrap_or("a payload that is no text"))
    }
}
