//! What the framework measures of tasks, events and queues.

use std::collections::BTreeMap;

use super::families::{Families, Sample, Sizes};
use crate::prelude::*;
use crate::{Durations, ExecutionMode, ExecutionOutcome, Loss, Measurements};

/// The priorities in the order of `Measurements::waits`.
const PRIORITIES: [Priority; 5] =
    [Priority::Highest, Priority::High, Priority::Normal, Priority::Low, Priority::Lowest];

pub(super) fn add(families: &mut Families, handle: &Handle) {
    let measured = handle.measurements();
    add_tasks(families, &measured);
    add_handlers(families, &measured);
    add_events(families, &measured);
    add_queues(families, &measured);
}

fn add_tasks(families: &mut Families, measured: &Measurements) {
    let executions = measured.tasks.iter().flat_map(|task| {
        task.executions.iter().map(|executions| {
            let labels = [&*task.module, task.task, mode(executions.mode), outcome(executions.outcome)];
            sample(labels, executions.number)
        })
    });
    families.counter(
        "looselycoupled_task_executions_total",
        "How often a task ended, by whether somebody waited for it and how it ended.",
        &["module", "task", "mode", "outcome"],
        executions.collect(),
    );
    let begun = measured.tasks.iter().filter(|task| task.durations.count > 0);
    families.histogram(
        "looselycoupled_task_duration_seconds",
        "How long tasks took, suspensions included.",
        &["module", "task"],
        begun.map(|task| (vec![task.module.to_string(), task.task.to_owned()], sizes(&task.durations))),
    );
}

fn add_handlers(families: &mut Families, measured: &Measurements) {
    let deliveries = measured.handlers.iter().flat_map(|handler| {
        handler.executions.iter().map(|executions| {
            sample([handler.event, &*handler.module, outcome(executions.outcome)], executions.number)
        })
    });
    families.counter(
        "looselycoupled_event_deliveries_total",
        "How often an event handler ended, by the event or pattern that it names and how it ended.",
        &["event", "module", "outcome"],
        deliveries.collect(),
    );
    let durations = measured.handlers.iter().map(|handler| {
        (vec![handler.event.to_owned(), handler.module.to_string()], sizes(&handler.durations))
    });
    families.histogram(
        "looselycoupled_event_handler_duration_seconds",
        "How long event handlers took, suspensions included.",
        &["event", "module"],
        durations,
    );
}

fn add_events(families: &mut Families, measured: &Measurements) {
    let emitted = measured
        .events
        .iter()
        .map(|event| sample([&*event.event, event.source.as_deref().unwrap_or_default()], event.emitted));
    families.counter(
        "looselycoupled_events_emitted_total",
        "Events that were sent; those of senders outside of every module have an empty source.",
        &["event", "source"],
        emitted.collect(),
    );
    let mut unheard: BTreeMap<&str, u64> = BTreeMap::new();
    for event in measured.events.iter().filter(|event| event.unheard > 0) {
        *unheard.entry(&event.event).or_default() += event.unheard;
    }
    families.counter(
        "looselycoupled_events_unhandled_total",
        "Events that nobody heard.",
        &["event"],
        unheard.into_iter().map(|(event, times)| sample([event], times)).collect(),
    );
}

fn add_queues(families: &mut Families, measured: &Measurements) {
    let waits = PRIORITIES.iter().zip(&measured.waits);
    families.histogram(
        "looselycoupled_queue_wait_seconds",
        "How long messages waited in a queue; calls that begin at once do not wait.",
        &["priority"],
        waits.map(|(priority, waits)| (vec![priority.to_string()], sizes(waits))),
    );
    let lost = measured.lost.iter().filter_map(|lost| {
        let reason = match lost.reason {
            Loss::Dropped => "full",
            Loss::Expired => "expired",
            Loss::Undelivered => "shutdown",
            // Their senders did not want them any more.
            _ => return None,
        };
        Some(sample([&lost.priority.to_string(), reason], lost.number))
    });
    families.counter(
        "looselycoupled_queue_dropped_total",
        "Messages that were taken in and never handled, without their sender having withdrawn them.",
        &["priority", "reason"],
        lost.collect(),
    );
}

const fn mode(mode: ExecutionMode) -> &'static str {
    match mode {
        ExecutionMode::Exec => "exec",
        ExecutionMode::Queue => "queue",
    }
}

const fn outcome(outcome: ExecutionOutcome) -> &'static str {
    match outcome {
        ExecutionOutcome::Ok => "ok",
        ExecutionOutcome::Error => "error",
        ExecutionOutcome::Panic => "panic",
        ExecutionOutcome::Timeout => "timeout",
        ExecutionOutcome::Rejected => "rejected",
    }
}

/// Exact up to 2 to the power of 53, which is what the format can say.
#[expect(clippy::cast_precision_loss, reason = "the format knows no other numbers")]
fn sample<const N: usize>(labels: [&str; N], number: u64) -> Sample {
    (labels.map(str::to_owned).to_vec(), number as f64)
}

fn sizes(durations: &Durations) -> Sizes {
    let mut not_above = 0;
    let buckets = Durations::bounds().zip(&durations.buckets).map(|(bound, number)| {
        not_above += number;
        (bound.as_secs_f64(), not_above)
    });
    let buckets = buckets.collect();
    Sizes { buckets, count: durations.count, sum: durations.sum.as_secs_f64() }
}
