//! What modules that listen have in common: secrets, certificates, a listener, and the connections that come of it.

mod certificate;
mod connection;
#[cfg(all(feature = "web", target_os = "linux"))]
mod descriptors;
mod error;
mod listener;
mod secret;
mod transport;
mod visitors;

pub(super) use certificate::{Certificate, Reloads};
pub(super) use connection::{Answers, Peer};
#[cfg(all(feature = "web", target_os = "linux"))]
pub(super) use descriptors::room_for;
pub use error::ListenError;
pub(super) use listener::{Listener, Place, Standing, serve};
pub(super) use secret::{PasswordSource, Secret};
pub(super) use visitors::{Crowd, Manners};
