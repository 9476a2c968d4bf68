//! What an application consists of, in the formats that others read.

use warp::http::header::CONTENT_TYPE;
use warp::reply::{Reply, Response};

use super::super::desk::Desk;

/// A document by its name.
pub(super) fn tell(desk: &Desk, name: &str) -> Option<Response> {
    if !matches!(name, "description" | "openapi.json" | "asyncapi.json" | "schema.json") {
        return None;
    }
    let description = desk.handle.describe().titled(&desk.title, env!("CARGO_PKG_VERSION"));
    let text = match name {
        "openapi.json" => description.to_openapi(),
        "asyncapi.json" => description.to_asyncapi(),
        "schema.json" => description.to_json_schema(),
        _ => description.to_json(),
    };
    Some(warp::reply::with_header(text, CONTENT_TYPE, "application/json").into_response())
}
