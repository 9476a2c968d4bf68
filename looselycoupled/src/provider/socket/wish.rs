//! What a process asks the broker for.

use super::mail::{DURABLE, GROUP};
use crate::provider::Subscription;
use crate::provider::wire::{Frame, FrameError, FrameHeaders, Kind};

/// What a process wants to come to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    Event(Subscription),
    Module(String),
}

impl Wish {
    pub(super) fn frame(&self, id: u64, is_wanted: bool) -> Result<Frame, FrameError> {
        let (kind, name) = match (self, is_wanted) {
            (Self::Event(subscription), true) => (Kind::Subscribe, &*subscription.event),
            (Self::Event(subscription), false) => (Kind::Unsubscribe, &*subscription.event),
            (Self::Module(name), true) => (Kind::Serve, &**name),
            (Self::Module(name), false) => (Kind::Unserve, &**name),
        };
        let mut headers = FrameHeaders::new();
        if let Self::Event(Subscription { group, is_durable, .. }) = self {
            group.iter().try_for_each(|group| headers.push(GROUP, group))?;
            is_durable.then(|| headers.push(DURABLE, "yes")).transpose()?;
        }
        Ok(Frame::new(kind, id).named(name).with_headers(headers))
    }
}
