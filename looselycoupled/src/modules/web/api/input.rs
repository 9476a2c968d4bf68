//! What comes in: queries, media types and bodies.

use std::borrow::Cow;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::Request;
use hyper::body::{Bytes, Incoming};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use warp::http::HeaderMap;
use warp::http::header::CONTENT_TYPE;

use super::super::desk::Desk;
use super::super::problem::{Problem, Refusal};

/// For a body of the size that may be.
const PATIENCE: Duration = Duration::from_secs(10);

/// Names and values of a query, each name once; what is not asked for is refused.
pub(super) fn query<const N: usize>(query: &str, known: [&str; N]) -> Result<[Option<String>; N], Problem> {
    let mut found = [const { None }; N];
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(place) = known.iter().position(|known| *known == name) else {
            let hint = crate::address::hint(&name, &known);
            return Err(wrong(format!("unknown parameter `{name}`{hint}")));
        };
        if found[place].replace(value.into_owned()).is_some() {
            return Err(wrong(format!("the parameter `{name}` stands twice")));
        }
    }
    Ok(found)
}

pub(super) fn no_query(given: &str) -> Result<(), Problem> {
    query(given, []).map(|[]| ())
}

/// `pattern`, as often as somebody likes.
pub(super) fn patterns(query: &str) -> Result<Vec<String>, Problem> {
    let mut patterns = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "pattern" {
            let hint = crate::address::hint(&name, &["pattern"]);
            return Err(wrong(format!("unknown parameter `{name}`{hint}")));
        }
        patterns.push(value.into_owned());
    }
    if patterns.is_empty() {
        return Err(wrong("say which events: `?pattern=sensor.**`, or `**` for all".to_owned()));
    }
    Ok(patterns)
}

pub(super) fn wrong(detail: String) -> Problem {
    Problem::new(Refusal::Query, detail)
}

/// A segment of a path as it was meant.
pub(super) fn decoded(segment: &str) -> Result<Cow<'_, str>, Problem> {
    let decoded = percent_decode_str(segment).decode_utf8();
    decoded.map_err(|_| Problem::new(Refusal::Malformed, format!("`{segment}` is no text")))
}

/// Without what may stand behind it.
pub(in crate::modules::web) fn media_type(headers: &HeaderMap) -> String {
    let given = headers.get(CONTENT_TYPE).and_then(|given| given.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body, if it is not too large and comes in time.
pub(in crate::modules::web) async fn body(desk: &Desk, request: Request<Incoming>) -> Result<Bytes, Problem> {
    let limited = Limited::new(request.into_body(), desk.body_limit);
    match timeout(PATIENCE, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let detail =
                format!("a request carries {} bytes at most; `body_limit` is the limit", desk.body_limit);
            Err(Problem::new(Refusal::TooLarge, detail))
        }
        Ok(Err(error)) => Err(Problem::new(Refusal::Malformed, format!("the body breaks off: {error}"))),
        Err(_) => Err(Problem::new(Refusal::TooSlow, format!("the body did not come within {PATIENCE:?}"))),
    }
}

/// A body of JSON; `None` if it is empty. A page of another site cannot send this media type without being asked for leave.
pub(super) async fn json<T: DeserializeOwned>(
    desk: &Desk,
    request: Request<Incoming>,
) -> Result<Option<T>, Problem> {
    if media_type(request.headers()) != "application/json" {
        return Err(Problem::new(Refusal::MediaType, "send `content-type: application/json`"));
    }
    let body = body(desk, request).await?;
    if body.is_empty() {
        return Ok(None);
    }
    let malformed = |error: serde_json::Error| {
        Problem::new(Refusal::Malformed, format!("the body cannot be read: {error}"))
    };
    serde_json::from_slice(&body).map(Some).map_err(malformed)
}
