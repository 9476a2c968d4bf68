//! The log, and from which level on each module is heard in it.

use std::sync::Arc;

use serde_json::json;
use tracing::level_filters::LevelFilter;
use warp::http::Method;
use warp::reply::{Reply, Response};

use super::super::desk::{Asked, Desk};
use super::super::problem::{Problem, Refusal};
use super::super::time;
use super::{input, method};
use crate::log;
use crate::prelude::*;

/// Those that have a name; the reader of levels knows numbers as well, and takes nothing for an error.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "off"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    level: Option<String>,
}

/// `GET /api/v1/log?after=17`.
pub(super) fn tell(query: &str) -> Result<Response, Problem> {
    let [after] = input::query(query, ["after"])?;
    let after = match after.map(|after| (after.parse::<u64>(), after)) {
        None => None,
        Some((Ok(after), _)) => Some(after),
        Some((Err(_), text)) => return Err(input::wrong(format!("`{text}` is no number of a line"))),
    };
    let recent = log::recent(after);
    let levels = log::levels();
    let lines = recent.lines.iter().map(|line| {
        let fields: serde_json::Map<_, _> =
            line.fields.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        json!({
            "sequence": line.sequence, "time": time::text(line.time), "level": line.level.to_string(),
            "target": line.target, "module": line.module.as_deref(), "message": line.message, "fields": fields,
        })
    });
    let lines: Vec<_> = lines.collect();
    let modules: serde_json::Map<_, _> =
        levels.modules.iter().map(|(module, level)| (module.clone(), level.to_string().into())).collect();
    let told = json!({
        "recorded": recent.is_recorded, "next": recent.next, "missed": recent.missed, "lines": lines,
        "levels": { "default": levels.directives, "modules": modules },
    });
    Ok(warp::reply::json(&told).into_response())
}

/// `PUT /api/v1/log/module`.
pub(super) async fn set_level(desk: &Arc<Desk>, module: &str, asked: Asked<'_>) -> Result<Response, Problem> {
    method(&asked, &[Method::PUT], "PUT")?;
    let module = input::decoded(module)?.into_owned();
    let Some(Wanted { level }) = input::json(desk, asked.request).await? else {
        return Err(Problem::new(
            Refusal::Malformed,
            "send a level, `{\"level\": \"debug\"}`; null is the default again",
        ));
    };
    let read = |text: &String| {
        let named = LEVELS.iter().find(|level| text.eq_ignore_ascii_case(level));
        named.and_then(|level| level.parse::<LevelFilter>().ok()).ok_or_else(|| {
            let detail = format!(
                "`{text}` is no level; there are `trace`, `debug`, `info`, `warn`, `error` and `off`"
            );
            Problem::new(Refusal::Malformed, detail)
        })
    };
    let filter = level.as_ref().map(read).transpose()?;
    desk.handle.set_log_level(&module, filter)?;
    Ok(warp::reply::json(&json!({ "module": module, "level": level })).into_response())
}
