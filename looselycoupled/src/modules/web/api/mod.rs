//! What programs and pages ask under `/api/v1`, and the few addresses beside it.

mod documents;
mod input;
mod lines;
mod session;
mod settings;
mod state;
mod verbs;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use serde_json::json;
use warp::Filter;
use warp::http::header::{ALLOW, CONTENT_TYPE};
use warp::http::{Method, StatusCode};
use warp::reply::{Reply, Response};

use super::access::Guard;
use super::desk::{Asked, Desk, ask};
use super::live::{Seat, attend, stream};
use super::problem::{Problem, Refusal};
use crate::Phase;
use crate::prelude::*;

pub(super) use input::{body, media_type};
pub(super) use session::log_in;

/// What only tells.
const READ: [&str; 10] = [
    "asyncapi.json",
    "config",
    "dead_letters",
    "description",
    "events",
    "log",
    "openapi.json",
    "schema.json",
    "state",
    "ws",
];

/// What is below `/api/v1`, for whoever asks for something else.
const KNOWN: [&str; 14] = [
    "asyncapi.json",
    "config",
    "dead_letters",
    "description",
    "events",
    "log",
    "login",
    "logout",
    "openapi.json",
    "schema.json",
    "session",
    "state",
    "tasks",
    "ws",
];

pub(super) async fn answer(desk: &Arc<Desk>, asked: Asked<'_>) -> Result<Response, Problem> {
    let path = asked.request.uri().path().to_owned();
    let rest = path.strip_prefix("/api/v1/").ok_or_else(|| nothing(&path))?;
    let (first, second) = rest.split_once('/').map_or((rest, None), |(first, second)| (first, Some(second)));
    // How to get in must be open to those who are not.
    match (first, second) {
        ("session", None) => {
            get(&asked)?;
            return Ok(session::tell(desk, &asked.identity));
        }
        ("login", None) => return session::enter(desk, asked).await,
        _ => {}
    }
    Guard::require(&asked.identity)?;
    Guard::check_forgery(&asked.identity, &asked.request, false)?;
    match (first, second) {
        ("tasks", Some(address)) => verbs::task(desk, address, asked).await,
        ("events", Some(name)) => verbs::event(desk, name, asked).await,
        ("log", Some(module)) => lines::set_level(desk, module, asked).await,
        ("logout", None) => session::leave(desk, &asked),
        (read, None) if READ.contains(&read) => {
            get(&asked)?;
            reading(desk, read, asked).await
        }
        _ => Err(nothing(&path)),
    }
}

/// What only tells.
async fn reading(desk: &Arc<Desk>, what: &str, asked: Asked<'_>) -> Result<Response, Problem> {
    let query = asked.request.uri().query().unwrap_or_default();
    match what {
        "ws" => Ok(web_socket(desk, asked).await),
        "events" => {
            let session_ends = desk.session_ends(asked.session(&desk.guard));
            let ends = futures_util::future::select(Box::pin(desk.ends()), Box::pin(session_ends)).map(drop);
            stream(&desk.hub, &input::patterns(query)?, ends)
        }
        "log" => lines::tell(query),
        _ => {
            input::no_query(query)?;
            match what {
                "state" => Ok(warp::reply::json(&state::of(desk)).into_response()),
                "config" => Ok(settings::tell(desk)),
                "dead_letters" => Ok(state::dead_letters(desk)),
                _ => documents::tell(desk, what).ok_or_else(|| nothing(asked.request.uri().path())),
            }
        }
    }
}

fn nothing(path: &str) -> Problem {
    let asked = path.strip_prefix("/api/v1/").unwrap_or(path).split('/').next().unwrap_or_default();
    let hint = crate::address::hint(asked, &KNOWN);
    Problem::new(Refusal::NoPath, format!("nothing is at `{path}`{hint}"))
}

