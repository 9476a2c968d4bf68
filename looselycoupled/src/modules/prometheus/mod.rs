//! Metrics over HTTP or HTTPS, in the text format that a Prometheus server reads.
//!
//! With the feature `prometheus` an application lists the module like any other, in a file (`modules: { prometheus: Prometheus }`)
//! or in code. From then on `http://127.0.0.1:9464/metrics` says how its modules fare, and what users' modules measure.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use looselycoupled::modules::prometheus::Prometheus;
//! use looselycoupled::prelude::*;
//!
//! #[derive(Default)]
//! struct Greenhouse;
//!
//! #[module]
//! impl Greenhouse {
//!     #[task]
//!     async fn measure(&self, ctx: &Context, degrees: f64) -> Result<()> {
//!         let labels = BTreeMap::from([("room", "greenhouse")]);
//!         let gauge = args! { metric: "temperature_celsius", value: degrees, labels };
//!         ctx.exec_task("prometheus.set_gauge_value", gauge).await?;
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let nowhere = looselycoupled::config::Config::parse("prometheus: { port: 0 }", "config.yaml")?;
//! let app = App::builder()
//!     .module("greenhouse", Greenhouse)
//!     .module("prometheus", Prometheus::default())
//! #     .config(nowhere)
//!     .start()
//!     .await?;
//! app.handle().exec_task("greenhouse.measure", args! { degrees: 21.5 }).await?;
//! # app.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A Prometheus server reads it with
//!
//! ```yaml
//! scrape_configs:
//!   - job_name: greenhouse
//!     static_configs: [{ targets: ["127.0.0.1:9464"] }]
//! ```
//!
//! # The section of an instance
//!
//! | key | default | |
//! |---|---|---|
//! | `address` | `127.0.0.1` | the address to listen on; one that other machines reach needs credentials |
//! | `port` | `9464` | the port; 0 takes any that is free, and the task `address` tells which |
//! | `username`, `password` or `password_file` | none | who may read, by basic authentication; the end of the last line of the file does not count |
//! | `certificate_file`, `key_file` | none | PEM files of a chain and its key: with them it is HTTPS, and nothing else |
//! | `series_per_metric` | 10,000 | how many combinations of labels one metric of users may have |
//! | `metrics` | 1,000 | how many metrics users may have |
//!
//! Paths are those of the process, relative to where it was started. Files that are named and cannot be read, a port that is
//! taken, half of a pair: each is a failed start that says so ([`ListenError`]). The pair of certificate and key is read again
//! for every connection: one that has changed is used from then on, one that cannot be used is told in the log, and in
//! `looselycoupled_certificate_last_reload_successful`, and the last good one stays.
//!
//! # What is answered
//!
//! `GET` and `HEAD` of `/metrics`; 401 without the right credentials, then 404 elsewhere, 405 for other methods. A connection
//! serves one request and lasts 30 seconds at most; the handshake and the request's header have 5 each. Of more than 64 the oldest
//! goes. The listener stands before the application's modules become active; at the end, what is being read may be read
//! to the end for another second.
//!
//! # What is told
//!
//! Of the framework, each with the prefix `looselycoupled_`:
//!
//! | metric | labels | |
//! |---|---|---|
//! | `build_info` | `version` | always 1 |
//! | `module_state` | `module`, `state` | 1 for the state in which a module is, 0 for the two others |
//! | `module_restarts_total` | `module` | how often it was made again |
//! | `tasks_in_flight` | `module` | handlers that have begun and not ended, those of events among them |
//! | `task_executions_total` | `module`, `task`, `mode`, `outcome` | how often a task ended: `exec` if somebody waited, `queue` if not; `ok`, `error`, `panic`, `timeout`, `rejected`; tasks that a module does not have are `_unknown` |
//! | `task_duration_seconds` | `module`, `task` | a histogram of how long it took |
//! | `events_emitted_total` | `event`, `source` | events that were sent |
//! | `event_deliveries_total` | `event`, `module`, `outcome` | how often a handler ended, by the event or pattern that it names |
//! | `event_handler_duration_seconds` | `event`, `module` | a histogram of how long it took |
//! | `events_unhandled_total` | `event` | events that nobody heard |
//! | `queue_wait_seconds` | `priority` | a histogram of how long messages waited |
//! | `queue_length` | `event_loop`, `priority` | messages that wait |
//! | `queue_capacity` | `event_loop`, `messages` | the room for `tasks` (calls are among them) and for `events` |
//! | `queue_dropped_total` | `priority`, `reason` | messages that were taken in and never handled: `full`, `expired`, `shutdown` |
//! | `worker_threads_busy`, `worker_threads_max` | | tasks of blocking work that run, and that may run at once |
//! | `certificate_last_reload_successful` | | 0 after a changed pair that cannot be used; only with HTTPS |
//! | `certificate_last_reload_success_timestamp_seconds` | | when the pair in use was read; only with HTTPS |
//!
//! On Linux the usual ones of a process besides: `process_cpu_seconds_total`, `process_resident_memory_bytes` and others.
//!
//! # Metrics of users
//!
//! The tasks [`set_gauge_value`](PrometheusStub::set_gauge_value), [`increment_counter`](PrometheusStub::increment_counter) and
//! [`observe_histogram`](PrometheusStub::observe_histogram) make a metric when it is first named, under the very name that they
//! are given. What does not fit is refused as a [`MetricError`]. Of several documentations the last one stands. What was
//! measured stays when the module is made again.

