//! What a request is answered.

use prometheus::TEXT_FORMAT;
use warp::http::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use warp::http::{HeaderMap, Method, StatusCode};
use warp::reply::{Reply, Response};

use super::families;
use super::server::Desk;

const PATH: &str = "/metrics";

/// Who is not let in is not told what there is.
pub(super) fn answer(desk: &Desk, method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if desk.access.as_ref().is_some_and(|access| !access.admit(headers)) {
        let challenge = r#"Basic realm="metrics", charset="UTF-8""#;
        return with(
            word(StatusCode::UNAUTHORIZED, "user name and password are needed"),
            WWW_AUTHENTICATE,
            challenge,
        );
    }
    if path != PATH {
        return word(StatusCode::NOT_FOUND, "there is nothing here; the metrics are at /metrics");
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        let refused = word(StatusCode::METHOD_NOT_ALLOWED, "metrics are read, by GET or HEAD");
        return with(refused, ALLOW, "GET, HEAD");
    }
    metrics(desk)
}

fn metrics(desk: &Desk) -> Response {
    match families::text(&desk.handle, &desk.shared) {
        Ok(text) => with(text.into_response(), CONTENT_TYPE, TEXT_FORMAT),
        Err(error) => {
            tracing::error!("metrics cannot be told: {error}");
            word(StatusCode::INTERNAL_SERVER_ERROR, &format!("metrics cannot be told: {error}"))
        }
    }
}

/// A line of text.
fn word(status: StatusCode, text: &str) -> Response {
    warp::reply::with_status(format!("{text}\n"), status).into_response()
}

fn with(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}
