//! How an application fares: all counters since its start, so that whoever asks twice knows what has happened in between.

use serde_json::{Map, Value as Json, json};
use warp::reply::{Reply, Response};

use super::super::desk::Desk;
use super::super::time;
use crate::prelude::*;
use crate::{
    Durations, EventMeasurement, ExecutionOutcome, Executions, LoopStatistics, ModuleStatistics, Phase,
};

/// `docs/web.md` of the repository says what stands in it.
pub(super) fn of(desk: &Desk) -> Json {
    let (statistics, measured) = (desk.handle.statistics(), desk.handle.measurements());
    let dead = desk.handle.dead_letters();
    let tasks = measured.tasks.iter().map(|task| {
        let named = json!({ "module": &*task.module, "task": task.task });
        joined([named, ends(&task.executions), sizes(&task.durations)])
    });
    let handlers = measured.handlers.iter().map(|handler| {
        let named = json!({ "module": &*handler.module, "event": handler.event });
        joined([named, ends(&handler.executions), sizes(&handler.durations)])
    });
    let calls = measured.calls.iter().map(
        |call| json!({ "caller": call.caller.as_deref(), "module": &*call.module, "number": call.number }),
    );
    json!({
        "instance": desk.shared.instance(),
        "time": time::now(),
        "uptime_seconds": desk.shared.began.elapsed().as_secs_f64(),
        "name": desk.title,
        "version": env!("CARGO_PKG_VERSION"),
        "modules": statistics.modules.iter().map(|module| of_module(desk, module)).collect::<Vec<_>>(),
        "loops": statistics.loops.iter().map(of_loop).collect::<Vec<_>>(),
        "bounds": Durations::bounds().map(|bound| bound.as_secs_f64()).collect::<Vec<_>>(),
        "tasks": tasks.collect::<Vec<_>>(),
        "handlers": handlers.collect::<Vec<_>>(),
        "events": measured.events.iter().map(of_event).collect::<Vec<_>>(),
        "calls": calls.collect::<Vec<_>>(),
        "waits": by_priority(measured.waits.iter().map(sizes)),
        "unheard_events": statistics.unheard_events,
        "blocking": statistics.blocking,
        "blocking_limit": statistics.blocking_limit,
        "providers": desk.handle.providers(),
        "dead_letters": dead.overwritten + dead.letters.len() as u64,
    })
}

fn by_priority(figures: impl IntoIterator<Item = Json>) -> Map<String, Json> {
    Priority::ALL.iter().map(ToString::to_string).zip(figures).collect()
}

fn of_module(desk: &Desk, module: &ModuleStatistics) -> Json {
    json!({
        "name": &*module.module,
        "phase": desk.handle.phase(&module.module).unwrap_or(Phase::Inactive),
        "accepted": module.accepted,
        "handled": module.handled,
        "failed": module.failed,
        "panicked": module.panicked,
        "expired": module.expired,
        "cancelled": module.cancelled,
        "dropped": module.dropped,
        "undelivered": module.undelivered,
        "running": module.running,
        "queued": module.queued,
        "delayed": module.delayed,
        "refused": module.refused,
        "restarts": module.restarts,
        "overdue": module.overdue,
    })
}

fn of_loop(of: &LoopStatistics) -> Json {
    let (tasks, events) = of.capacity;
    json!({
        "name": &*of.name,
        "modules": of.modules.iter().map(|module| &**module).collect::<Vec<_>>(),
        "queued": by_priority(of.queued.map(Json::from)),
        "waiting_for_room": of.waiting_for_room,
        "capacity": { "tasks": tasks, "events": events },
    })
}

fn of_event(of: &EventMeasurement) -> Json {
    let EventMeasurement { event, source, emitted, unheard } = of;
    json!({ "event": &**event, "source": source.as_deref(), "emitted": emitted, "unheard": unheard })
}

fn sizes(durations: &Durations) -> Json {
    let Durations { buckets, count, sum } = durations;
    json!({ "count": count, "sum_seconds": sum.as_secs_f64(), "buckets": buckets })
}

/// How often something ended in which way.
fn ends(executions: &[Executions]) -> Json {
    let number = |wanted| -> u64 {
        let such = executions.iter().filter(|executions| executions.outcome == wanted);
        such.map(|executions| executions.number).sum()
    };
    json!({
        "ok": number(ExecutionOutcome::Ok),
        "error": number(ExecutionOutcome::Error),
        "panic": number(ExecutionOutcome::Panic),
        "timeout": number(ExecutionOutcome::Timeout),
        "rejected": number(ExecutionOutcome::Rejected),
    })
}

/// One object of several.
fn joined<const N: usize>(parts: [Json; N]) -> Json {
    let objects = parts
        .into_iter()
        .filter_map(|part| if let Json::Object(fields) = part { Some(fields) } else { None });
    Json::Object(objects.flatten().collect())
}

/// The last messages that were lost, and why.
pub(super) fn dead_letters(desk: &Desk) -> Response {
    let dead = desk.handle.dead_letters();
    let letters = dead.letters.iter().map(|letter| {
        json!({
            "when": time::text(letter.when), "kind": letter.kind.to_string(), "address": letter.address,
            "reason": letter.reason.to_string(), "priority": letter.priority,
            "transaction": letter.transaction.map(|transaction| transaction.to_string()),
        })
    });
    let letters: Vec<_> = letters.collect();
    warp::reply::json(&json!({ "letters": letters, "overwritten": dead.overwritten })).into_response()
}
