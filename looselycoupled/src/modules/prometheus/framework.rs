//! What the framework knows of an application.

use super::families::{Families, Sample};
use crate::prelude::*;
use crate::provider::{ProviderInfo, ProviderState};
use crate::{LoopStatistics, ModuleStatistics, Phase, Statistics};

/// The priorities in the order of `LoopStatistics::queued`.
const PRIORITIES: [Priority; 5] =
    [Priority::Highest, Priority::High, Priority::Normal, Priority::Low, Priority::Lowest];

const STATES: [(Phase, &str); 3] =
    [(Phase::Inactive, "inactive"), (Phase::Passive, "passive"), (Phase::Active, "active")];

pub(super) fn add(families: &mut Families, handle: &Handle) {
    let statistics = handle.statistics();
    families.gauge(
        "looselycoupled_build_info",
        "The version of the framework; always 1.",
        &["version"],
        vec![(vec![env!("CARGO_PKG_VERSION").to_owned()], 1.0)],
    );
    add_modules(families, handle, &statistics.modules);
    add_queues(families, &statistics.loops);
    add_threads(families, &statistics);
    add_providers(families, &handle.providers());
}

fn add_modules(families: &mut Families, handle: &Handle, modules: &[ModuleStatistics]) {
    let states = modules.iter().flat_map(|module| {
        let is = handle.phase(&module.module).unwrap_or(Phase::Inactive);
        STATES.map(|(state, name)| {
            (vec![module.module.to_string(), name.to_owned()], if is == state { 1.0 } else { 0.0 })
        })
    });
    families.gauge(
        "looselycoupled_module_state",
        "1 for the state in which a module is, 0 for the two others.",
        &["module", "state"],
        states.collect(),
    );
    families.counter(
        "looselycoupled_module_restarts_total",
        "How often a module was made again.",
        &["module"],
        of_each(modules, |module| module.restarts),
    );
    families.gauge(
        "looselycoupled_tasks_in_flight",
        "Handlers of tasks and events that have begun and not ended.",
        &["module"],
        of_each(modules, |module| module.running),
    );
}

fn of_each(modules: &[ModuleStatistics], figure: fn(&ModuleStatistics) -> u64) -> Vec<Sample> {
    modules.iter().map(|module| (vec![module.module.to_string()], number(figure(module)))).collect()
}

fn add_queues(families: &mut Families, loops: &[LoopStatistics]) {
    let lengths = loops.iter().flat_map(|queue| {
        let by_priority = PRIORITIES.iter().zip(queue.queued);
        by_priority
            .map(|(priority, waiting)| (vec![queue.name.to_string(), priority.to_string()], size(waiting)))
    });
    families.gauge(
        "looselycoupled_queue_length",
        "Messages that wait in an event loop.",
        &["event_loop", "priority"],
        lengths.collect(),
    );
    let capacities = loops.iter().flat_map(|queue| {
        let (tasks, events) = queue.capacity;
        [("tasks", tasks), ("events", events)]
            .map(|(messages, room)| (vec![queue.name.to_string(), messages.to_owned()], size(room)))
    });
    families.gauge(
        "looselycoupled_queue_capacity",
        "How many messages may wait in an event loop: calls and tasks together, and events.",
        &["event_loop", "messages"],
        capacities.collect(),
    );
}

fn add_threads(families: &mut Families, statistics: &Statistics) {
    families.gauge(
        "looselycoupled_worker_threads_busy",
        "Tasks of blocking work that run.",
        &[],
        vec![(Vec::new(), size(statistics.blocking))],
    );
    families.gauge(
        "looselycoupled_worker_threads_max",
        "How many tasks of blocking work may run at once.",
        &[],
        vec![(Vec::new(), size(statistics.blocking_limit))],
    );
}

/// The ways to other processes, by the names that routes give them.
fn add_providers(families: &mut Families, providers: &[ProviderInfo]) {
    let connected = |provider: &ProviderInfo| {
        let is_connected = provider.state == ProviderState::Connected;
        (vec![provider.name.clone()], if is_connected { 1.0 } else { 0.0 })
    };
    families.gauge(
        "looselycoupled_transport_connected",
        "1 while a provider reaches other processes.",
        &["transport"],
        providers.iter().map(connected).collect(),
    );
    let messages = providers.iter().flat_map(|provider| {
        [
            ("out", "event", "ok", provider.published),
            ("out", "event", "dropped", provider.dropped),
            ("out", "event", "undelivered", provider.undelivered),
            ("out", "event", "lost", provider.lost),
            ("out", "call", "ok", provider.requested),
            ("in", "event", "ok", provider.received),
            ("in", "event", "echo", provider.echoes),
            ("in", "event", "repeated", provider.repeated),
            ("in", "event", "refused", provider.refused),
            ("in", "call", "ok", provider.served),
        ]
        .map(|(direction, kind, outcome, figure)| {
            let labels = [&*provider.name, direction, kind, outcome];
            (labels.map(str::to_owned).to_vec(), number(figure))
        })
    });
    families.counter(
        "looselycoupled_transport_messages_total",
        "What has gone by a provider, and what became of it there.",
        &["transport", "direction", "kind", "outcome"],
        messages.collect(),
    );
}

/// Exact up to 2 to the power of 53, which is what the format can say.
#[expect(clippy::cast_precision_loss, reason = "the format knows no other numbers")]
const fn number(figure: u64) -> f64 {
    figure as f64
}

#[expect(clippy::cast_precision_loss, reason = "the format knows no other numbers")]
const fn size(figure: usize) -> f64 {
    figure as f64
}
