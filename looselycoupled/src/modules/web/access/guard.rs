//! What every request has to pass.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::QuantaClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use headers::authorization::Bearer;
use headers::{Authorization, Cookie, HeaderMapExt};
use hyper::Request;
use hyper::body::Incoming;
use warp::http::header::{RETRY_AFTER, SEC_WEBSOCKET_KEY, WWW_AUTHENTICATE};
use warp::http::uri::Authority;
use warp::http::{HeaderMap, HeaderName, Method};

use super::super::config::WebConfig;
use super::super::problem::{Problem, Refusal};
use super::hosts::{Hosts, same_origin};
use super::sessions::Session;
use super::{Sessions, Users};
use crate::modules::serving::{Listener, Peer, Secret};
use crate::prelude::*;

/// What a page sends beside its cookie.
const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// What browsers say of the page that asks.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// How often somebody may try to log in, in a minute.
const LOGINS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// Of more addresses than these the forgotten ones go.
const ADDRESSES: usize = 10_000;

type Limiter = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, QuantaClock>;

/// Who asks. Filters of [`Routes`](super::super::Routes) get it by [`visitor`](super::super::visitor).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Visitor {
    /// The name of the user who has logged in; `None` for programs with a token, and where nobody has to log in.
    pub user: Option<String>,
    /// What a page of the user sends as `x-csrf-token` when it changes something.
    pub csrf: Option<String>,
    /// From where the request comes: the nearest machine, which may be a proxy.
    pub address: IpAddr,
}

/// How somebody has shown who he is.
#[derive(Debug, Clone)]
pub(in crate::modules::web) enum Identity {
    /// By the cookie that he got when he logged in.
    Session(Session),
    Token,
    /// Nobody has to.
    Anybody,
    /// Not at all.
    Unknown,
}

#[derive(Debug)]
pub(in crate::modules::web) struct Guard {
    hosts: Hosts,
    pub(in crate::modules::web) users: Users,
    token: Option<Secret>,
    pub(in crate::modules::web) lifetime: Duration,
    requests: Limiter,
    logins: Limiter,
    /// Of the cookie of a session.
    cookie_name: String,
    is_encrypted: bool,
}

impl Guard {
    pub(in crate::modules::web) fn new(
        config: &WebConfig,
        listener: &Listener,
        users: Users,
        token: Option<Secret>,
    ) -> Self {
        let quota = Quota::per_second(config.requests_per_second);
        Self {
            hosts: Hosts::new(&config.hosts, listener.address),
            users,
            token,
            lifetime: config.session,
            requests: RateLimiter::hashmap(quota),
            logins: RateLimiter::hashmap(Quota::per_minute(LOGINS)),
            cookie_name: cookie_name(listener),
            is_encrypted: listener.is_encrypted(),
        }
    }

    /// Whether people have to log in, and programs need a token.
    pub(in crate::modules::web) fn is_closed(&self) -> bool {
        !self.users.is_empty() || self.token.is_some()
    }

    /// Counts a request, or a frame.
    pub(in crate::modules::web) fn count(&self, from: IpAddr) -> Result<(), Problem> {
        count(&self.requests, from, "this address asks too often; `requests_per_second` is the limit")
    }

    pub(in crate::modules::web) fn count_login(&self, from: IpAddr) -> Result<(), Problem> {
        count(&self.logins, from, "somebody here tries to log in too often; wait a minute")
    }

    /// What holds for each request, whatever it wants: it means this server, it comes from nobody else's page, and not too often.
    pub(in crate::modules::web) fn admit(
        &self,
        request: &Request<Incoming>,
        peer: &Peer,
    ) -> Result<Authority, Problem> {
        self.count(peer.address)?;
        let (uri, headers) = (request.uri(), request.headers());
        if !uri.path().starts_with('/') || *request.method() == Method::CONNECT {
            return Err(Problem::new(Refusal::Malformed, "the request names no path of this server"));
        }
        let host = self.hosts.check(uri, headers)?;
        let is_foreign =
            same_origin(&host, headers) == Some(false) || (is_risky(request) && is_cross_site(headers));
        if is_foreign {
            let detail = "a page of another site may not ask here; the request's `Origin` is not its `Host`";
            return Err(Problem::new(Refusal::CrossOrigin, detail));
        }
        Ok(host)
    }

