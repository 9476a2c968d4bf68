//! What every request comes to.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;
use warp::filters::BoxedFilter;
use warp::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use warp::http::uri::PathAndQuery;
use warp::http::{HeaderMap, Method};
use warp::reply::Response;

use super::access::{Guard, Identity, Visitor};
use super::api;
use super::live::Hub;
use super::pages::{self, lead_to};
use super::patience::Patient;
use super::problem::{Problem, Refusal};
use super::routes::Application;
use super::shared::Shared;
use crate::BoxError;
use crate::modules::serving::{Answers, Peer, Reloads};
use crate::prelude::*;

/// How often those who are still connected are asked whether they are still logged in.
const GLANCE: Duration = Duration::from_secs(1);

/// What all connections share.
#[derive(Debug)]
pub(super) struct Desk {
    /// The module's name.
    pub(super) name: String,
    /// In the name of the module.
    pub(super) handle: Handle,
    pub(super) guard: Guard,
    pub(super) hub: Hub,
    pub(super) shared: Arc<Shared>,
    /// The time of calls that state none.
    pub(super) timeout: Duration,
    pub(super) body_limit: usize,
    /// The instance that knows the metrics.
    pub(super) metrics: String,
    pub(super) title: String,
    /// Becomes true at the end, for what would go on.
    pub(super) ending: watch::Sender<bool>,
}

/// A request that has been let in, and who asks.
pub(super) struct Asked<'a> {
    pub(super) request: Request<Incoming>,
    pub(super) identity: Identity,
    pub(super) peer: &'a Peer,
}

impl Asked<'_> {
    /// The token of the session by which somebody asks.
    pub(super) fn session(&self, guard: &Guard) -> Option<String> {
        let has_session = matches!(self.identity, Identity::Session(_));
        has_session.then(|| guard.cookie(self.request.headers())).flatten()
    }
}

impl Answers for Desk {
    async fn answer(self: &Arc<Self>, request: Request<Incoming>, peer: &Peer) -> Response {
        let is_api = is_own(request.uri().path());
        let answered = AssertUnwindSafe(self.respond(request, peer)).catch_unwind().await;
        let answered = answered.unwrap_or_else(|panic| {
            drop(panic);
            tracing::error!("a filter of the web server panicked; see the panic's own message");
            Err(Problem::new(Refusal::Broken, "the code that answers this panicked"))
        });
        let mut response = answered.unwrap_or_else(Problem::into_response);
        harden(response.headers_mut(), peer.is_encrypted, is_api);
        response
    }

    fn reloads(&self) -> &Reloads {
        &self.shared.standing.reloads
    }

    fn closed(&self) {
        self.ending.send_replace(true);
        self.shared.standing.leave();
    }
}

fn is_own(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    matches!(first, "api" | "health" | "metrics" | "login" | "logout")
}

impl Desk {
    /// Who has done what from outside can be read in the log.
    pub(super) fn record(&self, visitor: &Visitor, verb: &str, name: &str) {
        let (user, address) = (visitor.user.as_deref().unwrap_or("-"), visitor.address);
        // It has not been looked at yet: with the end of a line in it, it would write lines of its own.
        let name = name.escape_debug();
        tracing::info!(module = %self.name, %user, %address, "{verb} `{name}`");
    }

    /// Ends when the server does.
    pub(super) fn ends(&self) -> impl Future<Output = ()> + Send + Sync + 'static {
        let mut ending = self.ending.subscribe();
        async move {
            // An error means that the server is gone, which is an end as well.
            let _told = ending.wait_for(|ends| *ends).await.is_ok();
        }
    }

    pub(super) fn end_session(&self, token: Option<String>) {
        if let Some(token) = token {
            self.shared.sessions.end(&token);
        }
    }

    /// Ends soon after the session does by which somebody asks, never where there is none: what goes on must not outlive it.
    pub(super) fn session_ends(
        &self,
        session: Option<String>,
    ) -> impl Future<Output = ()> + Send + Sync + 'static {
        let (shared, lifetime) = (Arc::clone(&self.shared), self.guard.lifetime);
        async move {
            let Some(token) = session else { return std::future::pending().await };
            while shared.sessions.goes_on(&token, lifetime) {
                tokio::time::sleep(GLANCE).await;
            }
        }
    }

    async fn respond(self: &Arc<Self>, request: Request<Incoming>, peer: &Peer) -> Result<Response, Problem> {
        self.guard.admit(&request, peer)?;
        let identity = self.guard.identify(&self.shared.sessions, request.headers());
        let path = request.uri().path().to_owned();
        let asked = Asked { request, identity, peer };
        match path.split('/').nth(1) {
            Some("api") => api::answer(self, asked).await,
            Some("health") => api::health(self, &asked),
            Some("metrics") => api::metrics(self, &asked).await,
            Some("login" | "logout") => pages::answer(self, asked).await,
            _ => self.mounted(&path, asked).await,
        }
    }

    /// Routes that modules have added.
    async fn mounted(&self, path: &str, asked: Asked<'_>) -> Result<Response, Problem> {
        let Asked { mut request, identity, peer } = asked;
        let Some(routes) = self.shared.mounts.find(path) else {
            if path == "/"
                && let Some(home) = self.shared.mounts.home()
            {
                return Ok(lead_to(&home));
            }
            Guard::require(&identity)?;
            return Err(Problem::new(Refusal::NoPath, self.nothing_at(path)));
        };
        if !routes.is_public() && matches!(identity, Identity::Unknown) {
            if *request.method() == Method::GET && !self.guard.users.is_empty() {
                let page = request.uri().path_and_query().map_or(path, PathAndQuery::as_str);
                let next = form_urlencoded::byte_serialize(page.as_bytes()).collect::<String>();
                return Ok(lead_to(&format!("/login?next={next}")));
            }
            Guard::require(&identity)?;
        }
        Guard::check_forgery(&identity, &request, true)?;
        request.extensions_mut().insert(identity.visitor(peer));
        request.extensions_mut().insert(Application(self.handle.clone()));
        let limit = self.body_limit;
        Ok(ask(routes.filter(), request.map(|body| Patient::new(body, limit))).await)
    }

    fn nothing_at(&self, path: &str) -> String {
        let mut known = self.shared.mounts.paths();
        known.extend(["/api/v1", "/health", "/metrics"].map(str::to_owned));
        format!("nothing is at `{path}`; there are `{}`", known.join("`, `"))
    }
}

/// Lets a filter answer.
pub(super) async fn ask<B>(filter: BoxedFilter<(Response,)>, request: Request<B>) -> Response
where
    B: Body + Send + Sync + 'static,
    B::Error: Into<BoxError>,
{
    let answered = TowerToHyperService::new(warp::service(filter)).call(request).await;
    answered.unwrap_or_else(|never| match never {})
}

/// What browsers are not to do with an answer. Routes that say something themselves are left alone.
fn harden(headers: &mut HeaderMap, is_encrypted: bool, is_own: bool) {
    const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    let mut unless_said = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    unless_said(X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_said(X_FRAME_OPTIONS, "DENY");
    unless_said(REFERRER_POLICY, "same-origin");
    unless_said(CONTENT_SECURITY_POLICY, POLICY);
    unless_said(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    unless_said(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if is_own {
        unless_said(CACHE_CONTROL, "no-store");
    }
    if is_encrypted {
        unless_said(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
