//! Who answers what a Prometheus server asks.

use std::future::{Future, ready};
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use warp::reply::Response;

use super::access::Credentials;
use super::pages;
use super::shared::Shared;
use crate::modules::serving::{Answers, Crowd, Manners, Peer, Reloads};
use crate::prelude::*;

pub(super) const MANNERS: Manners = Manners {
    what: "the metrics",
    connections: 64,
    crowd: Crowd::OldestGoes,
    opening: Duration::from_secs(5),
    exchange: Some(EXCHANGE),
    stall: EXCHANGE,
};

/// Whoever reads slower than that would hold its place for ever.
const EXCHANGE: Duration = Duration::from_secs(30);

/// What every answer needs.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) handle: Handle,
    pub(super) shared: Arc<Shared>,
    pub(super) access: Option<Credentials>,
}

impl Answers for Desk {
    // Not by warp's filters: its path panics for requests that have none, such as `CONNECT`.
    fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        _peer: &Peer,
    ) -> impl Future<Output = Response> + Send {
        ready(pages::answer(self, request.method(), request.uri().path(), request.headers()))
    }

    fn reloads(&self) -> &Reloads {
        &self.shared.standing.reloads
    }

    fn closed(&self) {
        self.shared.standing.leave();
    }
}
