//! What clients do: call, put in line, send.

use std::time::Instant;

use serde::Serialize;
use tokio::time::timeout;

use super::problem::{Problem, Refusal};
use crate::config::duration;
use crate::prelude::*;

/// How it is to be done.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    #[serde(default)]
    pub(super) priority: Option<Priority>,
    #[serde(default)]
    pub(super) timeout: Option<String>,
}

/// What is to be done.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The address of a task, or the name of an event.
    pub(super) name: &'a str,
    /// Its arguments, or its fields.
    pub(super) content: Option<Value>,
    pub(super) options: Options,
    /// The time of calls that state none.
    pub(super) default: Duration,
}

/// What came of a call.
#[derive(Debug, Serialize)]
pub(super) struct Done {
    pub(super) value: Value,
    pub(super) duration_seconds: f64,
}

pub(super) async fn exec(handle: &Handle, wanted: Wanted<'_>) -> Result<Done, Problem> {
    let Wanted { name, content, options, default } = wanted;
    let address = address(name)?;
    let stated = options.timeout()?;
    let mut call = handle.exec_task(address, arguments(content)?);
    if let Some(stated) = stated {
        call = call.timeout(stated);
    }
    if let Some(priority) = options.priority {
        call = call.priority(priority);
    }
    let began = Instant::now();
    // Not the call's own timeout: a task may state a shorter one, which that would replace.
    let answered = if stated.is_some() { Ok(call.await) } else { timeout(default, call).await };
    let value = answered.map_err(|_| late(address, default))??.into_value();
    let duration_seconds = began.elapsed().as_secs_f64();
    check(&value)?;
    Ok(Done { value, duration_seconds })
}

fn late(address: &str, default: Duration) -> Problem {
    let detail = format!("`{address}` did not answer within {default:?}; if it has begun it runs to its end");
    Problem::late(detail)
}

pub(super) async fn enqueue(handle: &Handle, wanted: Wanted<'_>) -> Result<(), Problem> {
    let Wanted { name, content, options, .. } = wanted;
    let address = address(name)?;
    options.without_timeout()?;
    let mut enqueue = handle.enqueue_task(address, arguments(content)?);
    if let Some(priority) = options.priority {
        enqueue = enqueue.priority(priority);
    }
    enqueue.await?;
    Ok(())
}

/// How many receive it.
pub(super) async fn emit(handle: &Handle, wanted: Wanted<'_>) -> Result<usize, Problem> {
    let Wanted { name, content, options, .. } = wanted;
    options.without_timeout()?;
    let mut trigger = handle.trigger_event(name, arguments(content)?);
    if let Some(priority) = options.priority {
        trigger = trigger.priority(priority);
    }
    Ok(trigger.await?)
}

impl Options {
    fn timeout(&self) -> Result<Option<Duration>, Problem> {
        let Some(text) = &self.timeout else { return Ok(None) };
        let read = duration::parse(text);
        let wrong =
            || Problem::new(Refusal::Query, format!("`{text}` is no duration; write `5s` or `250ms`"));
        read.map(Some).ok_or_else(wrong)
    }

    fn without_timeout(&self) -> Result<(), Problem> {
        match &self.timeout {
            Some(_) => {
                Err(Problem::new(Refusal::Query, "only a call has a `timeout`: nobody waits for the others"))
            }
            None => Ok(()),
        }
    }
}

/// A name without a dot would be one of the module's own.
fn address(name: &str) -> Result<&str, Problem> {
    if name.contains('.') {
        return Ok(name);
    }
    Err(Problem::new(Refusal::NoPath, format!("`{name}` is no address of a task; write `module.task`")))
}

fn arguments(content: Option<Value>) -> Result<Arguments, Problem> {
    let Some(content) = content else { return Ok(Arguments::new()) };
    let wrong = |error: crate::ArgumentError| Problem::new(Refusal::Malformed, error.to_string());
    match content {
        Value::Null => Ok(Arguments::new()),
        content @ Value::Map(_) => Arguments::from_value(content).map_err(wrong),
        _ => Err(Problem::new(Refusal::Malformed, "arguments have names: send an object, `{\"level\": 40}`")),
    }
}

/// What cannot be JSON is told, rather than being null.
fn check(value: &Value) -> Result<(), Problem> {
    let told = |error| Problem::new(Refusal::Broken, format!("the result is no JSON: {error}"));
    value.to_json_text().map(drop).map_err(told)
}
