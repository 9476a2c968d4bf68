//! What tests and libFuzzer need of what arrives; no part of the public interface.

pub use super::frames::{Frames, LONGEST, Received};
use super::request::{Arriving, read};
use crate::provider::Envelope;

/// Reads a message as a peer does that wants everything and knows no event; `None` for what a peer sends to itself.
///
/// # Errors
///
/// What the line of the log says.
pub fn event(text: &[u8]) -> Result<Option<Envelope>, String> {
    match read(text, |_| true, |_| None) {
        Ok(Arriving::Event(event)) => Ok(Some(event)),
        Ok(_) => Ok(None),
        Err(unreadable) => Err(format!("{}: {}", unreadable.what, unreadable.why)),
    }
}
