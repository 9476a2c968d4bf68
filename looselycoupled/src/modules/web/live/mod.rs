//! Events as they come, for clients at their own pace.

mod feeds;
mod frames;
mod hub;
mod requests;
mod socket;
mod stream;

pub(super) use hub::Hub;
pub(super) use socket::{Seat, attend};
pub(super) use stream::stream;
