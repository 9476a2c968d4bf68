//! The files of the page.

use std::hash::{DefaultHasher, Hash, Hasher};

use warp::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, LOCATION};
use warp::http::{Method, StatusCode};
use warp::reply::{Reply, Response};

use crate::modules::web::warp;

macro_rules! files {
    ($($name:literal)*) => {
        /// By name.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("assets/", $name)))),*];
    };
}

files! {
    "api.js"
    "appearance.js"
    "config.js"
    "console.css"
    "dom.js"
    "edges.js"
    "editor.js"
    "emit.js"
    "events.js"
    "figures.js"
    "form.js"
    "format.js"
    "graph.js"
    "history.js"
    "icon.svg"
    "index.html"
    "inspector.js"
    "json.js"
    "keys.js"
    "layout.js"
    "lines.js"
    "link.js"
    "log.js"
    "login.js"
    "main.js"
    "module.js"
    "overview.js"
    "prose.js"
    "queues.js"
    "schema.js"
    "signal.js"
    "snippets.js"
    "sparkline.js"
    "stream.js"
    "tabs.js"
    "task.js"
    "tasks.js"
    "theme.js"
    "tree.js"
}

/// What is at a path; `known` is what a browser has of it already.
pub(super) fn answer(base: &str, path: &str, method: &Method, known: Option<&str>) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return with(StatusCode::METHOD_NOT_ALLOWED.into_response(), ALLOW, "GET, HEAD");
    }
    // At the root of the server it has no segment of its own.
    let base = base.trim_end_matches('/');
    // The page names its files relative to itself, so its address has to end like that of a folder.
    if path == base {
        return with(StatusCode::PERMANENT_REDIRECT.into_response(), LOCATION, &format!("{base}/"));
    }
    let name = path.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
    let name = if name.is_empty() { "index.html" } else { name };
    let Some((name, text)) = FILES.iter().find(|(known, _)| *known == name) else {
        let told = format!("there is no `{name}` here; the console is at {base}/\n");
        return warp::reply::with_status(told, StatusCode::NOT_FOUND).into_response();
    };
    let tag = tag(text);
    let response = if known.is_some_and(|known| known.contains(&tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        with((*text).into_response(), CONTENT_TYPE, media_type(name))
    };
    with(with(response, ETAG, &tag), CACHE_CONTROL, "no-cache")
}

/// Differs if the text does.
fn tag(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn with(mut response: Response, name: warp::http::HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn at_the_root_it_leads_nowhere_else_and_has_its_files() {
        let kind = |path| {
            let response = answer("/", path, &Method::GET, None);
            (response.status(), response.headers()[CONTENT_TYPE].clone())
        };
        assert_eq!(kind("/"), (StatusCode::OK, HeaderValue::from_static("text/html; charset=utf-8")));
        assert_eq!(
            kind("/main.js"),
            (StatusCode::OK, HeaderValue::from_static("text/javascript; charset=utf-8"))
        );
        assert_eq!(kind("/nothing").0, StatusCode::NOT_FOUND);
    }

    #[test]
    fn every_file_is_served_and_all_together_are_small() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/modules/console/assets");
        let there: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let served: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(served, there);
        let size: usize = FILES.iter().map(|(_, text)| text.len()).sum();
        assert!(size < 200 << 10, "{size} bytes");
        assert!(FILES.iter().all(|(name, _)| media_type(name) != "application/octet-stream"));
    }
}
