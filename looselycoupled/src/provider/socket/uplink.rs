//! The way from a peer to its broker: by a socket, or in the same process.

use super::broker::{Broker, MemberId};
use super::outlet::{Outlet, Unsent};
use crate::provider::wire::Frame;
use crate::sync::Arc;

#[derive(Debug, Clone)]
pub(super) enum Uplink {
    Away(Arc<Outlet>),
    Here(Arc<Broker>, MemberId),
}

impl Uplink {
    pub(super) fn send(&self, frame: Frame) -> Result<(), Unsent> {
        match self {
            Self::Away(outlet) => outlet.send(&frame),
            Self::Here(broker, member) => {
                broker.take(*member, frame);
                Ok(())
            }
        }
    }

    pub(super) fn has_waiting(&self) -> bool {
        match self {
            Self::Away(outlet) => outlet.has_waiting(),
            Self::Here(..) => false,
        }
    }
}
