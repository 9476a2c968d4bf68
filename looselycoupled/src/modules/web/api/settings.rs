//! The configuration, with where each value comes from.

use serde_json::json;
use warp::reply::{Reply, Response};

use super::super::desk::Desk;

pub(super) fn tell(desk: &Desk) -> Response {
    let told = desk.handle.with_config(|config| {
        let entries = config.entries().into_iter().map(|entry| {
            let position = entry.position;
            json!({
                "path": entry.path,
                "value": if entry.is_secret { "…" } else { &*entry.value },
                "masked": entry.is_secret,
                "line": position.map(|position| position.line),
                "column": position.map(|position| position.column),
            })
        });
        let entries: Vec<_> = entries.collect();
        json!({ "file": config.name(), "entries": entries })
    });
    warp::reply::json(&told).into_response()
}