fn get(asked: &Asked<'_>) -> Result<(), Problem> {
    method(asked, &[Method::GET, Method::HEAD], "GET, HEAD")
}

fn method(asked: &Asked<'_>, wanted: &[Method], allow: &'static str) -> Result<(), Problem> {
    if wanted.contains(asked.request.method()) {
        return Ok(());
    }
    let detail = format!("this takes {allow}, not {}", asked.request.method());
    Err(Problem::new(Refusal::Method, detail).with(ALLOW, allow))
}

/// A connection that becomes a WebSocket.
async fn web_socket(desk: &Arc<Desk>, asked: Asked<'_>) -> Response {
    let seat = Seat {
        desk: Arc::clone(desk),
        visitor: asked.identity.visitor(asked.peer),
        session: asked.session(&desk.guard),
        ending: desk.ending.subscribe(),
    };
    let limit = desk.body_limit;
    let seat = std::sync::Mutex::new(Some(seat));
    let seat = Arc::new(seat);
    let upgrade = warp::ws().map(move |ws: warp::ws::Ws| {
        let seat = seat.lock().ok().and_then(|mut seat| seat.take());
        ws.max_message_size(limit)
            .max_frame_size(limit)
            .on_upgrade(move |socket| async move {
                if let Some(seat) = seat {
                    attend(seat, socket).await;
                }
            })
            .into_response()
    });
    let response = ask(upgrade.boxed(), asked.request).await;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return response;
    }
    let detail = "this address speaks WebSocket; ask by `upgrade: websocket`, version 13";
    Problem::new(Refusal::NoWebSocket, detail).with(warp::http::header::UPGRADE, "websocket").into_response()
}

/// Whether the process answers, and whether its modules work. Nobody has to log in to ask.
pub(super) fn health(desk: &Desk, asked: &Asked<'_>) -> Result<Response, Problem> {
    get(asked)?;
    let handle = &desk.handle;
    let phase = |name: &String| handle.phase(name).unwrap_or(Phase::Inactive);
    let modules: BTreeMap<String, Phase> = handle
        .modules()
        .into_iter()
        .map(|name| {
            let phase = phase(&name);
            (name, phase)
        })
        .collect();
    let is_ready = modules.values().all(|phase| *phase == Phase::Active);
    let status = if is_ready { "ready" } else { "not ready" };
    let (told, code) = match asked.request.uri().path() {
        "/health/live" => (json!({ "status": "live" }), StatusCode::OK),
        "/health" | "/health/ready" if is_ready => {
            (json!({ "status": status, "modules": modules }), StatusCode::OK)
        }
        "/health" | "/health/ready" => {
            (json!({ "status": status, "modules": modules }), StatusCode::SERVICE_UNAVAILABLE)
        }
        path => return Err(nothing(path)),
    };
    Ok(warp::reply::with_status(warp::reply::json(&told), code).into_response())
}

/// The text of the module `Prometheus`, if there is one.
pub(super) async fn metrics(desk: &Desk, asked: &Asked<'_>) -> Result<Response, Problem> {
    Guard::require(&asked.identity)?;
    get(asked)?;
    if asked.request.uri().path() != "/metrics" {
        return Err(nothing(asked.request.uri().path()));
    }
    let address = format!("{}.exposition", desk.metrics);
    let told = desk.handle.exec_task(&address, args! {}).timeout(desk.timeout).await;
    let reply = told.map_err(|error| match error {
        CallError::UnknownModule { .. } | CallError::UnknownTask { .. } => {
            let detail = format!(
                "metrics come from a module of type `Prometheus`, and `{}` is none; list one, or name it by the key `metrics`",
                desk.metrics
            );
            Problem::new(Refusal::NoPath, detail)
        }
        other => other.into(),
    })?;
    let text = reply.value().as_text().unwrap_or_default().to_owned();
    Ok(warp::reply::with_header(text, CONTENT_TYPE, "text/plain; version=0.0.4").into_response())
}
