//! Who may ask, and whether it is he who asks.

mod guard;
mod hosts;
mod sessions;
mod users;

pub use guard::Visitor;
pub(super) use guard::{Guard, Identity};
pub(super) use hosts::is_host;
pub(super) use sessions::{Sessions, random};
pub(super) use users::Users;
pub use users::{HashError, hash_password};
