//! What tests and libFuzzer need of what arrives; no part of the public interface.

pub use super::frames::{Frame, FrameError, Frames, LONGEST, Received};
use crate::provider::{Envelope, Subscription};

/// Reads a frame as one does that has subscribed to an event.
///
/// # Errors
///
/// What the line of the log says.
pub fn event(frame: &Frame) -> Result<Envelope, String> {
    super::mail::read(frame, &Subscription::to("order")).map_err(|error| error.to_string())
}
