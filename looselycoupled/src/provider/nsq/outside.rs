//! What tests and libFuzzer need of what arrives; no part of the public interface.

use super::body::Form;
pub use super::frames::{Frames, LONGEST, MessageId, Received};
use crate::provider::Envelope;

/// Reads the content of a message, as JSON or as CBOR.
///
/// # Errors
///
/// What the line of the log says.
pub fn event(content: &[u8], is_cbor: bool) -> Result<Envelope, String> {
    let form = if is_cbor { Form::Cbor } else { Form::Json };
    form.read("order", content)
}
