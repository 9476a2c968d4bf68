//! How an application fares: all counters since its start, so that whoever asks twice knows what has happened in between.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use warp::reply::{Reply, Response};

use super::super::desk::Desk;
use super::super::time;
use crate::prelude::*;
use crate::{
    CallMeasurement, Durations, EventMeasurement, ExecutionOutcome, Executions, HandlerMeasurement,
    LoopStatistics, ModuleStatistics, Phase, TaskMeasurement,
};

#[derive(Debug, Serialize)]
pub(super) struct State {
    instance: String,
    time: String,
    uptime_seconds: f64,
    name: String,
    version: &'static str,
    modules: Vec<ModuleState>,
    loops: Vec<LoopState>,
    /// The upper bounds of all buckets but the last, in seconds.
    bounds: Vec<f64>,
    tasks: Vec<TaskState>,
    handlers: Vec<HandlerState>,
    events: Vec<EventState>,
    calls: Vec<CallState>,
    waits: BTreeMap<String, DurationState>,
    unheard_events: u64,
    blocking: usize,
    blocking_limit: usize,
    dead_letters: u64,
}

#[derive(Debug, Serialize)]
struct ModuleState {
    name: String,
    phase: Phase,
    accepted: u64,
    handled: u64,
    failed: u64,
    panicked: u64,
    expired: u64,
    cancelled: u64,
    dropped: u64,
    undelivered: u64,
    running: u64,
    queued: u64,
    delayed: u64,
    refused: u64,
    restarts: u64,
    overdue: u64,
}

#[derive(Debug, Serialize)]
struct LoopState {
    name: String,
    modules: Vec<String>,
    queued: BTreeMap<String, usize>,
    waiting_for_room: usize,
    capacity: Capacity,
}

#[derive(Debug, Serialize)]
struct Capacity {
    tasks: usize,
    events: usize,
}

#[derive(Debug, Serialize)]
struct DurationState {
    count: u64,
    sum_seconds: f64,
    buckets: Vec<u64>,
}

/// How often something ended in which way.
#[derive(Debug, Default, Serialize)]
struct Ends {
    ok: u64,
    error: u64,
    panic: u64,
    timeout: u64,
    rejected: u64,
}

#[derive(Debug, Serialize)]
struct TaskState {
    module: String,
    task: &'static str,
    #[serde(flatten)]
    ends: Ends,
    #[serde(flatten)]
    durations: DurationState,
}

#[derive(Debug, Serialize)]
struct HandlerState {
    module: String,
    event: &'static str,
    #[serde(flatten)]
    ends: Ends,
    #[serde(flatten)]
    durations: DurationState,
}

#[derive(Debug, Serialize)]
struct EventState {
    event: String,
    source: Option<String>,
    emitted: u64,
    unheard: u64,
}

#[derive(Debug, Serialize)]
struct CallState {
    caller: Option<String>,
    module: String,
    number: u64,
}

pub(super) fn of(desk: &Desk) -> State {
    let (statistics, measured) = (desk.handle.statistics(), desk.handle.measurements());
    let dead = desk.handle.dead_letters();
    let phase = |name: &str| desk.handle.phase(name).unwrap_or(Phase::Inactive);
    State {
        instance: desk.shared.instance().to_owned(),
        time: time::now(),
        uptime_seconds: desk.shared.began.elapsed().as_secs_f64(),
        name: desk.title.clone(),
        version: env!("CARGO_PKG_VERSION"),
        modules: statistics
            .modules
            .into_iter()
            .map(|module| of_module(phase(&module.module), module))
            .collect(),
        loops: statistics.loops.into_iter().map(of_loop).collect(),
        bounds: Durations::bounds().map(|bound| bound.as_secs_f64()).collect(),
        tasks: measured.tasks.iter().map(of_task).collect(),
        handlers: measured.handlers.iter().map(of_handler).collect(),
        events: measured.events.iter().map(of_event).collect(),
        calls: measured.calls.iter().map(of_call).collect(),
        waits: by_priority(measured.waits.iter().map(of_durations)),
        unheard_events: statistics.unheard_events,
        blocking: statistics.blocking,
        blocking_limit: statistics.blocking_limit,
        dead_letters: dead.overwritten + dead.letters.len() as u64,
    }
}

fn by_priority<T>(figures: impl IntoIterator<Item = T>) -> BTreeMap<String, T> {
    Priority::ALL.iter().map(ToString::to_string).zip(figures).collect()
}

fn of_module(phase: Phase, module: ModuleStatistics) -> ModuleState {
    let ModuleStatistics {
        module,
        accepted,
        handled,
        failed,
        panicked,
        expired,
        cancelled,
        dropped,
        undelivered,
        running,
        queued,
        delayed,
        refused,
        restarts,
        overdue,
    } = module;
    ModuleState {
        name: module.to_string(),
        phase,
        accepted,
        handled,
        failed,
        panicked,
        expired,
        cancelled,
        dropped,
        undelivered,
        running,
        queued,
        delayed,
        refused,
        restarts,
        overdue,
    }
}

fn of_loop(of: LoopStatistics) -> LoopState {
    let LoopStatistics { name, modules: on_it, queued, waiting_for_room, capacity: (tasks, events) } = of;
    let (name, modules) = (name.to_string(), on_it.iter().map(ToString::to_string).collect());
    let capacity = Capacity { tasks, events };
    LoopState { name, modules, queued: by_priority(queued), waiting_for_room, capacity }
}

fn of_durations(durations: &Durations) -> DurationState {
    let Durations { buckets, count, sum } = durations;
    DurationState { count: *count, sum_seconds: sum.as_secs_f64(), buckets: buckets.clone() }
}

fn of_task(task: &TaskMeasurement) -> TaskState {
    let (ends, durations) = (ends(&task.executions), of_durations(&task.durations));
    TaskState { module: task.module.to_string(), task: task.task, ends, durations }
}

fn of_handler(handler: &HandlerMeasurement) -> HandlerState {
    let (ends, durations) = (ends(&handler.executions), of_durations(&handler.durations));
    HandlerState { module: handler.module.to_string(), event: handler.event, ends, durations }
}

fn of_event(event: &EventMeasurement) -> EventState {
    EventState {
        event: event.event.to_string(),
        source: event.source.as_deref().map(str::to_owned),
        emitted: event.emitted,
        unheard: event.unheard,
    }
}

fn of_call(call: &CallMeasurement) -> CallState {
    let caller = call.caller.as_deref().map(str::to_owned);
    CallState { caller, module: call.module.to_string(), number: call.number }
}

fn ends(executions: &[Executions]) -> Ends {
    let mut ends = Ends::default();
    for Executions { outcome, number, .. } in executions {
        *match outcome {
            ExecutionOutcome::Ok => &mut ends.ok,
            ExecutionOutcome::Error => &mut ends.error,
            ExecutionOutcome::Panic => &mut ends.panic,
            ExecutionOutcome::Timeout => &mut ends.timeout,
            ExecutionOutcome::Rejected => &mut ends.rejected,
        } += number;
    }
    ends
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
