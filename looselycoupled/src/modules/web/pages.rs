//! Logging in and out by a form, for pages of people.

use std::sync::Arc;

use warp::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, LOCATION, SET_COOKIE};
use warp::http::{Method, StatusCode};
use warp::reply::{Reply, Response};

use super::api::{body, log_in, media_type};
use super::desk::{Asked, Desk};
use super::problem::{Problem, Refusal};

const STYLE: &str = include_str!("login.css");

/// `/login`, `/login/style.css`, `/logout`.
pub(super) async fn answer(desk: &Arc<Desk>, asked: Asked<'_>) -> Result<Response, Problem> {
    let (method, path) = (asked.request.method().clone(), asked.request.uri().path().to_owned());
    match (&method, &*path) {
        (&Method::GET | &Method::HEAD, "/login/style.css") => {
            Ok(warp::reply::with_header(STYLE, CONTENT_TYPE, "text/css; charset=utf-8").into_response())
        }
        (&Method::GET | &Method::HEAD, "/login") => {
            Ok(page(desk, &next(asked.request.uri().query()), "", StatusCode::OK))
        }
        (&Method::POST, "/login") => submit(desk, asked).await,
        (&Method::POST, "/logout") => Ok(log_out(desk, &asked)),
        (_, "/login/style.css") => Err(other_method("GET, HEAD")),
        (_, "/login") => Err(other_method("GET, HEAD, POST")),
        (_, "/logout") => Err(other_method("POST")),
        _ => Err(Problem::new(Refusal::NoPath, format!("nothing is at `{path}`"))),
    }
}

fn other_method(allow: &'static str) -> Problem {
    let detail = "log in by GET and POST of `/login`, out by POST of `/logout`";
    Problem::new(Refusal::Method, detail).with(ALLOW, allow)
}

async fn submit(desk: &Arc<Desk>, asked: Asked<'_>) -> Result<Response, Problem> {
    if media_type(asked.request.headers()) != "application/x-www-form-urlencoded" {
        return Err(Problem::new(
            Refusal::MediaType,
            "the form is sent as `application/x-www-form-urlencoded`",
        ));
    }
    let (peer, before) = (asked.peer, asked.session(&desk.guard));
    let body = body(desk, asked.request).await?;
    let (mut name, mut password, mut goal) = (String::new(), String::new(), String::new());
    for (field, value) in form_urlencoded::parse(&body) {
        match &*field {
            "username" => name = value.into_owned(),
            "password" => password = value.into_owned(),
            "next" => goal = value.into_owned(),
            _ => {}
        }
    }
    let goal = inside(&goal);
    let told = match log_in(desk, peer, &name, password).await {
        Ok((cookie, _)) => {
            desk.end_session(before);
            return Ok(with_cookie(lead_to(&goal), &cookie));
        }
        Err(problem) => problem,
    };
    let mut refused = page(desk, &goal, told.detail(), StatusCode::OK);
    *refused.status_mut() = told.status();
    Ok(refused)
}

fn log_out(desk: &Desk, asked: &Asked<'_>) -> Response {
    desk.end_session(asked.session(&desk.guard));
    with_cookie(lead_to("/login"), &desk.guard.set_cookie(""))
}

fn page(desk: &Desk, next: &str, told: &str, status: StatusCode) -> Response {
    let (title, next, told) = (escape(&desk.title), escape(next), escape(told));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Log in · {title}</title>\n\
         <link rel=\"stylesheet\" href=\"/login/style.css\">\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         <p role=\"alert\">{told}</p>\n<form method=\"post\" action=\"/login\">\n\
         <input type=\"hidden\" name=\"next\" value=\"{next}\">\n\
         <label for=\"username\">User</label>\n\
         <input id=\"username\" name=\"username\" autocomplete=\"username\" autocapitalize=\"none\" required autofocus>\n\
         <label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\n\
         <button>Log in</button>\n</form>\n</main>\n</body>\n</html>\n"
    );
    warp::reply::with_status(warp::reply::html(html), status).into_response()
}

fn next(query: Option<&str>) -> String {
    let mut fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    inside(&fields.find(|(name, _)| name == "next").map(|(_, next)| next).unwrap_or_default())
}

/// Nobody is led to another server: `//other` and `/\other` would be one.
fn inside(place: &str) -> String {
    let is_inside = place.starts_with('/')
        && !place.starts_with("//")
        && place.bytes().all(|sign| sign.is_ascii_graphic() && sign != b'\\');
    if is_inside { place.to_owned() } else { "/".to_owned() }
}

/// Another page of this server.
pub(super) fn lead_to(place: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, place);
    response
}

pub(super) fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn escape(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(inside("/lamps/hall?level=40"), "/lamps/hall?level=40");
        for elsewhere in
            ["", "lamps", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nset-cookie: b"]
        {
            assert_eq!(inside(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
