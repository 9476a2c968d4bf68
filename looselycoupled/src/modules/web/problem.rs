//! What goes wrong, as `application/problem+json` (RFC 9457).

use serde::Serialize;
use warp::http::StatusCode;
use warp::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use warp::reply::{Reply, Response};

use crate::ErrorCode;
use crate::prelude::*;

/// An answer that is an error. Boxed, since every answer could be one.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Problem(Box<Told>);

#[derive(Debug, Serialize)]
struct Told {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: String,
    code: &'static str,
    #[serde(skip)]
    field: Option<(HeaderName, HeaderValue)>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

/// What the module itself refuses; `docs/web.md` of the repository lists them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refusal {
    NoPath,
    Method,
    NotLoggedIn,
    CrossOrigin,
    NoCsrfToken,
    Host,
    MediaType,
    Malformed,
    TooLarge,
    TooMany,
    Query,
    TooSlow,
    WrongPassword,
    NoWebSocket,
    Broken,
}

impl Refusal {
    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoPath => (StatusCode::NOT_FOUND, "LC0801", "nothing is here"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "LC0802", "wrong method"),
            Self::NotLoggedIn => (StatusCode::UNAUTHORIZED, "LC0803", "not logged in"),
            Self::CrossOrigin => (StatusCode::FORBIDDEN, "LC0804", "another site asks"),
            Self::NoCsrfToken => (StatusCode::FORBIDDEN, "LC0805", "no token against forgery"),
            Self::Host => (StatusCode::MISDIRECTED_REQUEST, "LC0806", "unknown host"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "LC0807", "no JSON"),
            Self::Malformed => (StatusCode::BAD_REQUEST, "LC0808", "malformed request"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "LC0809", "too large"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "LC0810", "too many requests"),
            Self::Query => (StatusCode::BAD_REQUEST, "LC0811", "wrong query"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "LC0812", "too slow"),
            Self::WrongPassword => (StatusCode::UNAUTHORIZED, "LC0813", "wrong name or password"),
            Self::NoWebSocket => (StatusCode::UPGRADE_REQUIRED, "LC0814", "no WebSocket"),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "LC0815", "a fault of the server"),
        }
    }
}

impl Problem {
    pub(super) fn new(refusal: Refusal, detail: impl Into<String>) -> Self {
        let (status, code, title) = refusal.parts();
        Self::made(status, code, title, detail.into())
    }

    fn made(status: StatusCode, code: &'static str, title: &'static str, detail: String) -> Self {
        Self(Box::new(Told { kind: "about:blank", title, status, detail, code, field: None }))
    }

    /// A call that states no time took longer than the server waits.
    pub(super) fn late(detail: String) -> Self {
        let code = ErrorCode::Timeout;
        Self::made(StatusCode::GATEWAY_TIMEOUT, code.code(), code.title(), detail)
    }

    pub(super) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.0.field = Some((name, HeaderValue::from_static(value)));
        self
    }

    pub(super) fn detail(&self) -> &str {
        &self.0.detail
    }

    pub(super) fn status(&self) -> StatusCode {
        self.0.status
    }

    pub(super) fn into_response(self) -> Response {
        let field = self.0.field.clone();
        let mut response = warp::reply::with_status(warp::reply::json(&self), self.status()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some((name, value)) = field {
            headers.insert(name, value);
        }
        response
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        let code = error.code();
        // The code, since an error of another process has nothing else.
        let status = match code {
            ErrorCode::UnknownModule | ErrorCode::UnknownTask | ErrorCode::LocalTask => StatusCode::NOT_FOUND,
            ErrorCode::Argument | ErrorCode::NoPeriod => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::NotReady
            | ErrorCode::NotActive
            | ErrorCode::QueueFull
            | ErrorCode::ShuttingDown
            | ErrorCode::Closed => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Rejected => StatusCode::FORBIDDEN,
            ErrorCode::Unreachable => StatusCode::BAD_GATEWAY,
            ErrorCode::Timeout => StatusCode::GATEWAY_TIMEOUT,
            ErrorCode::Cycle => StatusCode::LOOP_DETECTED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::made(status, code.code(), code.title(), error.to_string())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Call(error) => (*error).into(),
            Error::Event { cause, name } => {
                let status = match &*cause {
                    crate::EventError::NotActive { .. } | crate::EventError::ShuttingDown => {
                        StatusCode::SERVICE_UNAVAILABLE
                    }
                    crate::EventError::Rejected(_) => StatusCode::FORBIDDEN,
                    crate::EventError::Unconfirmed { .. } => StatusCode::BAD_GATEWAY,
                    _ => StatusCode::UNPROCESSABLE_ENTITY,
                };
                let code = cause.code();
                Self::made(status, code.code(), code.title(), format!("event `{name}`: {cause}"))
            }
            other => Self::new(Refusal::Broken, other.to_string()),
        }
    }
}
