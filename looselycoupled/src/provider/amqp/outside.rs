//! What tests and libFuzzer need of what arrives; no part of the public interface.

use fe2o3_amqp::types::messaging::{Body, Message};
use fe2o3_amqp::types::primitives::Value;

use super::encoding::check_message;
pub use super::sieve::Sieve;
use super::{AmqpAddresses, mail};
use crate::provider::{Envelope, Subscription};

/// Whether the crate that decodes messages is given this one.
#[must_use]
pub fn is_sound(message: &[u8]) -> bool {
    check_message(message).is_ok()
}

/// Reads a message as one does that has subscribed to an event.
///
/// # Errors
///
/// What the line of the log says.
pub fn event(message: Message<Body<Value>>) -> Result<Envelope, String> {
    let subscription = Subscription::to("order");
    mail::read(message, AmqpAddresses::Artemis, &subscription).map_err(|error| error.to_string())
}
