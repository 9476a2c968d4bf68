//! Logging in and out.

use std::sync::Arc;

use serde_json::json;
use warp::http::{Method, StatusCode};
use warp::reply::{Reply, Response};

use super::super::access::Identity;
use super::super::desk::{Asked, Desk};
use super::super::pages::with_cookie;
use super::super::problem::{Problem, Refusal};
use super::{input, method};
use crate::modules::serving::Peer;
use crate::prelude::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    username: String,
    password: String,
}

/// Who asks, and whether he has to log in.
pub(super) fn tell(desk: &Desk, identity: &Identity) -> Response {
    let (user, csrf) = match identity {
        Identity::Session(session) => (Some(&session.user), Some(&session.csrf)),
        _ => (None, None),
    };
    let must_log_in = matches!(identity, Identity::Unknown);
    let has_users = !desk.guard.users.is_empty();
    let told = json!({ "user": user, "csrf": csrf, "login_required": must_log_in, "has_users": has_users });
    warp::reply::json(&told).into_response()
}

/// `POST /api/v1/login`.
pub(super) async fn enter(desk: &Arc<Desk>, asked: Asked<'_>) -> Result<Response, Problem> {
    method(&asked, &[Method::POST], "POST")?;
    let (peer, before) = (asked.peer, asked.session(&desk.guard));
    let Some(Login { username, password }) = input::json(desk, asked.request).await? else {
        return Err(Problem::new(Refusal::Malformed, "send `username` and `password`"));
    };
    let (cookie, identity) = log_in(desk, peer, &username, password).await?;
    desk.end_session(before);
    Ok(with_cookie(tell(desk, &identity), &cookie))
}

/// The cookie of a new session, and the session.
pub(in crate::modules::web) async fn log_in(
    desk: &Desk,
    peer: &Peer,
    name: &str,
    password: String,
) -> Result<(String, Identity), Problem> {
    let from = peer.address;
    desk.guard.count_login(from)?;
    if !desk.guard.users.verify(name, password).await {
        tracing::warn!(module = %desk.name, address = %from, "somebody gave a wrong name or password");
        return Err(Problem::new(Refusal::WrongPassword, "wrong name or password"));
    }
    let begun = desk.shared.sessions.begin(name);
    let (token, session) =
        begun.map_err(|error| Problem::new(Refusal::Broken, format!("no random numbers: {error}")))?;
    tracing::info!(module = %desk.name, user = %name, address = %from, "logged in");
    Ok((desk.guard.set_cookie(&token), Identity::Session(session)))
}

/// `POST /api/v1/logout`.
pub(super) fn leave(desk: &Desk, asked: &Asked<'_>) -> Result<Response, Problem> {
    method(asked, &[Method::POST], "POST")?;
    desk.end_session(asked.session(&desk.guard));
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), &desk.guard.set_cookie("")))
}
