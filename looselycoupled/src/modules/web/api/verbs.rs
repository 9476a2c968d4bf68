//! Calling, putting in line, sending.

use std::sync::Arc;

use serde_json::json;
use warp::http::{Method, StatusCode};
use warp::reply::{Reply, Response};

use super::super::calls::{Options, Wanted, emit, enqueue, exec};
use super::super::desk::{Asked, Desk};
use super::super::problem::Problem;
use super::{input, method};
use crate::prelude::*;

/// `POST /api/v1/tasks/module.task`.
pub(super) async fn task(desk: &Arc<Desk>, address: &str, asked: Asked<'_>) -> Result<Response, Problem> {
    method(&asked, &[Method::POST], "POST")?;
    let address = input::decoded(address)?.into_owned();
    let query = asked.request.uri().query().unwrap_or_default();
    let [mode, priority, timeout] = input::query(query, ["mode", "priority", "timeout"])?;
    let options = Options { priority: read_priority(priority)?, timeout };
    let is_queued = match mode.as_deref() {
        None | Some("exec") => false,
        Some("queue") => true,
        Some(other) => return Err(input::wrong(format!("`mode` is `exec` or `queue`, not `{other}`"))),
    };
    let verb = if is_queued { "enqueue" } else { "call" };
    desk.record(&asked.identity.visitor(asked.peer), verb, &address);
    let content = input::json(desk, asked.request).await?;
    let wanted = Wanted { name: &address, content, options, default: desk.timeout };
    if is_queued {
        enqueue(&desk.handle, wanted).await?;
        return Ok(accepted(&json!({ "queued": true })));
    }
    let done = exec(&desk.handle, wanted).await?;
    Ok(warp::reply::json(&done).into_response())
}

/// `POST /api/v1/events/name`.
pub(super) async fn event(desk: &Arc<Desk>, name: &str, asked: Asked<'_>) -> Result<Response, Problem> {
    method(&asked, &[Method::POST], "POST")?;
    let name = input::decoded(name)?.into_owned();
    let query = asked.request.uri().query().unwrap_or_default();
    let [priority] = input::query(query, ["priority"])?;
    let options = Options { priority: read_priority(priority)?, timeout: None };
    desk.record(&asked.identity.visitor(asked.peer), "emit", &name);
    let content = input::json(desk, asked.request).await?;
    let wanted = Wanted { name: &name, content, options, default: desk.timeout };
    let receivers = emit(&desk.handle, wanted).await?;
    Ok(accepted(&json!({ "receivers": receivers })))
}

fn accepted(told: &serde_json::Value) -> Response {
    warp::reply::with_status(warp::reply::json(told), StatusCode::ACCEPTED).into_response()
}

fn read_priority(given: Option<String>) -> Result<Option<Priority>, Problem> {
    let Some(given) = given else { return Ok(None) };
    let known = Priority::ALL.into_iter().find(|priority| priority.to_string() == given);
    let wrong = || {
        let names = Priority::ALL.map(|priority| priority.to_string());
        input::wrong(format!("`{given}` is no priority; there are `{}`", names.join("`, `")))
    };
    known.map(Some).ok_or_else(wrong)
}