    pub(in crate::modules::web) fn identify(&self, sessions: &Sessions, headers: &HeaderMap) -> Identity {
        if !self.is_closed() {
            return Identity::Anybody;
        }
        if let (Some(token), Some(given)) = (&self.token, headers.typed_get::<Authorization<Bearer>>()) {
            return if token.is(given.token()) { Identity::Token } else { Identity::Unknown };
        }
        let session = self.cookie(headers).and_then(|token| sessions.find(&token, self.lifetime));
        session.map_or(Identity::Unknown, Identity::Session)
    }

    /// The token of a session that a browser sent. Of two none counts: a browser keeps one, and the other has been slipped in by
    /// somebody who can set cookies for this machine.
    pub(in crate::modules::web) fn cookie(&self, headers: &HeaderMap) -> Option<String> {
        let cookies = headers.typed_get::<Cookie>()?;
        let mut ours = cookies.iter().filter(|(name, _)| *name == self.cookie_name);
        match (ours.next(), ours.next()) {
            (Some((_, token)), None) => Some(token.to_owned()),
            _ => None,
        }
    }

    /// What makes a browser keep a session; an empty token makes it forget.
    pub(in crate::modules::web) fn set_cookie(&self, token: &str) -> String {
        let mut cookie = format!("{}={token}; Path=/; HttpOnly; SameSite=Strict", self.cookie_name);
        if self.is_encrypted {
            cookie.push_str("; Secure");
        }
        let age = if token.is_empty() { 0 } else { self.lifetime.as_secs() };
        // A `String` takes everything.
        let _written = write!(cookie, "; Max-Age={age}");
        cookie
    }

    /// Refuses who has to say who he is, and does not.
    pub(in crate::modules::web) fn require(identity: &Identity) -> Result<(), Problem> {
        if !matches!(identity, Identity::Unknown) {
            return Ok(());
        }
        let detail = "log in at `/api/v1/login`, or send `authorization: Bearer …` with the token";
        Err(Problem::new(Refusal::NotLoggedIn, detail).with(WWW_AUTHENTICATE, "Bearer"))
    }

    /// Refuses a change that somebody's browser asks for, but perhaps not he himself. A page of ours shows that it is one by the
    /// token, or, where that `may_be_form`, by its origin, which browsers send with each form.
    pub(in crate::modules::web) fn check_forgery(
        identity: &Identity,
        request: &Request<Incoming>,
        may_be_form: bool,
    ) -> Result<(), Problem> {
        let Identity::Session(session) = identity else { return Ok(()) };
        let headers = request.headers();
        if request.method().is_safe() {
            return Ok(());
        }
        // `admit` has compared it.
        let has_origin = headers.contains_key(warp::http::header::ORIGIN);
        let has_token = headers.get(CSRF).is_some_and(|given| given.as_bytes() == session.csrf.as_bytes());
        if has_token || (may_be_form && has_origin) {
            return Ok(());
        }
        let detail = "send `x-csrf-token` with the token that `GET /api/v1/session` tells";
        Err(Problem::new(Refusal::NoCsrfToken, detail))
    }
}

impl Identity {
    pub(in crate::modules::web) fn visitor(&self, peer: &Peer) -> Visitor {
        let (user, csrf) = match self {
            Self::Session(session) => (Some(session.user.clone()), Some(session.csrf.clone())),
            _ => (None, None),
        };
        Visitor { user, csrf, address: peer.address }
    }
}

/// With the prefix browsers take it over HTTPS only, and from no other server of the domain. To browsers all ports of a machine are one
/// server: without the port in its name one application would log out the users of another.
fn cookie_name(listener: &Listener) -> String {
    let prefix = if listener.is_encrypted() { "__Host-" } else { "" };
    format!("{prefix}session-{}", listener.address.port())
}

/// Whether it could change something: browsers open WebSockets for every page.
fn is_risky(request: &Request<Incoming>) -> bool {
    !request.method().is_safe() || request.headers().contains_key(SEC_WEBSOCKET_KEY)
}

fn is_cross_site(headers: &HeaderMap) -> bool {
    headers.get(SITE).is_some_and(|site| matches!(site.as_bytes(), b"cross-site" | b"same-site"))
}

fn count(limiter: &Limiter, from: IpAddr, detail: &str) -> Result<(), Problem> {
    if limiter.len() > ADDRESSES {
        limiter.retain_recent();
    }
    let too_many = |_| Problem::new(Refusal::TooMany, detail).with(RETRY_AFTER, "1");
    limiter.check_key(&network(from)).map_err(too_many)
}

/// Whoever has one address of version 6 usually has as many as 64 bits can tell apart.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        version_4 @ IpAddr::V4(_) => version_4,
    }
}
