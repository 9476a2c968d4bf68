//! What may be wrong with a metric.

use std::fmt;

/// What a metric of users is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricKind {
    /// Rises and falls.
    Gauge,
    /// Only rises.
    Counter,
    /// Counts values by their size.
    Histogram,
}

impl fmt::Display for MetricKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
            Self::Histogram => "histogram",
        })
    }
}

/// Why a metric was not changed; nothing of it is done by halves.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// The name of the metric is none.
    #[error("`{metric}` is no name of a metric: letters, digits, `_` and `:`, and no digit first")]
    BadName {
        /// What was given.
        metric: String,
    },
    /// The name belongs to the framework.
    #[error(
        "`{metric}` cannot be a metric of yours: names that begin with `{prefix}` belong to the framework; choose another prefix"
    )]
    Reserved {
        /// What was given.
        metric: String,
        /// What it begins with.
        prefix: &'static str,
    },
    /// The name of a label is none.
    #[error(
        "`{label}` is no label for `{metric}`: letters, digits and `_`, no digit first, no `__` at the beginning, and not `le`"
    )]
    BadLabel {
        /// The metric.
        metric: String,
        /// What was given.
        label: String,
    },
    /// There is such a metric, of another kind.
    #[error("`{metric}` is a {is}, and no {wanted}; give the {wanted} a name of its own")]
    OtherKind {
        /// The metric.
        metric: String,
        /// What it has been since its first use.
        is: MetricKind,
        /// What it was taken for.
        wanted: MetricKind,
    },
    /// There is such a metric, with other labels.
    #[error("`{metric}` has {}, not {}; a metric has the same labels every time", list(.has), list(.wanted))]
    OtherLabels {
        /// The metric.
        metric: String,
        /// Its labels since its first use.
        has: Vec<String>,
        /// What was given.
        wanted: Vec<String>,
    },
    /// There is such a histogram, with other buckets.
    #[error("`{metric}` has the buckets {has:?}, not {wanted:?}; leave them out after the first time")]
    OtherBuckets {
        /// The metric.
        metric: String,
        /// Its buckets since its first use.
        has: Vec<f64>,
        /// What was given.
        wanted: Vec<f64>,
    },
    /// A histogram is written under several names, and another metric has one of them.
    #[error("`{metric}` would be written as `{name}`, and so is `{other}`; choose another name")]
    SameName {
        /// The metric.
        metric: String,
        /// What both would be written as.
        name: String,
        /// Who is there already.
        other: String,
    },
    /// The buckets are none.
    #[error(
        "{buckets:?} are no buckets for `{metric}`: give at least one, finite, each above the one before"
    )]
    BadBuckets {
        /// The metric.
        metric: String,
        /// What was given.
        buckets: Vec<f64>,
    },
    /// The value cannot be taken in.
    #[error("{value} is no value for the {kind} `{metric}`: {} is needed", needed(*.kind))]
    BadValue {
        /// The metric.
        metric: String,
        /// What it is.
        kind: MetricKind,
        /// What was given.
        value: f64,
    },
    /// The metric has as many series as it may have.
    #[error(
        "`{metric}` has {limit} series, as many as it may; use labels of few values, or raise `series_per_metric` in the \
         section of the module"
    )]
    TooManySeries {
        /// The metric.
        metric: String,
        /// How many it may have.
        limit: usize,
    },
    /// There are as many metrics as there may be.
    #[error(
        "there are {limit} metrics already, as many as there may be, so there can be no `{metric}`; put what differs into labels, or \
         raise `metrics` in the section of the module"
    )]
    TooManyMetrics {
        /// The metric.
        metric: String,
        /// How many there may be.
        limit: usize,
    },
    /// The library that keeps the metrics refused.
    #[error("`{metric}`: {message}")]
    Library {
        /// The metric.
        metric: String,
        /// What it said.
        message: String,
    },
}

fn list(labels: &[String]) -> String {
    match labels {
        [] => "no labels".to_owned(),
        [one] => format!("the label `{one}`"),
        many => format!("the labels `{}`", many.join("`, `")),
    }
}

const fn needed(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Gauge => "a number",
        MetricKind::Counter => "a finite number that is not negative",
        MetricKind::Histogram => "a finite number",
    }
}
