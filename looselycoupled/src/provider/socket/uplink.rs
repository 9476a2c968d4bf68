//! The way from a peer to its broker: by a socket, or in the same process.

use super::broker::{Broker, MemberId};
use super::mail::may_be_sent;
use super::outlet::{Outlet, Unsent};
use crate::provider::wire::Frame;
use crate::sync::{Arc, Weak};

#[derive(Debug, Clone)]
pub(super) enum Uplink {
    Away(Arc<Outlet>),
    Here(Arc<Broker>, MemberId),
}

impl Uplink {
    pub(super) fn send(&self, frame: Frame) -> Result<(), Unsent> {
        may_be_sent(&frame)?;
        match self {
            Self::Away(outlet) => outlet.send(&frame),
            Self::Here(broker, member) => {
                broker.take(*member, frame);
                Ok(())
            }
        }
    }

    /// The same for as long as the connection is there: whoever has it does not keep it open.
    pub(super) fn downgrade(&self) -> Passing {
        match self {
            Self::Away(outlet) => Passing::Away(Arc::downgrade(outlet)),
            Self::Here(broker, member) => Passing::Here(Arc::clone(broker), *member),
        }
    }

    pub(super) fn has_waiting(&self) -> bool {
        match self {
            Self::Away(outlet) => outlet.has_waiting(),
            Self::Here(..) => false,
        }
    }
}

/// An uplink that may be gone.
#[derive(Debug, Clone)]
pub(super) enum Passing {
    Away(Weak<Outlet>),
    Here(Arc<Broker>, MemberId),
}

impl Passing {
    pub(super) fn send(&self, frame: Frame) -> Result<(), Unsent> {
        let uplink = match self {
            Self::Away(outlet) => outlet.upgrade().map(Uplink::Away),
            Self::Here(broker, member) => Some(Uplink::Here(Arc::clone(broker), *member)),
        };
        uplink.ok_or(Unsent::Closed)?.send(frame)
    }
}