mod access;
mod config;
mod error;
mod families;
mod framework;
mod instrument;
mod measured;
mod metrics;
mod names;
mod pages;
mod process;
mod server;
mod shared;

use std::collections::BTreeMap;

pub use config::PrometheusConfig;
pub use error::{MetricError, MetricKind};

pub use super::serving::ListenError;
use super::serving::{Listener, serve};
use crate::prelude::*;
use access::Credentials;
use instrument::Change;
use metrics::{Limits, Wanted};
use server::{Desk, MANNERS};

/// The module: answers `/metrics`, and keeps what others measure.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Prometheus {}

/// Answers `/metrics` with what the framework and other modules measure.
#[module(config = PrometheusConfig)]
impl Prometheus {
    /// Where it listens, as `address:port`.
    ///
    /// # Errors
    ///
    /// It does not listen, since a new instance of it could not.
    #[task]
    fn address(&self, ctx: &Context) -> Result<String, ListenError> {
        let shared = ctx.config::<Self>().shared();
        shared.standing.address().map(|address| address.to_string()).ok_or(ListenError::Deaf)
    }

    /// Sets a gauge to a value, which may be 0 or infinite; the metric is made if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`MetricError`]: a bad name, a metric that is something else, a value that is no number, or too many series.
    #[task]
    #[expect(clippy::too_many_arguments, reason = "callers name them, and leave out most")]
    fn set_gauge_value(
        &self,
        ctx: &Context,
        metric: String,
        value: f64,
        #[default] documentation: Option<String>,
        #[default] labels: BTreeMap<String, String>,
    ) -> Result<(), MetricError> {
        let wanted = Wanted { metric, documentation, labels };
        change(ctx, wanted, &Change::Set(value))
    }

    /// Adds to a counter, 1 unless stated; the metric is made if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`MetricError`]: a bad name, a metric that is something else, an increment that is negative or no finite number, or too
    /// many series.
    #[task]
    #[expect(clippy::too_many_arguments, reason = "callers name them, and leave out most")]
    fn increment_counter(
        &self,
        ctx: &Context,
        metric: String,
        #[default(1.0)] by: f64,
        #[default] documentation: Option<String>,
        #[default] labels: BTreeMap<String, String>,
    ) -> Result<(), MetricError> {
        let wanted = Wanted { metric, documentation, labels };
        change(ctx, wanted, &Change::Increment(by))
    }

    /// Adds a value to a histogram; the metric is made if there is none of this name.
    ///
    /// `buckets` are their upper bounds in rising order; unless stated those of Prometheus, from 0.005 to 10, which suit seconds.
    ///
    /// # Errors
    ///
    /// [`MetricError`]: a bad name, a metric that is something else or has other buckets, a value that is no finite number,
    /// buckets that do not rise, or too many series.
    #[task]
    #[expect(clippy::too_many_arguments, reason = "callers name them, and leave out most")]
    fn observe_histogram(
        &self,
        ctx: &Context,
        metric: String,
        value: f64,
        #[default] documentation: Option<String>,
        #[default] labels: BTreeMap<String, String>,
        #[default] buckets: Option<Vec<f64>>,
    ) -> Result<(), MetricError> {
        let wanted = Wanted { metric, documentation, labels };
        change(ctx, wanted, &Change::Observe(value, buckets))
    }

    /// What `/metrics` answers, for others that serve it as well: all metrics in the text format of Prometheus. Who may read it is
    /// theirs to decide.
    ///
    /// # Errors
    ///
    /// The metrics cannot be told: a mistake of this module.
    #[task]
    fn exposition(&self, ctx: &Context) -> Result<String> {
        let config = ctx.config::<Self>();
        families::text(ctx, &config.shared()).map_err(Error::other)
    }

    /// Binds here, so that what is wrong with it fails the start of the application.
    #[initialize]
    async fn listen(&self, ctx: &Context) -> Result<(), ListenError> {
        let config = ctx.config::<Self>();
        let access = Credentials::read(ctx.name(), &config).await?;
        let shared = config.shared();
        let place = config.place(ctx.name());
        let listener = Listener::open(&place, "/metrics", &shared.standing.reloads).await?;
        shared.standing.open(listener, access);
        Ok(())
    }

    #[run_passively]
    async fn serve(ctx: Context) {
        let shared = ctx.config::<Self>().shared();
        if let Some((listener, access)) = shared.standing.take_over() {
            let desk = Desk { handle: ctx.handle(), shared, access };
            serve(listener, MANNERS, desk.into(), ctx.no_longer_passive()).await;
        }
    }

    /// A start that failed elsewhere leaves a listener that nobody serves.
    #[finalize]
    fn close(&self, ctx: &Context) {
        ctx.config::<Self>().shared().standing.close();
    }
}

fn change(ctx: &Context, wanted: Wanted, change: &Change) -> Result<(), MetricError> {
    let config = ctx.config::<Prometheus>();
    let limits = Limits { metrics: config.metrics.get(), series: config.series_per_metric.get() };
    config.shared().metrics().change(wanted, change, limits)
}
